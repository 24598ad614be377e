"""A field called on another number of rows than a run has, to see which axis of its result is that of the paths."""

from collections.abc import Callable
from typing import Any

import numpy as np

from maruyama.per_path import PerPath, block_arguments, keeps_marks
from maruyama.state import State

__all__ = ["other_number", "result_of_rows"]


def other_number(apart_from: set[int]) -> int:
    """The least number of rows that is neither 1 nor one of these."""
    return next(rows for rows in range(2, len(apart_from) + 3) if rows not in apart_from)


def result_of_rows(function: Callable[..., Any], rows: int, state: State, t0: float, args: tuple[Any, ...]) -> Any:
    """What the field returns at t0 for the first rows of a run, which begin again where there are too few.

    A field that would compile for a new shape has an attribute ``shaped``, which gives an array of the result's shape.
    """
    x = state.x0[np.arange(rows) % len(state.x0)]
    x.flags.writeable = False
    tiled = tuple(_tiled(value, rows) for value in args)
    arguments = block_arguments(tiled, keep_marks=keeps_marks(function))
    return getattr(function, "shaped", function)(x, t0, *(arguments(0, rows) if arguments else ()))


def _tiled(value: Any, rows: int) -> Any:
    return PerPath(value.array[np.arange(rows) % len(value)]) if isinstance(value, PerPath) else value
