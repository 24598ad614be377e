"""Laws of a state: where a model starts, and what a `GaussianPath` leads to. One file a law."""

from maruyama.distributions.distribution import Distribution
from maruyama.distributions.standard_normal import StandardNormal

__all__ = ["Distribution", "StandardNormal"]
