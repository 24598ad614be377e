"""The label y of conditional generation, on its way to the third argument of a field."""

import inspect
from collections.abc import Callable
from typing import Any

import numpy as np

from maruyama.arguments import refuse_masked, shown
from maruyama.cfunctions import is_c_function
from maruyama.per_path import PerPath, keeps_marks, per_path
from maruyama.pointwise import Pointwise, pointwise
from maruyama.tracing import CompiledFunction, compile

__all__ = ["called", "labelled", "takes_label", "wants_marks", "without_label"]


def labelled(y: Any, args: tuple[Any, ...], paths: int, **fields: Any) -> tuple[Any, ...]:
    """The arguments of fields ``(x, t, y, *args)``; those of ``(x, t, *args)`` where there is no label."""
    if y is None:
        return args
    for name, field in fields.items():
        if not callable(field) or is_c_function(field):
            kind = "a C function" if is_c_function(field) else "a constant"
            raise TypeError(f"y was given, but {name} is {kind}, which takes no label: give a function of (x, t, y)")
    return (_rows_or_one(y, paths), *args)


def _rows_or_one(y: Any, paths: int) -> Any:
    refuse_masked(y, "y")
    try:
        if isinstance(y, PerPath) or np.ndim(y) == 0:
            return y
        rows = np.asarray(y)
    except ValueError as error:
        raise ValueError(f"y cannot be read as an array: {shown(error, str)}") from error
    if len(rows) == paths:
        return per_path(rows)
    raise ValueError(
        f"y has shape {rows.shape}, expected one label for all (a number) or one row for each of the {paths} samples; "
        "for one label that is a vector close over it, or repeat it: np.broadcast_to(y, (n, len(y)))"
    )


def takes_label(field: Any, args: tuple[Any, ...]) -> bool:
    """Whether a function can be called as ``field(x, t, y, *args)``; one that hides its arguments can."""
    function: Any = field.function if isinstance(field, CompiledFunction | Pointwise) else field
    try:
        inspect.signature(function).bind(None, None, None, *args)
    except TypeError:
        return False
    except ValueError:
        return True
    return True


def without_label(field: Any) -> Any:
    """A function of ``(x, t, y, *args)`` that leaves y out."""
    function: Any = field.function if isinstance(field, Pointwise) else field

    def unlabelled(x: Any, t: Any, y: Any, *args: Any) -> Any:
        return function(x, t, *args)

    if isinstance(field, Pointwise):
        return pointwise(unlabelled)
    return compile(unlabelled) if isinstance(field, CompiledFunction) else unlabelled


def wants_marks(field: object) -> bool:
    """Whether a field that is called from Python tells rows from shared arguments by the mark of `per_path`."""
    return isinstance(field, CompiledFunction) or keeps_marks(field)


def called(field: Callable[..., Any], x: Any, t: Any, args: tuple[Any, ...]) -> Any:
    """``field(x, t, *args)``, with the marks of rows where the field wants them, and with bare rows otherwise."""
    if wants_marks(field):
        return field(x, t, *args)
    return field(x, t, *(each.array if isinstance(each, PerPath) else each for each in args))
