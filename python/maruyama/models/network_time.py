"""The time as a network is given it: its shape, its dtype, and what to say where either does not fit."""

import re
from typing import Literal

from maruyama.arguments import require_one_of, shown
from maruyama.current_run import current_run

__all__ = [
    "TimeShape",
    "clock_note",
    "require_time_shape",
    "shape_note",
    "shape_of_time",
    "time_is_far_from_zero",
    "time_needs_float64",
]

TimeShape = Literal["scalar", "batch", "column"]

_OF_SHAPES = re.compile(r"shape|dimension|size|axis|ndim|indices", re.IGNORECASE)


def require_time_shape(time: TimeShape) -> None:
    """Refuse a word that is none of the three."""
    require_one_of("time", time, ("scalar", "batch", "column"))


def shape_of_time(time: TimeShape, rows: int) -> tuple[int, ...]:
    """The shape of t for so many states."""
    return {"scalar": (), "batch": (rows,), "column": (rows, 1)}[time]


def time_needs_float64(t: float) -> bool:
    """Whether float32 cannot tell the times of the run apart, or too few of their digits; in a run only."""
    run = current_run()
    return run is not None and run.needs_float64(t)


def time_is_far_from_zero(t: float) -> bool:
    """Whether float32 leaves too few digits of the time since the start of the run."""
    run = current_run()
    return run is not None and run.is_far_from_zero(t)


def clock_note(t: float) -> str:
    """What to do with times that float32 cannot hold."""
    return (
        f"t = {t:.12g} is given in float64, for float32 cannot hold the times of this run: shift them, so that the run "
        "begins near t = 0, or shift the time of this field alone, lambda x, t: field(x, t - t0)."
    )


def shape_note(error: Exception, time: TimeShape) -> str:
    """Which shapes t may have, where an error is one of shapes; else empty."""
    text = shown(error, str)
    if "scalar types" in text:  # of the indices of an Embedding
        return "Labels arrive in their own dtype: for an Embedding give whole numbers, y.astype(np.int64)."
    if not _OF_SHAPES.search(text):
        return ""
    return (
        f"The time is given with time={time!r}: 'scalar' gives t of shape (), 'batch' (rows,) and 'column' (rows, 1)."
    )
