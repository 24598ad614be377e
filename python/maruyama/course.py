"""Course: how far a run has come, and what a run that goes on from it must keep to give the bits of one long run."""

from dataclasses import dataclass

from numpy.typing import ArrayLike

from maruyama.arguments import whole_number
from maruyama.grid import Even, Grid, further_grid, time_grid

__all__ = ["Course"]


@dataclass(frozen=True)
class Course:
    """``steps`` are counted from the first run on: the noise of a path is a function of this count."""

    method: str
    noise: str | None  # None: an ODE
    terms: int  # Brownian motions of a path
    steps: int
    t: float  # where the paths are after them
    even: Even | None  # the grid that goes on, with ``place`` of its steps behind
    place: int
    is_saved: bool  # whether the last saved states are those at t

    def further(self, t: ArrayLike | None, steps: int | None) -> Grid:
        """The grid of a run that goes on from here: the same steps, or what ``t`` says from here on."""
        if t is None:
            return self._same_steps(steps)
        grid = time_grid(t, steps)
        if grid.t0 != self.t:
            raise ValueError(
                f"t begins at {grid.t0}, but the run that goes on has come to t = {self.t}: begin there, "
                "or leave t out to go on with the same steps"
            )
        return self._same_steps(0) if grid.steps == 0 and self.even is not None else grid

    def after(self, grid: Grid, terms: int, *, is_saved: bool) -> "Course":
        """The course once a run has gone through ``grid``."""
        steps = self.steps + grid.steps
        place = grid.place + grid.steps
        return Course(self.method, self.noise, terms, steps, grid.t1, grid.even, place, is_saved)

    def _same_steps(self, steps: int | None) -> Grid:
        if steps is None:
            raise ValueError("steps is missing: say how many steps the run goes on, steps=..., or give t=...")
        if self.even is None:
            raise ValueError(
                "the run that goes on has no even steps: say how it goes on, by a span with steps=... or by grid "
                f"points, either beginning at t = {self.t}"
            )
        return further_grid(self.even, self.place, whole_number(steps, "steps"))
