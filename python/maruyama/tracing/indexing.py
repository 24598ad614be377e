"""Indexing with what is known when traced: slices, numbers, None, arrays of them; along the paths only all of them."""

from typing import Any

import numpy as np

from maruyama.tracing.array import Traced
from maruyama.tracing.errors import refusal
from maruyama.tracing.movement import moved

__all__ = ["indexed"]


def indexed(array: Traced, key: Any) -> Traced:
    """``array[key]``."""
    parts = key if isinstance(key, tuple) else (key,)
    if any(isinstance(part, Traced) for part in parts):
        raise refusal(
            "an array of traced values cannot be indexed by one",
            "choose with np.where, np.select or np.interp; look labels up in a constant table, and compute then",
        )
    if array.axis == 0 and _keeps_the_paths(parts, array.tracer.rows):
        return Traced(array.tracer, array.ids[(slice(None), *parts[1:])], 0, array.is_bool)
    result: Traced = moved(array.tracer, [array], lambda codes: codes[key])
    return result


def _keeps_the_paths(parts: tuple[Any, ...], rows: int) -> bool:
    """Whether the first part takes all paths, and the others are plain enough to leave them the first axis."""
    first = parts[0] if parts else None
    if not (isinstance(first, slice) and first.step in (None, 1) and first.indices(rows) == (0, rows, 1)):
        return False
    return all(isinstance(part, int | np.integer | slice) or part is None for part in parts[1:])
