"""Parts of laws that keep their digits where a parameter tends to 0 or to infinity: nothing large cancels in them."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["Power", "apart_from_mixed", "decayed_time", "grown", "mixed", "power", "times_square"]

Floats = NDArray[np.float64]


def decayed_time(rate: Any, t: Any) -> Floats:
    """The integral of exp(-rate s) over s from 0 to t: (1 - exp(-rate t)) / rate; t where rate = 0."""
    with np.errstate(over="ignore", under="ignore", invalid="ignore", divide="ignore"):
        z = np.multiply(rate, t)
        short = z < 1
        ratio = np.where(z > 0, -np.expm1(-z) / np.where(z > 0, z, 1.0), 1.0)
        return np.asarray(np.where(short, t * ratio, -np.expm1(-z) / rate))


def mixed(start: Floats, end: Floats, rate: Floats, t: Floats) -> Floats:
    """``start d + end (1 - d)`` for d = exp(-rate t).

    ``end + (start - end) d`` is the same, but has no digit left where the rate is small and the end is large.
    """
    with np.errstate(over="ignore", under="ignore"):
        z = np.multiply(rate, t)
        return np.asarray(start * np.exp(-z) - end * np.expm1(-z))


def apart_from_mixed(x: Floats, start: Floats, end: Floats, rate: Floats, t: Floats) -> Floats:
    """``x - mixed(start, end, rate, t)``, from differences that keep their digits where the time is short."""
    with np.errstate(over="ignore", under="ignore"):
        fallen = -np.expm1(-rate * t)
        early = (x - start) + (start - end) * fallen
        late = (x - end) - (start - end) * np.exp(-rate * t)
    return np.where(fallen < 0.5, early, late)


def times_square(factor: Any, x: Any) -> Floats:
    """``factor x^2`` for factor >= 0, which overflows or underflows only where the product does."""
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        return np.where(np.equal(x, 0), 0.0, np.multiply(factor, np.abs(x)) * np.abs(x))


def grown(x: Floats, z: Floats) -> Floats:
    """``x exp(z)``, which overflows or underflows only where the product does."""
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        root = np.exp(np.multiply(z, 0.5))
        return np.where(np.equal(x, 0) | (root == 0), 0.0, x * root * root)


class Power(NamedTuple):
    """A power of 1 - gap, by its sign and the logarithm of its size."""

    sign: Floats
    log: Floats

    @property
    def value(self) -> Floats:
        """The power itself."""
        with np.errstate(over="ignore", under="ignore"):
            return np.asarray(self.sign * np.exp(self.log))

    def times(self, x: Floats) -> Floats:
        """``x value``."""
        return self.sign * grown(x, self.log)

    @property
    def below_one(self) -> Floats:
        """``1 - value``, without cancellation where the gap is small."""
        with np.errstate(over="ignore", under="ignore"):
            return np.where(self.sign > 0, -np.expm1(self.log), 1 + np.exp(self.log))


def power(gap: Floats, n: Any) -> Power:
    """``(1 - gap)^n``: 1 - gap is not rounded where it is near 1 or -1, for n multiplies what is lost there."""
    gap, n = np.broadcast_arrays(np.asarray(gap, np.float64), n)
    size = np.where(gap < 1, 1.0, -1.0)  # of which |1 - gap| is a small distance
    near = np.where(gap < 1, -gap, gap - 2)  # |1 - gap| - 1
    with np.errstate(divide="ignore", invalid="ignore"):
        log = np.where(np.abs(gap - 1) < 0.5, np.log(np.abs(1 - gap)), np.log1p(near))
        return Power(np.where(n % 2 == 0, 1.0, size), np.where(n == 0, 0.0, n * log))
