"""Laws of a state: where a model starts, and what a `GaussianPath` leads to. One file a law."""

from maruyama.distributions.distribution import Distribution
from maruyama.distributions.gaussian import Gaussian
from maruyama.distributions.mixture import Mixture
from maruyama.distributions.samples import Samples
from maruyama.distributions.standard_normal import StandardNormal
from maruyama.distributions.uniform_box import UniformBox

__all__ = ["Distribution", "Gaussian", "Mixture", "Samples", "StandardNormal", "UniformBox"]
