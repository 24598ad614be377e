"""Rules of ufuncs that work element by element: one table line each."""

from collections.abc import Callable
from typing import Any

import numpy as np

from maruyama.tracing.array import Traced
from maruyama.tracing.errors import refusal
from maruyama.tracing.graph import CONSTANT, Ids
from maruyama.tracing.movement import tracer_of
from maruyama.tracing.operations import BOOLEAN, MERGED, OPERATIONS
from maruyama.tracing.rules import UFUNCS

__all__ = ["aligned", "as_numbers", "check_dtype", "elementwise", "with_one_row"]


def elementwise(operation: str, *operands: Any, is_bool: bool | None = None) -> Traced:
    """One operation of the table on operands that broadcast."""
    tracer = tracer_of(operands)
    arrays = [tracer.lifted(operand) for operand in operands]
    ids, axis, row = aligned(*arrays)
    values = tracer.graph.apply(operation, *(each.reshape(-1) for each in ids)).reshape(ids[0].shape)
    return Traced(tracer, values, axis, operation in BOOLEAN if is_bool is None else is_bool, row)


def aligned(*arrays: Traced) -> tuple[list[Ids], int | None, int | None]:
    """The values of the arrays broadcast against each other, with the axis or the row of the paths."""
    ndim = max(array.ndim for array in arrays)
    axes = {array.axis + ndim - array.ndim for array in arrays if array.axis is not None}
    rows = {array.row for array in arrays if array.row is not None}
    if len(axes) + len(rows) > 1:
        raise refusal("this puts values of different paths together", "each path knows only its own values")
    axis = axes.pop() if axes else None
    row = rows.pop() if rows else None
    ids = [array.ids if axis is None else with_one_row(array, axis - ndim) for array in arrays]
    if all(each.shape == ids[0].shape for each in ids):
        return ids, axis, row
    try:
        return list(np.broadcast_arrays(*ids)), axis, row
    except ValueError:
        shapes = " ".join(array.shape_text() for array in arrays)
        raise ValueError(f"operands could not be broadcast together with shapes {shapes}") from None


def with_one_row(array: Traced, axis: int) -> Ids:
    """The values where paths lie along the axis (counted from the end), if the array has that axis."""
    if array.axis is not None or array.ndim < -axis or array.ids.shape[axis] == 1:
        return array.ids
    first = array.ids.take([0], axis)
    if array.ids.shape[axis] != array.tracer.rows:
        shape = array.shape
        raise ValueError(f"operands could not be broadcast together: shape {shape} meets the axis of the paths")
    if not (array.ids == first).all():
        raise refusal(
            "an array made by the function differs from path to path",
            "hand it over in args, as mr.per_path(array)",
        )
    return first


def _plain(operation: str, name: str = "") -> Callable[..., Traced]:
    """The rule of a ufunc that is one operation, by default that of its name."""

    def rule(*operands: Any, dtype: Any = None) -> Traced:
        if operation in BOOLEAN:
            check_dtype(dtype, operands, bool)
            return elementwise(operation, *operands)
        as_bool = (dtype is None or np.dtype(dtype) == bool) and _are_bool(*operands)
        as_bool = as_bool and _of_bools_is_bool(name or operation)
        check_dtype(dtype, operands, bool if as_bool else None)
        return elementwise(operation, *operands, is_bool=as_bool)

    return rule


def check_dtype(dtype: Any, operands: Any, own: Any = None) -> None:
    """Refuse a dtype that is not the operation's own, by default the state's."""
    own = own or tracer_of(operands).graph.dtype
    if dtype is not None and np.dtype(dtype) != own:
        raise refusal(
            f"dtype={np.dtype(dtype)} cannot be traced: the dtype of the result is {np.dtype(own)}",
            "every number has the dtype of the state; np.trunc and np.rint give whole numbers",
        )


def as_numbers(array: Any) -> Traced:
    """The array, of conditions as 0 and 1."""
    traced = tracer_of(array).lifted(array)
    return Traced(traced.tracer, traced.ids, traced.axis, False, traced.row)


def _are_bool(*operands: Any) -> bool:
    if any(isinstance(operand, Traced) and not operand.is_bool for operand in operands):
        return False
    tracer = tracer_of(operands)
    return all(tracer.lifted(operand).is_bool for operand in operands)


