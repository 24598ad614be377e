"""Which steps of a run are kept. Times are matched with the grid; nothing is interpolated."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from maruyama.arguments import real_array, whole_number
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
            raise ValueError(f"{_FORMS}, got {save!r}")
        return SavePlan(grid.steps, listed=np.array([grid.steps]) if save == "final" else None)
    if isinstance(save, int | np.integer) and not isinstance(save, bool):
        return SavePlan(grid.steps, stride=whole_number(save, "save", least=1))
    try:
        times = real_array(save, "save")
    except TypeError:
        raise TypeError(f"{_FORMS}, got {save!r}") from None
    if times.ndim != 1 or times.dtype.kind == "b":
        raise TypeError(f"{_FORMS}, got {save!r}")
    return SavePlan(grid.steps, listed=_steps_at(times.astype(np.float64), grid))


def _steps_at(times: NDArray[np.float64], grid: Grid) -> NDArray[np.int64]:
    if times.size == 0:
        raise ValueError('save lists no time: say save="final" for the last state alone')
    if not np.isfinite(times).all():
        raise ValueError("the times in save must be finite")
    steps = grid.nearest(times)
    off = abs(times - grid.times(steps)) > _tolerance(times, steps, grid)
    if off.any():
        raise ValueError(_off_the_grid(float(times[off][0]), int(steps[off][0]), grid))
    if (np.diff(steps) <= 0).any():
        raise ValueError("the times in save must follow the run, without repeats: ascending, or descending with t")
    return steps


def _tolerance(times: NDArray[np.float64], steps: NDArray[np.int64], grid: Grid) -> NDArray[np.float64]:
    before, after = np.maximum(steps - 1, 0), np.minimum(steps + 1, grid.steps)
    gap = abs(grid.times(after) - grid.times(before)) / np.maximum(after - before, 1)
    largest = np.maximum(abs(times), max(abs(grid.t0), abs(grid.t1)))
    tolerance: NDArray[np.float64] = np.maximum(_STEP_TOLERANCE * gap, _ULPS * np.spacing(largest))
    return tolerance


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
