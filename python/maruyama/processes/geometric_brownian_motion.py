"""GeometricBrownianMotion: a price; lognormal, with a scheme whose moments and strong error are known."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from maruyama.processes.exact_sampler import ExactSampler
from maruyama.processes.gaussian_transition import normal_density
from maruyama.processes.independent import IndependentDimensions
from maruyama.processes.law import elapsed, even_steps, points
from maruyama.processes.limits import decayed_time, grown, power, times_square
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
        return grown(points(x0), (mu - sigma**2 / 2) * elapsed(t) + sigma * np.asarray(w))

    def transition(self, x0: ArrayLike, t: ArrayLike, z: ArrayLike) -> NDArray[Any]:
        """The solution where W_t = sqrt(t) z."""
        return self.solution(x0, t, np.sqrt(elapsed(t)) * np.asarray(z))

    def mean(self, x0: ArrayLike, t: ArrayLike) -> NDArray[Any]:
        """x0 exp(mu t)."""
        return grown(points(x0), np.multiply(self.mu, elapsed(t)))

    def variance(self, x0: ArrayLike, t: ArrayLike) -> NDArray[Any]:
        """x0^2 exp(2 mu t) (exp(sigma^2 t) - 1)."""
        deviation = np.multiply(self.sigma, np.sqrt(elapsed(t)))  # of the logarithm
        spread = np.minimum(times_square(1.0, deviation), 1e300)
        root = deviation * grown(np.abs(points(x0)), np.multiply(self.mu, elapsed(t)) + spread / 2)
        return times_square(decayed_time(spread, 1.0), root)

    def density(self, x: ArrayLike, x0: ArrayLike, t: ArrayLike) -> NDArray[Any]:
        """Density of X_t from ``x0 > 0`` at ``x``, lognormal, of each dimension by itself; t > 0."""
        mu, sigma = self.parameters
        place, start = points(x, "x"), points(x0)
        if not (start > 0).all():
            raise ValueError(f"x0 must be positive for a density, got {x0!r}")
        inside = np.where(place <= 0, start, place)
        deviation = sigma * np.sqrt(elapsed(t, positive=True))
        forward: NDArray[Any] = mu * elapsed(t) - times_square(0.5, deviation)
        apart = _log_of_ratio(inside, start) - forward
        return np.where(place <= 0, 0.0, normal_density(apart, deviation, inside))

    def scheme_mean(self, x0: ArrayLike, t: ArrayLike, steps: ArrayLike) -> NDArray[Any]:
        """x0 (1 + mu dt)^n."""
        dt, n = even_steps(t, steps)
        return power(-np.multiply(self.mu, dt), n).times(points(x0))

    def scheme_second_moment(self, x0: ArrayLike, t: ArrayLike, steps: ArrayLike) -> NDArray[Any]:
        """E X_n^2 = x0^2 ((1 + mu dt)^2 + sigma^2 abs(dt))^n."""
        mu, sigma = self.parameters
        dt, n = even_steps(t, steps)
        return times_square(1.0, _root_of_power(points(x0), mu * dt, times_square(abs(dt), sigma), n))

    def scheme_variance(self, x0: ArrayLike, t: ArrayLike, steps: ArrayLike) -> NDArray[Any]:
        """E X_n^2 - (E X_n)^2 = x0^2 (p^n - q^n), p = (1 + mu dt)^2 + sigma^2 abs(dt), q = (1 + mu dt)^2."""
        mu, sigma = self.parameters
        dt, n = even_steps(t, steps)
        step = sigma * np.sqrt(abs(dt))
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):  # q = 0, where (q/p)^n is 0
            ratio = np.where(step > 0, (step / (1 + mu * dt)) ** 2, 0.0)  # p/q - 1
            lost = np.where(n > 0, n * np.log1p(ratio), 0.0)
            root = _root_of_power(points(x0), mu * dt, times_square(1.0, step), n)  # p^n (1 - (q/p)^n)
            tiny = times_square(n * decayed_time(lost, 1.0), root * np.where(ratio < 1e-17, step / (1 + mu * dt), 0.0))
            return np.where(ratio < 1e-17, tiny, times_square(-np.expm1(-lost), root))

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


def _root_of_power(x0: NDArray[Any], a: NDArray[Any], v: NDArray[Any], n: NDArray[Any]) -> NDArray[Any]:
    """abs(x0) p^(n/2) for p = (1 + a)^2 + v, which is not rounded where it is near 1."""
    beyond = a * (2 + a) + v  # p - 1
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        log = np.where(beyond > -0.5, np.log1p(beyond), np.log((1 + a) ** 2 + v))
        return grown(np.abs(x0), np.where(n == 0, 0.0, n * log) / 2)


def _log_of_ratio(x: NDArray[Any], x0: NDArray[Any]) -> NDArray[Any]:
    """log(x / x0), to its last digits where x is near x0."""
    with np.errstate(over="ignore", under="ignore"):
        beyond = (x - x0) / x0
    near = np.abs(beyond) < 0.5
    return np.where(near, np.log1p(np.where(near, beyond, 0.0)), np.log(x) - np.log(x0))


def _strong_error(a: NDArray[Any], v: NDArray[Any], n: NDArray[Any]) -> NDArray[Any]:
    """A^n - 2 C^n + S^n, which is far below each of them where steps are short.

    With the divided differences of y^n it is (A - 2 C + S) y^n[S, C] + (A - C) (A - S) y^n[A, S, C], where A - 2 C + S,
    A - C and S - C are sums of small terms. Long steps, where C may be negative, have nothing to cancel.
    """
    short = (np.abs(a) < 0.25) & (v < 0.25)
    with np.errstate(over="ignore", invalid="ignore"):
        cross = np.exp(a) * (1 + a + v)
        long = np.asarray(((1 + a) ** 2 + v) ** n - 2 * cross**n + np.exp((2 * a + v) * n))
        return np.where(short, _strong_error_of_short_steps(np.where(short, a, 0.0), np.where(short, v, 0.0), n), long)


def _strong_error_of_short_steps(a: NDArray[Any], v: NDArray[Any], n: NDArray[Any]) -> NDArray[Any]:
    bent = _exp_beyond_linear(a)
    log_cross, cross = a + np.log1p(a + v), np.exp(a) * (1 + a + v)
    both = bent**2 + v * np.expm1(a) ** 2 + np.exp(2 * a) * _exp_beyond_linear(v)  # A - 2 C + S
    ahead = (-(1 + a) * bent - v * np.expm1(a)) / cross  # (A - C) / C
    behind = np.exp(a) * _exp_beyond_linear(a + v) / cross  # (S - C) / C
    first = np.exp((n - 1.0) * log_cross) * _divided(behind, n)
    second = np.exp(n * log_cross) * _divided_twice(ahead, behind, n)
    return np.asarray(np.where(n == 0, 0.0, both * first + ahead * (ahead - behind) * second))


def _divided(x: NDArray[Any], n: NDArray[Any]) -> NDArray[Any]:
    """((1 + x)^n - 1) / x."""
    safe = np.where(x == 0, 1.0, x)
    return np.where(x == 0, n, np.expm1(n * np.log1p(safe)) / safe)


def _divided_twice(x: NDArray[Any], y: NDArray[Any], n: NDArray[Any]) -> NDArray[Any]:
    """(divided(x) - divided(y)) / (x - y), by its series, sum_j binomial(n, j) (x^(j - 2) + ... + y^(j - 2))."""
    small = n * np.maximum(np.abs(x), np.abs(y)) < 0.5
    x_small, y_small, apart = np.where(small, x, 0.0), np.where(small, y, 0.0), np.where(x == y, 1.0, x - y)
    binomial, powers, power_of_y = n * (n - 1.0) / 2, np.ones_like(x), np.ones_like(x)
    series = binomial
    for j in range(3, 20):
        binomial, power_of_y = binomial * (n - j + 1.0) / j, power_of_y * y_small
        powers = x_small * powers + power_of_y
        series = series + binomial * powers
    return np.where(small, series, (_divided(x, n) - _divided(y, n)) / apart)


def _exp_beyond_linear(x: NDArray[Any]) -> NDArray[Any]:
    """exp(x) - 1 - x, by its series where it is small."""
    series = np.ones_like(x)
    for k in range(12, 2, -1):
        series = 1 + x / k * series
    return np.asarray(np.where(np.abs(x) < 0.25, x**2 / 2 * series, np.expm1(x) - x))
