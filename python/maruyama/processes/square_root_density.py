"""The transition density of the square-root process, to its digits at every size of its parameters."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from maruyama.processes.limits import apart_from_mixed, decayed_time

__all__ = ["square_root_density"]

Floats = NDArray[np.float64]

_LARGE = 64.0  # from here on the asymptotic series has the digits of float64, and below it the power series is short
_ASYMPTOTIC, _POWERS = 10, 160  # terms of them


def square_root_density(x: Floats, x0: Floats, kappa: Floats, theta: Floats, sigma: Floats, t: Floats) -> Floats:
    """That of Cox, Ingersoll and Ross (1985), equation (18): c exp(-u - v) (v / u)^(q / 2) I_q(2 sqrt(u v)).

    Here c = 2 / (sigma^2 tau), u = c x0 d, v = c x, q = 2 kappa theta / sigma^2 - 1, d = exp(-kappa t) and
    tau = (1 - d) / kappa. c may be beyond float64, its root is not.
    """
    x, x0, kappa, theta, sigma, t = np.broadcast_arrays(x, x0, kappa, theta, sigma, t)
    with np.errstate(all="ignore"):
        tau, moved = decayed_time(kappa, t), x0 * np.exp(-kappa * t)
        root = np.sqrt(2 / tau) / sigma
        half = times_half_square(sigma, tau)  # sigma^2 tau / 2 = 1 / c
        order = kappa * theta * tau - half  # q / c
        size = np.hypot(order, 2 * np.sqrt(moved) * np.sqrt(np.maximum(x, 0.0)))  # sqrt(q^2 + 4 u v) / c
        far = apart_from_mixed(x, x0, theta, kappa, t) + half  # (v - u - q) / c
        large = _at_large(np.maximum(x, 0.0), moved, order, size, far, root)
        small = _at_small(root * np.maximum(x, 0.0) * root, root * moved * root, 2 * kappa * theta / sigma / sigma)
        density = np.where(root * size * root >= _LARGE, large, root * small * root)
    return np.where((x < 0) | (x == np.inf), 0.0, density)


def times_half_square(sigma: Floats, tau: Floats) -> Floats:
    """``sigma^2 tau / 2``."""
    return np.asarray(sigma * tau * sigma / 2)


def _at_large(x: Floats, moved: Floats, order: Floats, size: Floats, far: Floats, root: Floats) -> Floats:
    """By Olver's expansion of I_q(z) for large q or z (DLMF 10.41.3; at q = 0 it is Hankel's, 10.40.1).

    With r = sqrt(q^2 + z^2), z = 2 sqrt(u v) and w = (q + r) / 2, which is v at the mode, its leading term makes of the
    exponent -u - v + r - q asinh(q / z) + (q / 2) log(v / u) the sum -u delta^2 - q (delta - log(1 + delta)), where
    delta = v / w - 1 = (v - u - q) / (w + u): nothing is left that cancels.
    """
    mode = np.where(order > 0, (order + size) / 2, 2 * moved * x / (size - order))  # w / c, from w (w - q) = u v
    delta = np.maximum(far / (mode + moved), -1.0)
    exponent = (root * delta) ** 2 * (moved + order * _log_beyond(delta, x / mode))
    series, inverse = np.ones_like(x), 1 / size / root / root  # 1 / r
    square, power = (order / size) ** 2, np.ones_like(x)
    for coefficients in _olver():
        power = power * inverse
        series = series + power * np.polynomial.polynomial.polyval(square, coefficients)
    return np.asarray(root / np.sqrt(2 * np.pi * size) * np.exp(-exponent) * series)


def _log_beyond(delta: Floats, ratio: Floats) -> Floats:
    """(delta - log(1 + delta)) / delta^2, where ``ratio`` is 1 + delta: 1/2 - delta/3 + delta^2/4 - ..."""
    series = np.zeros_like(delta)
    for k in range(26, 1, -1):
        series = 1 / k - delta * series
    log = np.where(delta < -0.5, np.log(ratio), np.log1p(delta))
    return np.where(np.abs(delta) < 0.2, series, (delta - log) / delta**2)


@lru_cache(maxsize=1)
def _olver() -> list[Floats]:
    """U_k(p) / p^k for k = 1, 2, ... as polynomials of p^2, by the recurrence DLMF 10.41.9."""
    found = [np.ones(1)]
    for k in range(_ASYMPTOTIC):
        powers = k + 2 * np.arange(k + 1)
        following = np.zeros(k + 2)
        following[:-1] += found[-1] * (powers / 2 + 1 / (8 * (powers + 1)))
        following[1:] -= found[-1] * (powers / 2 + 5 / (8 * (powers + 3)))
        found.append(following)
    return found[1:]


def _at_small(v: Floats, u: Floats, degrees: Floats) -> Floats:
    """exp(-u - v) v^q sum_k (u v)^k / (k! Gamma(k + q + 1)), by its power series: all terms are positive.

    ``degrees`` is q + 1. Without u it is the Gamma law.
    """
    from scipy.special import rgamma, xlogy

    term = series = np.ones_like(v)
    for k in range(1, _POWERS):
        term = term * (u * v / (k * (k - 1 + degrees)))
        series = series + term
    return np.asarray(np.exp(xlogy(degrees - 1, v) - u - v) * rgamma(degrees) * series)
