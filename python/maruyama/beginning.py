"""Where a run starts: at states of the user's, or where another run has come to."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from maruyama.arguments import float_dtype
from maruyama.course import Course
from maruyama.grid import Grid, time_grid
from maruyama.path_numbers import PathsArgument, path_numbers
from maruyama.result import Paths
from maruyama.seeding import KnownSeed, Seed, known_seed, same_seed, seed_text
from maruyama.state import State, initial_state

__all__ = ["Beginning", "beginning", "grid_from", "require_the_same", "require_the_same_noise"]


@dataclass(frozen=True)
class Beginning:
    """States, the grid from there on, the seed of their noise, and what the paths have behind them."""

    state: State
    grid: Grid
    seed: KnownSeed | None
    course: Course
    goes_on: bool

    def apart_from(self, out: NDArray[Any]) -> "Beginning":
        """The same, its states in memory that they do not share with ``out``."""
        state = self.state.apart_from(out)
        return self if state is self.state else replace(self, state=state)


def beginning(
    x0: ArrayLike | Paths, method: str, noise: str | None, *, seed: Seed, steps: int | None, t: ArrayLike | None,
    paths: PathsArgument | None, dtype: DTypeLike | None,
) -> Beginning:  # fmt: skip
    """Read these arguments together."""
    if isinstance(x0, Paths):
        course = _course(x0, method, noise)
        require_the_same(x0, seed, paths, dtype)
        state = initial_state(x0.final, x0.paths, x0.x.dtype)
        return Beginning(state, grid_from(x0, t, steps), x0.seed, course, goes_on=True)
    grid = grid_from(x0, t, steps)
    state = initial_state(x0, paths, dtype)
    known = None if noise is None else known_seed(seed)
    return Beginning(state, grid, known, Course(method, noise, 0, 0, grid.t0, None, 0, is_saved=True), goes_on=False)


def grid_from(x0: ArrayLike | Paths, t: ArrayLike | None, steps: int | None) -> Grid:
    """The grid of a run from ``x0``."""
    return _known_course(x0).further(t, steps) if isinstance(x0, Paths) else time_grid(t, steps)


def require_the_same_noise(start: Beginning, terms: int) -> None:
    """Refuse another number of Brownian motions: the noise of each step lies elsewhere in the stream of a path."""
    before = start.course.terms
    if start.goes_on and terms != before:
        raise ValueError(
            f"diffusion has {terms} Brownian motions, but the run that goes on had {before}: their noise cannot go "
            f"on; {_ANEW}"
        )


_ANEW = "to begin anew give its states, x0=run.final, with a seed of their own"


def _known_course(run: Paths) -> Course:
    if run.course is None:
        raise ValueError("this Paths does not say how far its run has come: only what a run returned can go on")
    return run.course


def _course(run: Paths, method: str, noise: str | None) -> Course:
    course = _known_course(run)
    if course.method != method:
        raise ValueError(f"the run that goes on is one of mr.{course.method}, not of mr.{method}; {_ANEW}")
    if course.noise != noise:
        raise ValueError(f"the run that goes on has noise={course.noise!r}, not {noise!r}: say the same; {_ANEW}")
    if not course.is_saved:
        raise ValueError(
            f"the last saved states are those at t = {run.t[-1]}, but the run has come to t = {course.t}: a run goes "
            "on from its last state, so save that too"
        )
    return course


def require_the_same(run: Paths, seed: Seed, paths: PathsArgument | None, dtype: DTypeLike | None) -> None:
    """Refuse what would contradict the run that goes on."""
    if paths is not None and not np.array_equal(path_numbers(paths).array(), path_numbers(run.paths).array()):
        raise ValueError(
            "paths differs from the paths of the run that goes on: leave it out; for some of them write "
            "run.take(rows) in place of run"
        )
    if dtype is not None and float_dtype(dtype) != run.x.dtype:
        raise ValueError(
            f"dtype={float_dtype(dtype).name!r}, but the run that goes on is one of {run.x.dtype}: leave dtype out; "
            f"{_ANEW}"
        )
    if seed is not None and not same_seed(seed, run.seed):
        has = "no seed" if run.seed is None else f"seed={seed_text(run.seed)}"
        raise ValueError(f"seed differs from that of the run that goes on, which has {has}: leave it out; {_ANEW}")
