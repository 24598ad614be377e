"""The label y of conditional generation, on its way to the third argument of a field."""

import inspect
from typing import Any

import numpy as np

from maruyama.cfunctions import is_c_function
from maruyama.per_path import PerPath, per_path
from maruyama.tracing import CompiledFunction, compile

__all__ = ["labelled", "takes_label", "without_label"]


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
    if isinstance(y, PerPath) or np.ndim(y) == 0:
        return y
    rows = np.asarray(y)
    if len(rows) == paths:
        return per_path(rows)
    raise ValueError(
        f"y has shape {rows.shape}, expected one label for all (a number) or one row for each of the {paths} samples; "
        "for one label that is a vector close over it, or repeat it: np.broadcast_to(y, (n, len(y)))"
    )


def takes_label(field: Any) -> bool:
    """Whether a function can be called as ``field(x, t, y)``; one that hides its arguments can."""
    function: Any = field.function if isinstance(field, CompiledFunction) else field
    try:
        inspect.signature(function).bind(None, None, None)
    except TypeError:
        return False
    except ValueError:
        return True
    return True


def without_label(field: Any) -> Any:
    """A function of ``(x, t, y, *args)`` that leaves y out."""

    def unlabelled(x: Any, t: Any, y: Any, *args: Any) -> Any:
        return field(x, t, *args)

    return compile(unlabelled) if isinstance(field, CompiledFunction) else unlabelled
