"""Which steps of a run are kept. Times are matched with the grid; nothing is interpolated."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from maruyama.arguments import real_array, shown, whole_number
from maruyama.grid import Grid

__all__ = ["SavePlan", "save_plan"]

_STEP_TOLERANCE = 1e-9  # of a step: what is left of a time after some arithmetic
_ULPS = 4
_FORMS = 'save must be "final", "all", a number of steps or an array of grid times'


@dataclass(frozen=True)
class SavePlan:
    """The saved steps: ``listed`` ones, or every ``stride``-th of 0, ..., ``last`` and the last."""

    last: int
    stride: int = 1
    listed: NDArray[np.int64] | None = None

    @property
    def count(self) -> int:
        """How many steps are saved; known before they are listed."""
        if self.listed is not None:
            return self.listed.size
        return self.last // self.stride + 1 + (self.last % self.stride != 0)

    def steps(self) -> NDArray[np.int64]:
        """All of them, ascending."""
        if self.listed is not None:
            return self.listed
        return np.unique(np.append(np.arange(0, self.last + 1, self.stride, dtype=np.int64), self.last))


def save_plan(save: str | int | ArrayLike, grid: Grid) -> SavePlan:
    """Read ``save``: "final", "all", every k-th step, or an array of grid times in the order of the run."""
    if isinstance(save, str):
        if save not in ("final", "all"):
            raise ValueError(f"{_FORMS}, got {shown(save)}")
        return SavePlan(grid.steps, listed=np.array([grid.steps]) if save == "final" else None)
    if isinstance(save, int | np.integer) and not isinstance(save, bool):
        return SavePlan(grid.steps, stride=whole_number(save, "save", least=1))
    try:
        times = real_array(save, "save")
    except TypeError:
        raise TypeError(f"{_FORMS}, got {shown(save)}") from None
    if times.ndim != 1 or times.dtype.kind == "b":
        raise TypeError(f"{_FORMS}, got {shown(save)}")
    return SavePlan(grid.steps, listed=_steps_at(times, grid))


def _steps_at(given: NDArray[Any], grid: Grid) -> NDArray[np.int64]:
    times = given.astype(np.float64)
    if times.size == 0:
        raise ValueError('save lists no time: say save="final" for the last state alone')
    if not np.isfinite(times).all():
        raise ValueError("the times in save must be finite")
    steps = grid.nearest(times)
    distance = abs(times - grid.times(steps))
    off = (distance > _tolerance(times, steps, grid)) & (distance > _tolerance_of_dtype(given, steps, grid))
    if off.any():
        message = _off_the_grid(float(times[off][0]), int(steps[off][0]), grid)
        raise ValueError(message + _if_steps_were_meant(given, grid) + _if_too_coarse(given))
    if (np.diff(steps) <= 0).any():
        raise ValueError("the times in save must follow the run, without repeats: ascending, or descending with t")
    return steps


def _tolerance(times: NDArray[np.float64], steps: NDArray[np.int64], grid: Grid) -> NDArray[np.float64]:
    before, after = np.maximum(steps - 1, 0), np.minimum(steps + 1, grid.steps)
    gap = abs(grid.times(after) - grid.times(before)) / np.maximum(after - before, 1)
    largest = np.maximum(abs(times), max(abs(grid.t0), abs(grid.t1)))
    tolerance: NDArray[np.float64] = np.maximum(_STEP_TOLERANCE * gap, _ULPS * np.spacing(largest))
    return tolerance


def _tolerance_of_dtype(given: NDArray[Any], steps: NDArray[np.int64], grid: Grid) -> NDArray[np.float64]:
    """What a time may be off that was rounded to float32, where no two grid points are that near; else 0."""
    if not _is_coarse(given):
        return np.zeros(steps.shape)
    here, before, after = (grid.times(np.clip(steps + k, 0, grid.steps)) for k in (0, -1, 1))
    gap = np.minimum(*(np.where(there == here, np.inf, abs(there - here)) for there in (before, after)))
    largest = np.maximum(abs(given), given.dtype.type(max(abs(grid.t0), abs(grid.t1))))
    own, sums = (_ULPS * np.spacing(values).astype(np.float64) for values in (abs(given), largest))
    tolerance: NDArray[np.float64] = np.where(gap > 2 * sums, sums, np.where(gap > 2 * own, own, 0.0))
    return tolerance


def _is_coarse(given: NDArray[Any]) -> bool:
    return given.dtype.kind == "f" and given.dtype.itemsize < 8


def _if_too_coarse(given: NDArray[Any]) -> str:
    dtype = given.dtype
    return f"; save holds {dtype} times, which are rounded: give them in float64" if _is_coarse(given) else ""


def _if_steps_were_meant(given: NDArray[Any], grid: Grid) -> str:
    """What to write where the times are whole numbers that could count steps."""
    if given.dtype.kind not in "iu" or given.min() < 0 or given.max() > grid.steps:
        return ""
    first = given[:5]
    times = ", ".join(map(repr, grid.times(first.astype(np.int64)).tolist())) + ", ..." * (given.size > 5)
    return (
        "; a list in save holds times, and a number alone counts steps: the times of the steps "
        f"{', '.join(map(str, first.tolist()))}{', ...' * (given.size > 5)} are save=[{times}]"
    )


def _off_the_grid(time: float, step: int, grid: Grid) -> str:
    t = float(grid.times(np.array([step]))[0])
    beyond = (time > t) == (grid.t1 >= grid.t0)
    other = step + 1 if beyond else step - 1
    if not 0 <= other <= grid.steps:
        return f"save time {time} is outside the run, which goes from t = {grid.t0} to {grid.t1}"
    low, high = sorted((step, other))
    t_low, t_high = grid.times(np.array([low, high])).tolist()
    return (
        f"save time {time} is not on the grid: its neighbours are t[{low}] = {t_low} and t[{high}] = {t_high}; "
        "save one of these, or choose a grid that holds it"
    )
