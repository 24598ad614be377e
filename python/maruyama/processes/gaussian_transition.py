"""GaussianTransition: processes whose X_t is normal, so that two moments are the whole law."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from maruyama.processes.exact_sampler import ExactSampler
from maruyama.processes.independent import IndependentDimensions
from maruyama.processes.law import elapsed, points

__all__ = ["GaussianTransition", "normal_density"]


@dataclass(frozen=True)
class GaussianTransition(IndependentDimensions, ExactSampler):
    """X_t ~ N(mean, variance), in each dimension."""

    def density(self, x: ArrayLike, x0: ArrayLike, t: ArrayLike) -> NDArray[Any]:
        """Density of X_t from ``x0`` at ``x``, of each dimension by itself; t > 0."""
        return normal_density(x, self.mean(x0, t), self.variance(x0, elapsed(t, positive=True)))

    def transition(self, x0: ArrayLike, t: ArrayLike, z: ArrayLike) -> NDArray[Any]:
        """``mean + sqrt(variance) z``."""
        return np.asarray(self.mean(x0, t) + np.sqrt(self.variance(x0, t)) * np.asarray(z))


def normal_density(x: ArrayLike, mean: NDArray[Any], variance: NDArray[Any]) -> NDArray[Any]:
    """That of N(mean, variance) at x: exp(-(x - mean)^2 / (2 variance)) / sqrt(2 pi variance)."""
    if not (np.asarray(variance) > 0).all():
        raise ValueError("sigma must be positive for a density: without noise all is at one point")
    return np.asarray(np.exp(-((points(x, "x") - mean) ** 2) / (2 * variance)) / np.sqrt(2 * np.pi * variance))
