"""Functions that move elements about and compute nothing: reshape, stack, split, ...

They run as they are, on whole numbers that say which value an element is and which path it belongs to. What comes out
must have the paths in order along one axis again: that is checked, and no function needs a rule of its own.
"""

import operator
from collections.abc import Callable, Sequence
from numbers import Real
from typing import Any

import numpy as np
from numpy.typing import NDArray

from maruyama.tracing.array import Traced
from maruyama.tracing.errors import refusal
from maruyama.tracing.graph import LANE, Ids
from maruyama.tracing.rules import FUNCTIONS
from maruyama.tracing.signatures import signature_of
from maruyama.tracing.tracer import Tracer

__all__ = ["axis_of", "cast", "from_objects", "is_symbolic", "moved", "stacked", "tracer_of"]


def tracer_of(*values: Any) -> Tracer:
    """The tracer of the first symbolic array among these, at any depth."""
    for value in values:
        if isinstance(value, Traced):
            return value.tracer
        if isinstance(value, list | tuple) or (isinstance(value, np.ndarray) and value.dtype == object):
            try:
                return tracer_of(*(value.flat if isinstance(value, np.ndarray) else value))
            except LookupError:
                continue
    raise LookupError("no symbolic array")


def moved(tracer: Tracer, arrays: Sequence[Any], function: Callable[..., Any]) -> Any:
    """What ``function`` makes of the arrays, which it is given as arrays of whole numbers."""
    traced = [tracer.lifted(array) for array in arrays]
    result = function(*(_tagged(array) for array in traced))
    is_bool = bool(traced) and all(array.is_bool for array in traced)
    if isinstance(result, list | tuple):
        return type(result)(_untagged(tracer, part, is_bool) for part in result)
    return _untagged(tracer, np.asarray(result), is_bool)


def axis_of(array: Traced, axis: Any) -> int:
    """An axis as NumPy counts it from the first."""
    number = operator.index(axis)
    if not -array.ndim <= number < array.ndim:
        raise np.exceptions.AxisError(number, array.ndim)
    return number % array.ndim


def stacked(tracer: Tracer, arrays: Sequence[Traced]) -> Traced:
    """One array of several of one shape, along a new first axis."""
    result: Traced = moved(tracer, arrays, lambda *parts: np.stack(parts))
    return result


def from_objects(tracer: Tracer, array: NDArray[Any]) -> Traced:
    """An array of objects that were once elements of symbolic arrays, or numbers."""
    if array.ndim == 0:
        return _element(tracer, array.item())
    elements = [tracer.lifted(element) for element in array.flat]
    codes = np.array([_tagged(element) for element in elements], np.int64).reshape(array.shape)
    return _untagged(tracer, codes, bool(elements) and all(element.is_bool for element in elements))


def _element(tracer: Tracer, element: Any) -> Traced:
    """What NumPy keeps as an object: a symbolic one, or a number too large for its integers, or a fraction."""
    if isinstance(element, Traced):
        return element
    if isinstance(element, Real):
        return tracer.lifted(float(element))
    raise refusal(f"{type(element).__name__} cannot be traced", "use real numbers, and arrays of them")


def _tagged(array: Traced) -> Ids:
    """Value * (rows + 1) + row; the row is ``rows`` where the element is of no path."""
    rows = array.tracer.rows
    if array.axis is None:
        return array.ids * (rows + 1) + (rows if array.row is None else array.row)
    row = np.arange(rows).reshape([-1 if axis == array.axis else 1 for axis in range(array.ndim)])
    return array.ids * (rows + 1) + row


def _untagged(tracer: Tracer, codes: Ids, is_bool: bool) -> Traced:
    ids, row = np.divmod(codes, tracer.rows + 1)
    own = row < tracer.rows
    if not own.any():
        return Traced(tracer, ids, None, is_bool)
    for axis in range(codes.ndim):
        if codes.shape[axis] == tracer.rows:
            expected = np.arange(tracer.rows).reshape([-1 if each == axis else 1 for each in range(codes.ndim)])
            first = ids.take([0], axis)
            if (~own | (row == expected)).all() and (ids == first).all():
                return Traced(tracer, first, axis, is_bool)
    differs = own.all() or not (tracer.graph.rates(ids[~own]) < LANE).any()
    raise refusal(
        "this mixes the paths, or takes some of them" if differs else "this array differs from path to path",
        "keep the paths along one axis, all of them and in order; what is different for each goes into args, as "
        "mr.per_path(array)",
    )


