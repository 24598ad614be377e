"""The time grid of a run: t_0, ..., t_steps, evenly spaced or given point by point, forwards or backwards."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from maruyama.arguments import real_array, shown, whole_number
from maruyama.sizes import check_counters

__all__ = ["Even", "Grid", "further_grid", "time_grid"]


@dataclass(frozen=True)
class Even:
    """The times t_k = t0 + k*(t1 - t0)/intervals for k = 0, 1, ...; t_intervals is exactly t1."""

    t0: float
    t1: float
    intervals: int

    def times(self, k: NDArray[np.int64]) -> NDArray[np.float64]:
        """The times t_k."""
        if k.size == 1:
            return np.array([self.time(int(k[0]))])
        return np.where(k == self.intervals, self.t1, self._inner(k))

    def time(self, k: int) -> float:
        """One of them."""
        return self.t1 if k == self.intervals else float(self._inner(k))

    def _inner(self, k: Any) -> Any:
        return self.t0 + (k * (self.t1 - self.t0)) / self.intervals


@dataclass(frozen=True)
class Grid:
    """The ``steps + 1`` times of a run: listed, or those of an even grid from its step ``place`` on."""

    steps: int
    t0: float
    t1: float  # t0 where steps = 0
    points: NDArray[np.float64] | None = None  # all of them, where they are not evenly spaced
    even: Even | None = None  # neither this nor points: steps = 0
    place: int = 0

    def times(self, steps: NDArray[np.int64]) -> NDArray[np.float64]:
        """The times of the run's steps."""
        if self.points is not None:
            return self.points[steps]
        if self.even is None:
            return np.full(steps.shape, self.t0)
        return self.even.times(self.place + steps)

    def nearest(self, times: NDArray[np.float64]) -> NDArray[np.int64]:
        """The steps whose times are nearest, found without listing an even grid."""
        if self.points is None:
            span = (self.t1 - self.t0) or 1.0
            return np.clip(np.rint((times - self.t0) / span * self.steps), 0, self.steps).astype(np.int64)
        sign = 1.0 if self.t1 >= self.t0 else -1.0
        right = np.searchsorted(sign * self.points, sign * times).clip(0, self.steps)
        left = np.maximum(right - 1, 0)
        nearer_left = abs(times - self.points[left]) <= abs(self.points[right] - times)
        return np.where(nearer_left, left, right).astype(np.int64)


def time_grid(t: ArrayLike | None, steps: int | None) -> Grid:
    """A span ``(t0, t1)`` with ``steps``, by default (0, 1), or all the grid points without."""
    times = _UNIT if t is None else _finite_times(t)
    if steps is not None:
        return _span_grid(times, whole_number(steps, "steps"))
    if times.shape == (2,):
        raise ValueError(
            f"steps is missing: t={(0.0, 1.0) if t is None else t!r} is the span of the run; say steps=..., or give "
            "all the grid points as an array, t=np.array([...]), three or more; a single step is steps=1"
        )
    return _listed_grid(times)


_UNIT = np.array([0.0, 1.0])


def _finite_times(t: ArrayLike) -> NDArray[np.float64]:
    times = real_array(t, "t").astype(np.float64, copy=False)
    if not np.isfinite(times).all():
        raise ValueError(f"t must be finite, got {shown(t)}")
    return times


def further_grid(even: Even, place: int, steps: int) -> Grid:
    """``steps`` more steps on an even grid, of which ``place`` are behind."""
    check_counters(place + steps, terms=0)
    with np.errstate(over="ignore"):  # refused below
        t0, t1 = even.time(place), even.time(place + steps)
    if not np.isfinite(t1):
        raise OverflowError(f"the times of steps={steps} more steps overflow float64")
    return Grid(steps, t0, t1, even=even, place=place)


def _span_grid(times: NDArray[np.float64], steps: int) -> Grid:
    if times.shape != (2,):
        raise ValueError(
            f"t has shape {times.shape}, but with steps={steps} it must be the span (t0, t1): "
            "leave steps out where t lists all the grid points"
        )
    check_counters(steps, terms=0)
    t0, t1 = float(times[0]), float(times[1])
    if steps == 0:
        return Grid(0, t0, t0)
    if t0 == t1:
        raise ValueError(f"t=({t0}, {t1}) is a span without length: say another t1, or steps=0")
    if not np.isfinite(steps * (t1 - t0)):
        raise OverflowError(f"steps * (t1 - t0) = {steps} * ({t1} - {t0}) overflows float64")
    return Grid(steps, t0, t1, even=Even(t0, t1, steps))


def _listed_grid(times: NDArray[np.float64]) -> Grid:
    if times.ndim != 1 or times.size == 0:
        raise ValueError(
            f"t has shape {times.shape}, expected all the grid points in one row, or a span (t0, t1) with steps=..."
        )
    with np.errstate(over="ignore"):  # refused below
        gaps = np.diff(times)
    if not ((gaps > 0).all() or (gaps < 0).all()):
        raise ValueError("t must be strictly increasing or strictly decreasing")
    if not np.isfinite(gaps).all():
        raise OverflowError("the steps of t overflow float64")
    points = np.array(times)  # the caller's array may change while the run lasts
    return Grid(points.size - 1, float(points[0]), float(points[-1]), points)
