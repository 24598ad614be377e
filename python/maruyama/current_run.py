"""The run that a field is called from: its times, and the settings of the thread that started it.

Other threads of the run see it too, for context variables hold in all of them; settings of other libraries do not.
"""

from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, ParamSpec, TypeVar

import numpy as np

from maruyama.grid import Grid

__all__ = ["CurrentRun", "as_current_run", "begin_run", "current_run", "read_at_start"]

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")

_WRONG_DIGITS = 2.0**-14  # of the span: float32 then leaves fewer than 4 digits of the time since t0
_READERS: dict[str, Callable[[], Any]] = {}


@dataclass
class CurrentRun:
    """What is known when the run starts."""

    settings: dict[str, Any] = field(default_factory=lambda: {name: read() for name, read in _READERS.items()})
    span: float = np.inf
    shortest_step: float = np.inf
    latest: float = 0.0  # of its times, that which is farthest from zero

    def is_far_from_zero(self, t: float) -> bool:
        """Whether float32 near t is too coarse for the span of the run."""
        return not _spacing(t) <= _WRONG_DIGITS * self.span

    def needs_float64(self, t: float) -> bool:
        """Whether float32 near t is too coarse for the span of the run, or for its shortest step."""
        return self.is_far_from_zero(t) or not _spacing(t) <= self.shortest_step


_current: ContextVar[CurrentRun | None] = ContextVar("maruyama_current_run", default=None)


def current_run() -> CurrentRun | None:
    """The run that this call belongs to; None outside of runs."""
    return _current.get()


def as_current_run(run: Callable[Arguments, Result]) -> Callable[Arguments, Result]:
    """Make what is called the current run while it lasts."""

    @wraps(run)
    def called(*args: Arguments.args, **options: Arguments.kwargs) -> Result:
        token = _current.set(CurrentRun())
        try:
            return run(*args, **options)
        finally:
            _current.reset(token)

    return called


def begin_run(grid: Grid) -> None:
    """Say the times of the current run, before its fields are called."""
    run = current_run()
    if run is None or grid.steps == 0:
        return
    run.span = abs(grid.t1 - grid.t0)
    run.latest = max(abs(grid.t0), abs(grid.t1))
    run.shortest_step = run.span / grid.steps if grid.points is None else float(np.abs(np.diff(grid.points)).min())


def read_at_start(name: str, read: Callable[[], Any]) -> None:
    """Have each run read something on the thread that starts it, and keep it under this name."""
    _READERS[name] = read


def _spacing(t: float) -> float:
    """The distance of neighbouring float32 numbers at t; nan beyond them."""
    with np.errstate(over="ignore", invalid="ignore"):
        return float(np.spacing(np.float32(abs(t))))