def _of_one(function: Any) -> Any:
    def rule(array: Any, *arguments: Any, **options: Any) -> Any:
        _check(array, *arguments, *options.values())
        return moved(tracer_of(array), [array], lambda codes: function(codes, *arguments, **options))

    return _with_parameters_of(function, rule)


def _of_several(function: Any) -> Any:
    def rule(arrays: Sequence[Any], *arguments: Any, dtype: Any = None, **options: Any) -> Any:
        _check(arrays, *arguments, *options.values())
        result = moved(tracer_of(arrays), list(arrays), lambda *codes: function(list(codes), *arguments, **options))
        return result if dtype is None else cast(result, dtype)

    return _with_parameters_of(function, rule)


def _of_each(function: Any) -> Any:
    """Of any number of arrays, each moved by itself: one result, or a list or a tuple of them as NumPy gives."""

    def rule(*arrays: Any) -> Any:
        results = [moved(tracer_of(arrays), [each], function) for each in arrays]
        return results[0] if len(results) == 1 else type(function(0, 0))(results)

    return rule


def _with_parameters_of(function: Any, rule: Any) -> Any:
    """The rule, which implements all that the function itself does with its arguments, but nothing in place."""
    own = signature_of(function)
    kept = [each for name, each in own.parameters.items() if name not in ("out", "copy", "casting")]
    rule.__signature__ = own.replace(parameters=kept)
    return rule


def _check(array: Any, *arguments: Any) -> None:
    """Refuse what says how to move, but is not known when traced."""
    for value in arguments:
        if is_symbolic(value):
            raise refusal(
                "what says how an array is cut, repeated or moved must be known when the function is traced",
                "give numbers, or choose with np.where",
            )
        if isinstance(value, str) and value in ("A", "K"):
            raise refusal(f"order={value!r} depends on how NumPy's arrays lie in memory", "say order='C' or order='F'")


def is_symbolic(value: Any) -> bool:
    """Whether it is a symbolic array, or holds one at any depth."""
    try:
        tracer_of(value)
    except LookupError:
        return False
    return True


def cast(array: Any, dtype: Any) -> Any:
    """An array in another dtype, as NumPy's functions cast the results that they are asked for."""
    if not np.can_cast(array.dtype, dtype, "same_kind"):
        raise TypeError(f"Cannot cast array data from {array.dtype} to {np.dtype(dtype)} by the rule 'same_kind'")
    return array.astype(dtype)


def _append(arr: Any, values: Any, axis: int | None = None) -> Any:
    return moved(tracer_of(arr, values), [arr, values], lambda a, b: np.append(a, b, axis=axis))


def _broadcast_arrays(*args: Any) -> Any:
    tracer = tracer_of(args)
    shape = np.broadcast_shapes(*(tracer.lifted(each).shape for each in args))
    results = [moved(tracer, [each], lambda codes: np.broadcast_to(codes, shape)) for each in args]
    return type(np.broadcast_arrays(0))(results)


_ONE = (
    "transpose permute_dims matrix_transpose reshape swapaxes moveaxis rollaxis squeeze expand_dims flip fliplr flipud "
    "roll rot90 repeat tile take broadcast_to ravel delete split array_split hsplit "
    "vsplit dsplit diagonal copy unstack"
)
_EACH = "atleast_1d atleast_2d atleast_3d"
_SEVERAL = "stack concatenate concat hstack vstack dstack column_stack"

FUNCTIONS |= {getattr(np, name): _of_one(getattr(np, name)) for name in _ONE.split() if hasattr(np, name)}
FUNCTIONS |= {getattr(np, name): _of_several(getattr(np, name)) for name in _SEVERAL.split() if hasattr(np, name)}
FUNCTIONS |= {getattr(np, name): _of_each(getattr(np, name)) for name in _EACH.split()}
FUNCTIONS |= {np.append: _append, np.broadcast_arrays: _broadcast_arrays}
