"""The arguments of a law: points, the time since x0, and the even steps of the scheme."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from maruyama.arguments import real_array

__all__ = ["elapsed", "even_steps", "points"]

Floats = NDArray[np.float64]


def points(x: ArrayLike, name: str = "x0") -> Floats:
    """Points of any shape, as float64."""
    return real_array(x, name).astype(np.float64)


def elapsed(t: ArrayLike, *, positive: bool = False) -> Floats:
    """The time since x0: processes run forwards, though a scheme can run backwards; a density needs some time."""
    times = points(t, "t")
    if not (times >= 0).all():
        raise ValueError(f"t must be the time since x0, at least 0, got {t!r}")
    if positive and not times.all():
        raise ValueError(f"t must be positive, got {t!r}: at 0 all is at x0, and there is no density")
    return times


def even_steps(t: ArrayLike, steps: ArrayLike) -> tuple[Floats, NDArray[np.int64]]:
    """Their length t / steps and their number; without steps nothing happens, whatever the length."""
    counts = real_array(steps, "steps")
    if counts.dtype.kind not in "iu" or (counts < 0).any():
        raise ValueError(f"steps must be whole numbers of at least 0, got {steps!r}")
    return points(t, "t") / np.maximum(counts, 1), counts.astype(np.int64)
