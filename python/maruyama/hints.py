"""Notes on what a user's field raised: the causes that NumPy and Python cannot know."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from maruyama.arguments import shown
from maruyama.per_path import PerPath, flat_remedy
from maruyama.tracing.errors import TracingError

__all__ = ["FieldHints", "label_hints"]

_ONE_STATE = (  # what a function of one state ends in where it is given many
    "values to unpack",
    "is out of bounds for axis 0",
    "truth value of an array with more than one element is ambiguous",
    "arrays can be converted to Python scalars",
    "setting an array element with a sequence",
    "this mixes the paths, or takes some of them",  # compiled
    "a loop over the paths cannot be traced",
)
_SHAPES_DIFFER = (
    "could not be broadcast",
    "puts values of different paths together",
    "same shape",
    "same number of dimensions",
    "boolean index did not match",
    "must match exactly",
)
_OF_A_SCALAR = (  # what code for rows ends in where it is given a number
    "is not subscriptable",
    "has no len()",
    "has no attribute",
    "invalid index to scalar variable",
    "does not have enough dimensions",
    " 0 dimension",
    "0-dimensional",
    "zero-dimensional",
    "only integers, slices",
    "number of dimensions",
)
_OF_OTHER_LIBRARIES = (
    "must be Tensor, not",
    "is not a valid JAX type",
    "np.ndarray of type numpy.object_",
    "expected np.ndarray (got Traced)",
)
_CALLS = ("positional argument", "unexpected keyword argument")


class FieldHints:
    """Adds the sentence that helps to an exception that leaves a field, unless it has one."""

    def __init__(self, paths: int, args: tuple[Any, ...], *, is_pointwise: bool) -> None:
        self._known = paths, args, is_pointwise

    def __enter__(self) -> None:
        """Every run comes here, and counts microseconds."""

    def __exit__(self, _: object, error: BaseException | None, __: object) -> None:
        if isinstance(error, ValueError | IndexError | TypeError | TracingError) and not _has_a_note(error):
            for note in _notes(shown(error, str), *self._known):
                error.add_note(note)


def _has_a_note(error: Exception) -> bool:
    """Whether it has one that says more than that JAX shortened the traceback."""
    return any("JAX has removed" not in note for note in getattr(error, "__notes__", []))


@contextmanager
def label_hints(y: Any) -> Iterator[None]:
    """Add to an exception of code for rows of labels that it was given one label for all samples."""
    try:
        yield
    except (ValueError, IndexError, TypeError, AttributeError, RuntimeError) as error:
        if y is not None and np.ndim(y) == 0 and any(each in shown(error, str) for each in _OF_A_SCALAR):
            label = shown(y)
            error.add_note(
                f"y={label} is one label for all samples, and the field is given this number: for a label with a row "
                f"for each of n samples say y=np.full(n, {label}), or np.full((n, 1), {label})."
            )
        raise


def _notes(text: str, paths: int, args: tuple[Any, ...], is_pointwise: bool) -> list[str]:
    if any(each in text for each in _SHAPES_DIFFER):
        flat, forgotten = flat_remedy(args), _with_a_row_each(args, paths)
        notes = [f"In args {flat}."] * bool(flat) + [_FORGOTTEN.format(forgotten, paths)] * bool(forgotten)
        return notes or [_BLOCKS] * (str(paths) in text or "meets the axis of the paths" in text)
    if ("out of bounds" in text or "index out of range" in text) and any(_holds_labels(value) for value in args):
        return [_LABELS]
    if not is_pointwise and any(each in text for each in _ONE_STATE):
        return [_MANY_STATES]
    return [note for patterns, note in _CAUSES if any(each in text for each in patterns)][:1]


def _holds_labels(value: Any) -> bool:
    array = value.array if isinstance(value, PerPath) else value
    return isinstance(array, np.ndarray | np.generic | int) and np.asarray(array).dtype.kind in "iu"


def _with_a_row_each(args: tuple[Any, ...], paths: int) -> str:
    """The places in args of arrays without a mark that have as many rows as there are paths."""
    places = (
        place for place, value in enumerate(args) if isinstance(value, np.ndarray) and value.shape[:1] == (paths,)
    )
    return ", ".join(f"args[{place}]" for place in places)


_FORGOTTEN = (
    "{} has as many rows as the run has paths, {}, and a field is called on blocks of paths: where each path has its "
    "own row, mark it as mr.per_path(array)."
)


_LABELS = (
    "The index may be a label in args, or y: labels go from 0 to one less than the length of what they are looked up "
    "in."
)
_CAUSES = (
    (
        _OF_OTHER_LIBRARIES,
        "A function of PyTorch or JAX takes its own arrays: mr.from_torch(f) or mr.from_jax(f) is the field.",
    ),
    (
        ("destination is read-only", "output array is read-only"),
        "x is the state of the run and cannot be written to: write into a copy, x.copy().",
    ),
    (
        ("'float' object", "must be torch.dtype"),
        "t is a float of Python: a module of PyTorch goes into mr.from_torch(module), with time='batch' where it wants "
        "t as (rows,).",
    ),
    (
        _CALLS,
        "A field is called as u(x, t), with all of args after it: a label goes into y= of a model, a module of PyTorch "
        "into mr.from_torch(module).",
    ),
)

_BLOCKS = (
    "A field is called on blocks of paths, not on all of them: hand an array with one row per path over in args, as "
    "mr.per_path(array)."
)
_MANY_STATES = (
    "A field is given many states at once, x: (paths, dim), where x[:, i] is dimension i: write a function of one "
    "state (dim,) as mr.pointwise(f), or use functions of NumPy on all rows."
)
