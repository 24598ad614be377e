"""GaussianTransition: processes whose X_t is normal, so that two moments are the whole law."""

from abc import abstractmethod
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from maruyama.processes.exact_sampler import ExactSampler
from maruyama.processes.independent import IndependentDimensions
from maruyama.processes.law import elapsed, points
from maruyama.processes.limits import grown, times_square

__all__ = ["GaussianTransition", "normal_density"]


@dataclass(frozen=True)
class GaussianTransition(IndependentDimensions, ExactSampler):
    """X_t ~ N(mean, deviation^2), in each dimension.

    The deviation and the distance from the mean are what a subclass says: a variance overflows and underflows before
    its root does, and a mean that is subtracted from a near point takes digits with it.
    """

    @abstractmethod
    def deviation(self, t: ArrayLike) -> NDArray[Any]:
        """The root of the variance of X_t."""

    @abstractmethod
    def _apart(self, x: NDArray[Any], x0: ArrayLike, t: ArrayLike) -> NDArray[Any]:
        """``x - mean``, for points x that may be near x0, or near what the mean tends to."""

    def variance(self, x0: ArrayLike, t: ArrayLike) -> NDArray[Any]:
        """Variance of each dimension of X_t, which is the same from every ``x0``."""
        return times_square(1.0, self.deviation(t))

    def density(self, x: ArrayLike, x0: ArrayLike, t: ArrayLike) -> NDArray[Any]:
        """Density of X_t from ``x0`` at ``x``, of each dimension by itself; t > 0."""
        return normal_density(self._apart(points(x, "x"), x0, t), self.deviation(elapsed(t, positive=True)))

    @np.errstate(over="ignore")
    def transition(self, x0: ArrayLike, t: ArrayLike, z: ArrayLike) -> NDArray[Any]:
        """``mean + deviation z``."""
        return np.asarray(self.mean(x0, t) + self.deviation(t) * np.asarray(z))


def normal_density(apart: NDArray[Any], deviation: NDArray[Any], unit: ArrayLike = 1.0) -> NDArray[Any]:
    """That of N(0, deviation^2), exp(-(apart / deviation)^2 / 2) / (sqrt(2 pi) deviation), divided by ``unit``."""
    if not (np.asarray(deviation) > 0).all():
        raise ValueError("sigma must be positive for a density: without noise all is at one point")
    with np.errstate(over="ignore", under="ignore"):
        return grown(1 / (np.sqrt(2 * np.pi) * deviation) / unit, -((apart / deviation) ** 2) / 2)
