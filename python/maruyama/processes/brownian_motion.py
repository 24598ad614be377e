"""BrownianMotion: constant coefficients, where the scheme makes no error at all."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from maruyama.processes.gaussian_transition import GaussianTransition
from maruyama.processes.law import elapsed, even_steps, points
from maruyama.processes.limits import times_square
from maruyama.processes.parameters import not_negative, real
from maruyama.processes.process import coefficient

__all__ = ["BrownianMotion"]


@dataclass(frozen=True)
class BrownianMotion(GaussianTransition):
    """dX = mu dt + sigma dW, so X_t ~ N(x0 + mu t, sigma^2 t).

    Euler-Maruyama has this very law at any step size.

    Parameters
    ----------
    mu : float or (dim,) array_like
        Drift.
    sigma : float or (dim,) array_like
        Volatility, at least 0.

    References
    ----------
    Karatzas and Shreve, "Brownian Motion and Stochastic Calculus", Springer 1991, section 5.6.

    Examples
    --------
    >>> import maruyama as mr
    >>> motion = mr.processes.BrownianMotion(mu=[1.0, 0.0])
    >>> motion.simulate([0.0, 0.0], paths=5, steps=10, seed=7)
    Paths(5 paths, 2 dimensions, t = 1, float64, seed=7, compiled)
    >>> motion.mean([0.0, 0.0], 2.0).tolist(), float(motion.variance(0.0, 2.0))
    ([2.0, 0.0], 2.0)
    """

    mu: ArrayLike = real(0.0)
    sigma: ArrayLike = not_negative(1.0)

    @coefficient
    def drift(self, x: Any, t: float) -> Any:
        """``mu``."""
        return np.asarray(self.mu)

    @coefficient
    def diffusion(self, x: Any, t: float) -> Any:
        """``sigma``."""
        return np.asarray(self.sigma)

    @np.errstate(over="ignore")
    def mean(self, x0: ArrayLike, t: ArrayLike) -> NDArray[Any]:
        """x0 + mu t."""
        return np.asarray(points(x0) + np.multiply(self.mu, elapsed(t)))

    @np.errstate(over="ignore")
    def _apart(self, x: NDArray[Any], x0: ArrayLike, t: ArrayLike) -> NDArray[Any]:
        return np.asarray((x - points(x0)) - np.multiply(self.mu, elapsed(t)))

    @np.errstate(over="ignore")
    def deviation(self, t: ArrayLike) -> NDArray[Any]:
        """Sigma sqrt(t), the root of the variance of X_t."""
        return np.asarray(self.sigma * np.sqrt(elapsed(t)))

    def variance(self, x0: ArrayLike, t: ArrayLike) -> NDArray[Any]:
        """sigma^2 t."""
        return times_square(elapsed(t), self.sigma)

    @np.errstate(over="ignore")
    def scheme_mean(self, x0: ArrayLike, t: ArrayLike, steps: ArrayLike) -> NDArray[Any]:
        """x0 + mu n dt."""
        dt, n = even_steps(t, steps)
        return np.asarray(points(x0) + np.multiply(self.mu, n * dt))

    @np.errstate(over="ignore")
    def scheme_variance(self, x0: ArrayLike, t: ArrayLike, steps: ArrayLike) -> NDArray[Any]:
        """sigma^2 n abs(dt)."""
        dt, n = even_steps(t, steps)
        return times_square(n * abs(dt), self.sigma)
