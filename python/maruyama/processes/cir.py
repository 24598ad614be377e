"""CIR: the square-root process of short rates and variances, by full truncation."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from maruyama.processes.independent import IndependentDimensions
from maruyama.processes.law import elapsed, points
from maruyama.processes.limits import decayed_time, mixed, times_square
from maruyama.processes.parameters import not_negative, positive
from maruyama.processes.process import coefficient
from maruyama.processes.square_root_density import square_root_density

__all__ = ["CIR"]


@dataclass(frozen=True)
class CIR(IndependentDimensions):
    """dX = kappa (theta - X) dt + sigma sqrt(X) dW, of Cox, Ingersoll and Ross.

    X stays at 0 or above, and above it where 2 kappa theta >= sigma^2; steps of Euler-Maruyama do not. The coefficients
    are those of full truncation: X+ = max(X, 0) takes the place of X in both, so a state may be negative between steps.

    Parameters
    ----------
    kappa : float or (dim,) array_like
        Rate, positive.
    theta : float or (dim,) array_like
        Mean that it returns to, at least 0.
    sigma : float or (dim,) array_like
        Size of the noise, positive.

    References
    ----------
    Cox, Ingersoll and Ross, "A theory of the term structure of interest rates", Econometrica 53 (1985) 385-407: the
    density is equation (18), the moments (19).
    Lord, Koekkoek and van Dijk, "A comparison of biased simulation schemes for stochastic volatility models", Quant.
    Finance 10 (2010) 177-194: full truncation.

    Examples
    --------
    >>> import maruyama as mr
    >>> rate = mr.processes.CIR(kappa=2.0, theta=0.04, sigma=0.2)
    >>> run = rate.simulate(0.09, paths=100_000, steps=100, seed=7)
    >>> print(f"{run.final.mean():.4f} exact {rate.mean(0.09, 1.0):.4f}")
    0.0467 exact 0.0468
    """

    unknown: ClassVar[str] = "those of its scheme need E max(X, 0), for which there is no formula"

    kappa: ArrayLike = positive(1.0)
    theta: ArrayLike = not_negative(1.0)
    sigma: ArrayLike = positive(1.0)

    @coefficient
    def drift(self, x: Any, t: float) -> Any:
        """``kappa (theta - max(x, 0))``."""
        kappa, theta, _ = self.parameters
        return kappa * (theta - np.maximum(x, 0.0))

    @coefficient
    def diffusion(self, x: Any, t: float) -> Any:
        """``sigma sqrt(max(x, 0))``."""
        return np.asarray(self.sigma) * np.sqrt(np.maximum(x, 0.0))

    def mean(self, x0: ArrayLike, t: ArrayLike) -> NDArray[Any]:
        """``theta + (x0 - theta) exp(-kappa t)``."""
        kappa, theta, _ = self.parameters
        return mixed(points(x0), theta, kappa, elapsed(t))

    def variance(self, x0: ArrayLike, t: ArrayLike) -> NDArray[Any]:
        """(sigma^2 / kappa) (1 - d) (x0 d + theta (1 - d) / 2), d = exp(-kappa t)."""
        kappa, theta, sigma = self.parameters
        return decayed_time(kappa, elapsed(t)) * times_square(mixed(points(x0), theta / 2, kappa, elapsed(t)), sigma)

    def density(self, x: ArrayLike, x0: ArrayLike, t: ArrayLike) -> NDArray[Any]:
        """Density of X_t from ``x0`` at ``x``, of each dimension by itself; t, theta > 0. It needs scipy.

        X_t / c is noncentral chi-square with 4 kappa theta / sigma^2 degrees of freedom and noncentrality x0 d / c, for
        c = sigma^2 (1 - d) / (4 kappa), d = exp(-kappa t).
        """
        kappa, theta, sigma = self.parameters
        if not (theta > 0).all():
            raise ValueError("theta must be positive for a density: without it some of the law is at 0")
        if not (points(x0) >= 0).all():
            raise ValueError(f"x0 must be at least 0 for a density, got {x0!r}")
        return square_root_density(points(x, "x"), points(x0), kappa, theta, sigma, elapsed(t, positive=True))

    def stationary_mean(self) -> NDArray[Any]:
        """``theta``."""
        return np.asarray(self.theta)

    def stationary_variance(self) -> NDArray[Any]:
        """``theta sigma^2 / (2 kappa): the law is Gamma``."""
        kappa, theta, sigma = self.parameters
        return times_square(theta / 2, sigma / np.sqrt(kappa))
