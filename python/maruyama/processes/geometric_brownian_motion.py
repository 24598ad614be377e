"""GeometricBrownianMotion: a price; lognormal, with a scheme whose moments and strong error are known."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from maruyama.processes.exact_sampler import ExactSampler
from maruyama.processes.gaussian_transition import normal_density
from maruyama.processes.independent import IndependentDimensions
from maruyama.processes.law import elapsed, even_steps, points
from maruyama.processes.parameters import not_negative, real
from maruyama.processes.process import coefficient

__all__ = ["GeometricBrownianMotion"]


@dataclass(frozen=True)
class GeometricBrownianMotion(IndependentDimensions, ExactSampler):
    """dX = mu X dt + sigma X dW, so X_t = x0 exp((mu - sigma^2 / 2) t + sigma W_t).

    Euler-Maruyama multiplies by 1 + mu dt + sigma dW: E X_n = x0 (1 + mu dt)^n and
    E X_n^2 = x0^2 ((1 + mu dt)^2 + sigma^2 dt)^n. Its X_n can be negative; for prices free of the error of the scheme
    simulate the logarithm, BrownianMotion(mu - sigma^2 / 2, sigma).

    Parameters
    ----------
    mu : float or (dim,) array_like
        Rate of growth.
    sigma : float or (dim,) array_like
        Volatility, at least 0.

    References
    ----------
    Black and Scholes, "The pricing of options and corporate liabilities", J. Polit. Econ. 81 (1973) 637-654.
    Kloeden and Platen, "Numerical Solution of Stochastic Differential Equations", Springer 1992, section 4.4.

    Examples
    --------
    >>> import maruyama as mr
    >>> stock = mr.processes.GeometricBrownianMotion(mu=0.05, sigma=0.2)
    >>> run = stock.simulate(100.0, paths=100_000, steps=10, seed=7)
    >>> print(f"{run.final.mean():.0f} scheme {stock.scheme_mean(100.0, 1.0, 10):.0f}")
    105 scheme 105
    """

    mu: ArrayLike = real(0.0)
    sigma: ArrayLike = not_negative(1.0)

    @coefficient
    def drift(self, x: Any, t: float) -> Any:
        """``mu x``."""
        return np.asarray(self.mu) * x

    @coefficient
    def diffusion(self, x: Any, t: float) -> Any:
        """``sigma x``."""
        return np.asarray(self.sigma) * x

    def solution(self, x0: ArrayLike, t: ArrayLike, w: ArrayLike) -> NDArray[Any]:
        """X_t on the Brownian path that is ``w`` at t, as `brownian` gives for the seed of a run."""
        mu, sigma = self.parameters
        return np.asarray(points(x0) * np.exp((mu - sigma**2 / 2) * elapsed(t) + sigma * np.asarray(w)))

    def transition(self, x0: ArrayLike, t: ArrayLike, z: ArrayLike) -> NDArray[Any]:
        """The solution where W_t = sqrt(t) z."""
        return self.solution(x0, t, np.sqrt(elapsed(t)) * np.asarray(z))

    def mean(self, x0: ArrayLike, t: ArrayLike) -> NDArray[Any]:
        """x0 exp(mu t)."""
        return np.asarray(points(x0) * np.exp(np.multiply(self.mu, elapsed(t))))

    def variance(self, x0: ArrayLike, t: ArrayLike) -> NDArray[Any]:
        """x0^2 exp(2 mu t) (exp(sigma^2 t) - 1)."""
        return np.asarray(self.mean(x0, t) ** 2 * np.expm1(np.square(self.sigma) * elapsed(t)))

    def density(self, x: ArrayLike, x0: ArrayLike, t: ArrayLike) -> NDArray[Any]:
        """Density of X_t from ``x0 > 0`` at ``x``, lognormal, of each dimension by itself; t > 0."""
        mu, sigma = self.parameters
        place, start = points(x, "x"), points(x0)
        if not (start > 0).all():
            raise ValueError(f"x0 must be positive for a density, got {x0!r}")
        inside = np.where(place > 0, place, 1.0)
        variance = sigma**2 * elapsed(t, positive=True)
        normal = normal_density(np.log(inside), np.log(start) + mu * elapsed(t) - variance / 2, variance)
        return np.asarray(np.where(place > 0, normal / inside, 0.0))

    def scheme_mean(self, x0: ArrayLike, t: ArrayLike, steps: ArrayLike) -> NDArray[Any]:
        """x0 (1 + mu dt)^n."""
        dt, n = even_steps(t, steps)
        return np.asarray(points(x0) * (1 + np.multiply(self.mu, dt)) ** n)

    def scheme_second_moment(self, x0: ArrayLike, t: ArrayLike, steps: ArrayLike) -> NDArray[Any]:
        """E X_n^2 = x0^2 ((1 + mu dt)^2 + sigma^2 abs(dt))^n."""
        mu, sigma = self.parameters
        dt, n = even_steps(t, steps)
        return np.asarray(points(x0) ** 2 * ((1 + mu * dt) ** 2 + sigma**2 * abs(dt)) ** n)

    def scheme_variance(self, x0: ArrayLike, t: ArrayLike, steps: ArrayLike) -> NDArray[Any]:
        """E X_n^2 - (E X_n)^2 = x0^2 (p^n - q^n), p = (1 + mu dt)^2 + sigma^2 abs(dt), q = (1 + mu dt)^2."""
        mu, sigma = self.parameters
        dt, n = even_steps(t, steps)
        square, added = np.broadcast_arrays((1 + mu * dt) ** 2, sigma**2 * abs(dt))
        safe = np.where(square > 0, square, 1.0)
        # without cancellation where sigma is small: q^n ((p/q)^n - 1)
        apart = np.where(square > 0, safe**n * np.expm1(n * np.log1p(added / safe)), np.where(n > 0, added**n, 0.0))
        return np.asarray(points(x0) ** 2 * apart)

    def strong_error(self, x0: ArrayLike, t: ArrayLike, steps: ArrayLike) -> NDArray[Any]:
        """E (X_n - X_t)^2, the scheme and the solution on the same Brownian path.

        It is x0^2 (A^n - 2 C^n + S^n) for what a step multiplies E X_n^2, E X_n X_t and E X_t^2 by: with a = mu dt and
        v = sigma^2 dt, A = (1 + a)^2 + v, C = exp(a) (1 + a + v), S = exp(2 a + v).

        Examples
        --------
        >>> import maruyama as mr
        >>> stock = mr.processes.GeometricBrownianMotion(mu=0.5, sigma=0.4)
        >>> x = stock.simulate(1.0, paths=100_000, steps=16, seed=7).final
        >>> w = mr.brownian(100_000, steps=16, seed=7, save="final").final
        >>> print(f"{((x - stock.solution(1.0, 1.0, w)) ** 2).mean():.3f} {stock.strong_error(1.0, 1.0, 16):.3f}")
        0.003 0.003
        """
        mu, sigma = self.parameters
        dt, n = even_steps(elapsed(t), steps)
        return np.asarray(points(x0) ** 2 * _strong_error(mu * dt, sigma**2 * dt, n))


def _strong_error(a: NDArray[Any], v: NDArray[Any], n: NDArray[Any]) -> NDArray[Any]:
    """A^n - 2 C^n + S^n, which is far below each of them where steps are short.

    A^n - C^n = (A - C) f(A) with f(y) = sum_k y^k C^(n - 1 - k), so it is (A - 2 C + S) f(S) + (A - C) (f(A) - f(S));
    A - 2 C + S and A - C are sums of small terms. Long steps, where C may be negative, have nothing to cancel.
    """
    bent = _exp_beyond_linear(a)
    cross = np.exp(a) * (1 + a + v)
    ahead = -(1 + a) * bent - v * np.expm1(a)  # A - C
    both = bent**2 + v * np.expm1(a) ** 2 + np.exp(2 * a) * _exp_beyond_linear(v)  # A - 2 C + S
    short = (np.abs(a) < 0.25) & (v < 0.25)
    base = np.where(short, cross, 1.0)

    def powers(apart: NDArray[Any]) -> NDArray[Any]:
        """f(C + apart)."""
        x = np.where(short, apart, 0.0) / base
        safe = np.where(x == 0, 1.0, x)
        return np.asarray(base ** (n - 1.0) * np.where(x == 0, n, np.expm1(n * np.log1p(x)) / safe))

    behind = powers(both - ahead)
    small = both * behind + ahead * (powers(ahead) - behind)
    return np.asarray(np.where(short, small, ((1 + a) ** 2 + v) ** n - 2 * cross**n + np.exp((2 * a + v) * n)))


def _exp_beyond_linear(x: NDArray[Any]) -> NDArray[Any]:
    """exp(x) - 1 - x, by its series where it is small."""
    series = np.ones_like(x)
    for k in range(12, 2, -1):
        series = 1 + x / k * series
    return np.asarray(np.where(np.abs(x) < 0.25, x**2 / 2 * series, np.expm1(x) - x))
