"""Arguments of the paths that meet the time, as in ``t - start``: NumPy has float64 there, a float32 program not."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from maruyama.current_run import current_run
from maruyama.tracing.text import ProgramText

__all__ = ["require_digits_of_time"]

_COMPARISONS = {"less", "less_equal", "greater", "greater_equal", "equal", "not_equal"}
_DIFFERENCES = {"add", "subtract", "minimum", "maximum", "fmin", "fmax", "mod", "fmod", *_COMPARISONS}


def require_digits_of_time(text: ProgramText, inputs: NDArray[np.floating]) -> None:
    """Refuse a run in which float32 keeps fewer than four digits of such a time, its own or that of a path."""
    run = current_run()
    if run is None or text.dtype != "float32" or not inputs.size:
        return
    for column, is_difference in _meetings(text):
        far = max(run.latest, float(np.max(np.abs(inputs[:, column]))) if is_difference else 0.0)
        if run.is_far_from_zero(far):
            raise ValueError(
                f"the function computes with t and a per_path argument together, at {far:.12g}, where float32 keeps "
                f"fewer than four digits of the {run.span:.6g} that the run lasts: say dtype='float64', or subtract "
                "what the times have in common, from t=... and from the argument, before the run"
            )


def _meetings(text: ProgramText) -> Iterator[tuple[int, bool]]:
    """The inputs that meet t, or what is computed of it alone; and whether by a difference, which loses digits."""
    first = 1 + len(text.constants)  # uniform values: t, constants, what is computed once a step
    for operation, _, operands, _ in text.instructions:
        is_difference = operation in _DIFFERENCES
        for codes in np.unique(np.stack(np.broadcast_arrays(*operands)), axis=1).T if len(operands) > 1 else ():
            is_t = (codes == -1) | (is_difference & (codes < -first))
            of_paths = codes[(codes >= text.dim) & (codes < text.dim + text.inputs)] - text.dim
            if is_t.any():
                yield from ((int(column), is_difference) for column in of_paths)
