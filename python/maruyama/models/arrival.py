"""Arrival: a run of a model that goes on comes to t = 1, where x_1 is."""

from maruyama.arguments import whole_number
from maruyama.course import Course
from maruyama.models.options import RunOptions
from maruyama.path_numbers import PathsArgument
from maruyama.result import Paths

__all__ = ["to_the_end"]

_ROUNDING = 1e-6  # of a step


def to_the_end(run: PathsArgument | Paths, options: RunOptions, *, may_stop: bool) -> RunOptions:
    """The options with the steps that are left to t = 1. Where they say steps, these may not go beyond.

    It is nothing to runs that begin, that are told their ``t``, or that did not set out within the times of a model.
    """
    course = run.course if isinstance(run, Paths) else None
    if course is None or options.get("t") is not None or (left := _steps_left(course)) is None:
        return options
    say = f"say the times, t=({course.t}, 1.0), steps=..."
    if options.get("steps") is None:
        if abs(left - round(left)) > _ROUNDING:
            raise ValueError(
                f"the run has come to t = {course.t}, and its steps do not meet t = 1, where x_1 is: {say}"
            )
        return {**options, "steps": round(left)}
    steps = whole_number(options["steps"], "steps")
    if steps > left + _ROUNDING or (steps < left - _ROUNDING and not may_stop):
        raise ValueError(
            f"x_1 is at t = 1, but steps={steps} from t = {course.t} on end {'after' if steps > left else 'before'} "
            f"it: leave steps out to take those that are left, or {say}"
            + ("" if may_stop else "; trajectories may stop before")
        )
    return options


def _steps_left(course: Course) -> float | None:
    even = course.even
    if even is None or not even.t0 < even.t1 <= 1.0 or course.t > 1.0:
        return None
    return (1.0 - course.t) / (even.t1 - even.t0) * even.intervals
