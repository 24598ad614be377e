"""OrnsteinUhlenbeck: noise that is pulled back to a mean; normal, and so is its scheme."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from maruyama.processes.gaussian_transition import GaussianTransition, normal_density
from maruyama.processes.law import elapsed, even_steps, points
from maruyama.processes.limits import apart_from_mixed, decayed_time, mixed, power, times_square
from maruyama.processes.parameters import not_negative, positive, real
from maruyama.processes.process import coefficient

__all__ = ["OrnsteinUhlenbeck"]


@dataclass(frozen=True)
class OrnsteinUhlenbeck(GaussianTransition):
    """dX = theta (mu - X) dt + sigma dW.

    X_t ~ N(mu + (x0 - mu) exp(-theta t), sigma^2 (1 - exp(-2 theta t)) / (2 theta)), which tends to
    N(mu, sigma^2 / (2 theta)). With a = 1 - theta dt, Euler-Maruyama after n steps is
    N(mu + (x0 - mu) a^n, sigma^2 dt (1 + a^2 + ... + a^(2 (n - 1)))).

    Parameters
    ----------
    theta : float or (dim,) array_like
        Rate, positive.
    mu : float or (dim,) array_like
        Mean that it returns to.
    sigma : float or (dim,) array_like
        Size of the noise, at least 0.

    References
    ----------
    Uhlenbeck and Ornstein, "On the theory of the Brownian motion", Phys. Rev. 36 (1930) 823-841.

    Examples
    --------
    >>> import maruyama as mr
    >>> ou = mr.processes.OrnsteinUhlenbeck(theta=1.0, sigma=0.5)
    >>> run = ou.simulate(2.0, paths=100_000, steps=10, seed=7)
    >>> print(f"{run.final.mean():.2f} scheme {ou.scheme_mean(2.0, 1.0, 10):.2f} exact {ou.mean(2.0, 1.0):.2f}")
    0.70 scheme 0.70 exact 0.74
    """

    theta: ArrayLike = positive(1.0)
    mu: ArrayLike = real(0.0)
    sigma: ArrayLike = not_negative(1.0)

    @coefficient
    def drift(self, x: Any, t: float) -> Any:
        """``theta (mu - x)``."""
        theta, mu, _ = self.parameters
        return theta * (mu - x)

    @coefficient
    def diffusion(self, x: Any, t: float) -> Any:
        """``sigma``."""
        return np.asarray(self.sigma)

    def mean(self, x0: ArrayLike, t: ArrayLike) -> NDArray[Any]:
        """``mu + (x0 - mu) exp(-theta t)``."""
        theta, mu, _ = self.parameters
        return mixed(points(x0), mu, theta, elapsed(t))

    def _apart(self, x: NDArray[Any], x0: ArrayLike, t: ArrayLike) -> NDArray[Any]:
        theta, mu, _ = self.parameters
        return apart_from_mixed(x, points(x0), mu, theta, elapsed(t))

    @np.errstate(over="ignore")
    def deviation(self, t: ArrayLike) -> NDArray[Any]:
        """Sigma sqrt((1 - exp(-2 theta t)) / (2 theta)), the root of the variance of X_t."""
        theta, _, sigma = self.parameters
        return np.asarray(sigma * np.sqrt(decayed_time(2 * theta, elapsed(t))))

    def variance(self, x0: ArrayLike, t: ArrayLike) -> NDArray[Any]:
        """sigma^2 (1 - exp(-2 theta t)) / (2 theta)."""
        theta, _, sigma = self.parameters
        return times_square(decayed_time(2 * theta, elapsed(t)), sigma)

    def stationary_mean(self) -> NDArray[Any]:
        """``mu``."""
        return np.asarray(self.mu)

    def stationary_variance(self) -> NDArray[Any]:
        """sigma^2 / (2 theta)."""
        return times_square(0.5, self._stationary_root)

    @np.errstate(over="ignore")
    def stationary_density(self, x: ArrayLike) -> NDArray[Any]:
        """That of N(mu, sigma^2 / (2 theta)), of each dimension by itself."""
        return normal_density(points(x, "x") - self.stationary_mean(), self._stationary_root / np.sqrt(2))

    @property
    def _stationary_root(self) -> NDArray[Any]:
        """Sigma / sqrt(theta)."""
        theta, _, sigma = self.parameters
        return np.asarray(sigma / np.sqrt(theta))

    @np.errstate(over="ignore")
    def scheme_mean(self, x0: ArrayLike, t: ArrayLike, steps: ArrayLike) -> NDArray[Any]:
        """``mu + (x0 - mu) (1 - theta dt)^n``."""
        theta, mu, _ = self.parameters
        dt, n = even_steps(t, steps)
        kept, start = power(theta * dt, n), points(x0)
        with np.errstate(invalid="ignore"):  # infinity - infinity, where the other form is taken
            near = start * kept.value + mu * kept.below_one
            far = mu + np.where(start == mu, 0.0, (start - mu) * kept.value)
        return np.where(kept.log < 1, near, far)

    @np.errstate(over="ignore")
    def scheme_variance(self, x0: ArrayLike, t: ArrayLike, steps: ArrayLike) -> NDArray[Any]:
        """sigma^2 abs(dt) (1 + a^2 + ... + a^(2 (n - 1))), a = 1 - theta dt."""
        theta, _, sigma = self.parameters
        dt, n = even_steps(t, steps)
        return times_square(abs(dt) * _geometric_sum(theta * dt * (2 - theta * dt), n), sigma)

    def scheme_stationary_variance(self, dt: float) -> NDArray[Any]:
        """What the scheme tends to for 0 < dt < 2 / theta: sigma^2 / (theta (2 - theta dt))."""
        theta, _, _ = self.parameters
        if not ((dt > 0) & (theta * dt < 2)).all():
            raise ValueError(f"dt must be positive and below 2 / theta, where the scheme is stable, got {dt!r}")
        return times_square(1 / (2 - theta * dt), self._stationary_root)


def _geometric_sum(gap: NDArray[Any], n: NDArray[Any]) -> NDArray[Any]:
    """1 + q + ... + q^(n - 1) for q = 1 - gap >= 0, without cancellation where the gap is small."""
    safe = np.where(gap == 0, 1.0, gap)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):  # q = 0 and inf: what is not used below
        log_of_last = np.where(n == 0, 0.0, n * np.log1p(-safe))
        return np.where(n < 2, n, np.where(gap == 0, n, np.where(np.isinf(gap), np.inf, -np.expm1(log_of_last) / safe)))