def _of_bools_is_bool(operation: str) -> bool:
    """Whether NumPy gives bools of bools; it raises TypeError where it has no such operation, as for `-`."""
    ufunc = getattr(np, operation, None)
    if not isinstance(ufunc, np.ufunc):
        return False
    return ufunc.resolve_dtypes((np.dtype(bool),) * ufunc.nin + (None,) * ufunc.nout)[-1].kind == "b"


def _of_bools(if_bool: str, otherwise: str | None) -> Callable[..., Traced]:
    """NumPy's + and * of two arrays of bools are `or` and `and`; its & and | are only for these."""

    def rule(a: Any, b: Any, dtype: Any = None) -> Traced:
        if (dtype is None or np.dtype(dtype) == bool) and _are_bool(a, b):
            return elementwise(if_bool, a, b)
        if otherwise is None:
            raise refusal("& | ^ ~ are for conditions", "write (a > 0) & (b > 0), each in brackets")
        check_dtype(dtype, (a, b))
        return elementwise(otherwise, a, b)

    return rule


def _invert(a: Any) -> Traced:
    if not tracer_of(a).lifted(a).is_bool:
        raise refusal("~ is for conditions", "write ~(a > 0)")
    return elementwise("logical_not", a)


def _power(a: Any, b: Any, dtype: Any = None) -> Traced:
    """NumPy takes the root for exponents of one half."""
    check_dtype(dtype, (a, b))
    tracer = tracer_of((a, b))
    exponent = tracer.lifted(b)
    if isinstance(b, int) and b < 0 and tracer.lifted(a).is_bool:
        raise ValueError("Integers to negative integer powers are not allowed.")
    if tracer.graph.are_of_numbers(exponent.ids):
        raise refusal("an exponent among the arguments of a run counts as it is", "")
    half = exponent.ndim == 0 and tracer.graph.rates(exponent.ids) == CONSTANT
    if half and tracer.graph.values(exponent.ids) == 0.5:
        return elementwise("sqrt", a)
    return elementwise("power", a, b)


def _identity(operation: str) -> Callable[[Any], Traced]:
    """The array itself; of conditions as NumPy has it, which has no + of them."""

    def rule(a: Any, dtype: Any = None) -> Traced:
        array = tracer_of(a).lifted(a)
        if dtype is not None:
            check_dtype(dtype, a)
            return as_numbers(array)
        return Traced(array.tracer, array.ids, array.axis, array.is_bool and _of_bools_is_bool(operation), array.row)

    return rule


def _scaled(factor: float) -> Callable[[Any], Traced]:
    return lambda a: elementwise("multiply", a, factor)


def _modf(a: Any) -> tuple[Traced, Traced]:
    whole = elementwise("trunc", a)
    rest = elementwise("where", elementwise("isinf", a), 0.0, elementwise("subtract", a, whole))
    return elementwise("copysign", rest, a), whole


UFUNCS |= {name: _plain(name) for name in OPERATIONS if name not in ("copy", "where", "mod", *MERGED)}
UFUNCS |= {
    "remainder": _plain("mod"),
    "fabs": _plain("absolute", "fabs"),
    "power": _power
    if int(np.__version__.split(".")[0]) > 1
    else _plain("power"),  # NumPy 1 takes the root for ** alone
    "float_power": lambda a, b: elementwise("power", a, b),
    "true_divide": _plain("divide"),
    "**": _power,
    "add": _of_bools("logical_or", "add"),
    "multiply": _of_bools("logical_and", "multiply"),
    "bitwise_and": _of_bools("logical_and", None),
    "bitwise_or": _of_bools("logical_or", None),
    "bitwise_xor": _of_bools("logical_xor", None),
    "invert": _invert,
    "positive": _identity("positive"),
    "conjugate": _identity("conjugate"),
    "deg2rad": _scaled(np.pi / 180),
    "radians": _scaled(np.pi / 180),
    "rad2deg": _scaled(180 / np.pi),
    "degrees": _scaled(180 / np.pi),
    "divmod": lambda a, b: (elementwise("floor_divide", a, b), elementwise("mod", a, b)),
    "modf": _modf,
    "exp10": lambda a: elementwise("power", 10.0, a),
}
