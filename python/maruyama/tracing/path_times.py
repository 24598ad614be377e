"""Arguments of the paths that meet the time, as in ``t - start``: NumPy has float64 there, a float32 program not."""

import numpy as np

from maruyama.current_run import current_run
from maruyama.tracing.text import ProgramText

__all__ = ["require_digits_of_time"]

_OF_TIMES = {"copy", "negative", "add", "subtract", "multiply", "divide", "multiply_add", "multiply_subtract"}


def require_digits_of_time(text: ProgramText) -> None:
    """Refuse a run in which an argument meets its times and float32 keeps fewer than four digits of these."""
    run = current_run()
    if run is None or text.dtype != "float32" or not run.is_far_from_zero(run.latest) or not _meet(text):
        return
    raise ValueError(
        f"the function computes with t and a per_path argument together, at t = {run.latest:.12g}, where float32 keeps "
        f"fewer than four digits of the {run.span:.6g} that the run lasts: say dtype='float64', or subtract what the "
        "times have in common, from t=... and from the argument, before the run"
    )


def _meet(text: ProgramText) -> bool:
    """Whether an input of the paths meets a time in an operation."""
    times, inputs = _times(text), range(text.dim, text.dim + text.inputs)
    for _, _, operands, _ in text.instructions:
        for codes in zip(*(each.tolist() for each in np.broadcast_arrays(*operands)), strict=True):
            if not times.isdisjoint(codes) and any(code in inputs for code in codes):
                return True
    return False


def _times(text: ProgramText) -> set[int]:
    """The codes of t and of what is t but for its unit and its origin."""
    times = {-1}
    for operation, out, operands, _ in text.t_instructions:
        if operation in _OF_TIMES:
            every = zip(out.tolist(), *(each.tolist() for each in np.broadcast_arrays(*operands)), strict=True)
            times |= {code for code, *made_of in every if not times.isdisjoint(made_of)}
    first = 1 + len(text.constants)  # of the uniform values that are computed once a step
    return {-1} | {~(first + place) for place, code in enumerate(text.exports.tolist()) if code in times}
