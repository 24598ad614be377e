"""Rules that fold feature axes: sum, mean, max, norm, ... Terms are taken from left to right."""

import inspect
import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from maruyama.tracing.array import Traced
from maruyama.tracing.elementwise import as_numbers, check_dtype, elementwise
from maruyama.tracing.errors import refusal
from maruyama.tracing.movement import axis_of, tracer_of
from maruyama.tracing.operations import FOLDS
from maruyama.tracing.rules import FUNCTIONS, UFUNC_METHODS
from maruyama.tracing.signatures import NO_VALUE

__all__ = ["folded", "mean", "total"]

_BEGINNINGS = {"sum": 0.0, "product": 1.0, "minimum_reduce": np.inf, "maximum_reduce": -np.inf}  # of no terms


def folded(operation: str, array: Any, axis: Any, keepdims: bool, empty: float | None = None) -> Traced:
    """One fold of the table over feature axes; ``empty`` is the value where there is nothing to fold."""
    traced = tracer_of(array).lifted(array)
    axes = _feature_axes(traced, axis)
    kept = [place for place in range(traced.ndim) if place not in axes]
    shape = [traced.ids.shape[place] for place in kept]
    terms = int(np.prod([traced.ids.shape[place] for place in axes], dtype=int))
    rows = traced.ids.transpose([*kept, *axes]).reshape(-1 if terms else int(np.prod(shape, dtype=int)), terms)
    graph = traced.tracer.graph
    if terms == 0:
        if empty is None:
            raise ValueError("zero-size array to reduction operation which has no identity")
        ids = np.full(len(rows), graph.constants(np.array(empty)))
    else:
        ids = graph.fold(operation, rows)
    if keepdims:
        shape = [1 if place in axes else length for place, length in enumerate(traced.ids.shape)]
    path_axis = traced.axis
    if path_axis is not None and not keepdims:
        path_axis = kept.index(path_axis)
    return Traced(traced.tracer, ids.reshape(shape), path_axis, traced.is_bool, traced.row)


def _feature_axes(array: Traced, axis: Any) -> list[int]:
    given = range(array.ndim) if axis is None else axis if isinstance(axis, tuple) else (axis,)
    if not array.ndim and len(given) == 1 and operator.index(given[0]) in (0, -1):
        raise refusal("a single number has no axis to reduce", "leave axis=... away")
    normal = [axis_of(array, each) for each in given]
    if len(set(normal)) < len(normal):
        raise ValueError("duplicate value in 'axis'")
    if array.axis in normal:
        raise refusal(
            f"a reduction of shape {array.shape_text()} over {'all axes' if axis is None else f'axis {axis}'} mixes "
            "the paths, and each path knows only its own values",
            "reduce over features, axis=1 or axis=-1",
        )
    return normal


def _as_truth(array: Any) -> Traced:
    traced = tracer_of(array).lifted(array)
    return traced if traced.is_bool else elementwise("not_equal", traced, 0)


def _fold(
    operation: str, array: Traced, axis: Any, keepdims: bool, initial: Any, empty: float | None
) -> Traced:  # fmt: skip
    """A fold that begins with ``initial``, if that is given."""
    if initial is None or initial is NO_VALUE:
        return folded(operation, array, axis, bool(keepdims), None if initial is None else empty)
    first = array.tracer.lifted(initial)
    if first.ndim or array.is_bool:
        raise refusal(f"initial={initial} cannot be traced", "give a number, or combine it with the result")
    return elementwise(FOLDS[operation], first, folded(operation, array, axis, bool(keepdims), _BEGINNINGS[operation]))


def _sum_rule(operation: str, empty: float) -> Callable[..., Traced]:
    def rule(
        a: Any, axis: Any = None, dtype: Any = None, keepdims: bool = False, initial: Any = NO_VALUE
    ) -> Traced:  # fmt: skip
        _check_dtype_of_sum(dtype, a)
        if _is_bool(a) and not (initial is None or initial is NO_VALUE or isinstance(initial, int | np.integer)):
            raise refusal(f"initial={initial} of a count cannot be traced", "give a whole number")
        return _fold(operation, as_numbers(a), axis, keepdims, initial, empty)

    return rule


def _extreme_rule(operation: str) -> Callable[..., Traced]:
    def rule(a: Any, axis: Any = None, keepdims: bool = False, initial: Any = NO_VALUE) -> Traced:
        return _fold(operation, tracer_of(a).lifted(a), axis, keepdims, initial, None)

    return rule


def _truth_rule(operation: str, empty: float) -> Callable[..., Traced]:
    def rule(a: Any, axis: Any = None, keepdims: bool = False) -> Traced:
        return folded(operation, _as_truth(a), axis, bool(keepdims), empty)

    return rule


def _check_dtype_of_sum(dtype: Any, array: Any) -> None:
    """Conditions are counted whatever the whole numbers; numbers are added in the dtype of the state."""
    if dtype is None or not (np.dtype(dtype).kind in "iu" and np.dtype(dtype).itemsize > 1 and _is_bool(array)):
        check_dtype(dtype, array)


def _is_bool(array: Any) -> bool:
    return tracer_of(array).lifted(array).is_bool


def _reduce_rule(rule: Callable[..., Traced]) -> Callable[..., Traced]:
    """The same with the first axis by default."""
    own = inspect.signature(rule)

    def reduce(array: Any, axis: Any = 0, **options: Any) -> Traced:
        return rule(array, axis=axis, **options)

    reduce.__signature__ = own  # type: ignore[attr-defined]
    return reduce


total = _sum_rule("sum", 0.0)
_product = _sum_rule("product", 1.0)
_least = _extreme_rule("minimum_reduce")
_most = _extreme_rule("maximum_reduce")
_any = _truth_rule("maximum_reduce", 0.0)
_all = _truth_rule("minimum_reduce", 1.0)


def mean(a: Any, axis: Any = None, dtype: Any = None, keepdims: bool = False) -> Traced:
    """The sum divided by the number of terms."""
    check_dtype(dtype, a)
    return elementwise("divide", total(a, axis, keepdims=keepdims), _terms(a, axis))


def _terms(a: Any, axis: Any) -> int:
    array = tracer_of(a).lifted(a)
    return int(np.prod([array.shape[place] for place in _feature_axes(array, axis)], dtype=int))


def _var(
    a: Any, axis: Any = None, dtype: Any = None, ddof: float = 0, keepdims: bool = False, mean: Any = NO_VALUE,
    correction: Any = NO_VALUE,
) -> Traced:  # fmt: skip
    check_dtype(dtype, a)
    if correction is not NO_VALUE and ddof != 0:
        raise ValueError("ddof and correction can't be provided simultaneously.")
    lost = ddof if correction is NO_VALUE else correction
    apart = np.subtract(a, _mean_of(a, axis) if mean is NO_VALUE else mean)
    return elementwise("divide", total(apart * apart, axis, keepdims=keepdims), max(_terms(a, axis) - lost, 0))


def _mean_of(a: Any, axis: Any) -> Traced:
    return mean(a, axis, keepdims=True)


def _std(
    a: Any, axis: Any = None, dtype: Any = None, ddof: float = 0, keepdims: bool = False, mean: Any = NO_VALUE,
    correction: Any = NO_VALUE,
) -> Traced:  # fmt: skip
    return elementwise("sqrt", _var(a, axis, dtype, ddof, keepdims, mean, correction))


def _ptp(a: Any, axis: Any = None, keepdims: bool = False) -> Any:
    return np.subtract(_most(a, axis, keepdims), _least(a, axis, keepdims))


def _count_nonzero(a: Any, axis: Any = None, *, keepdims: bool = False) -> Traced:
    return total(_as_truth(a), axis, keepdims=keepdims)


def _norm(x: Any, ord: Any = None, axis: Any = None, keepdims: bool = False) -> Traced:
    x, axis = as_numbers(x), axis if axis is None or isinstance(axis, tuple) else int(axis)
    if axis == () or (not x.ndim and ord is not None):
        raise ValueError("Improper number of dimensions to norm.")
    of_vectors = len(_feature_axes(x, axis)) == 1
    if ord not in ((None, 2, 1, np.inf, -np.inf, 0) if of_vectors else (None, "fro")):
        kind = "vectors" if of_vectors else "matrices"
        raise refusal(f"np.linalg.norm of {kind} with ord={ord} is not known to the tracer", "sum the powers yourself")
    return _vector_norm(x, axis=axis, keepdims=keepdims, ord=2 if ord in (None, "fro") else ord)


def _vector_norm(x: Any, *, axis: Any = None, keepdims: bool = False, ord: Any = 2) -> Traced:
    x, axis = as_numbers(x), axis if axis is None or isinstance(axis, tuple) else int(axis)
    if ord not in (2, 1, np.inf, -np.inf, 0):
        raise refusal(f"a norm with ord={ord} is not known to the tracer", "sum the powers yourself")
    if ord in (np.inf, -np.inf):
        return (_most if ord == np.inf else _least)(abs(x), axis, keepdims=keepdims)
    if ord in (0, 1):
        return total(abs(x) if ord else x != 0, axis, keepdims=keepdims)
    return elementwise("sqrt", total(x * x, axis, keepdims=keepdims))


def _without_nan(
    a: Any, axis: Any = None, dtype: Any = None, keepdims: bool = False, initial: Any = NO_VALUE
) -> Traced:  # fmt: skip
    _check_dtype_of_sum(dtype, a)
    numbers = a if _is_bool(a) else elementwise("where", elementwise("isnan", a), 0.0, a)
    return total(numbers, axis, None, keepdims, initial)


def _accumulated(operation: str) -> Callable[..., Traced]:
    def rule(a: Any, axis: int | None = None, dtype: Any = None) -> Traced:
        _check_dtype_of_sum(dtype, a)
        traced = as_numbers(a)
        if axis is None and traced.ndim > 1:
            raise refusal("a running fold without axis mixes the paths", "say axis=1 or axis=-1")
        traced = traced if traced.ndim else traced.reshape(1)
        place = _feature_axes(traced, axis_of(traced, 0 if axis is None else axis))[0]
        parts = [traced.ids.take([k], place) for k in range(traced.ids.shape[place])]
        for k in range(1, len(parts)):
            now = traced.tracer.graph.apply(operation, parts[k - 1].reshape(-1), parts[k].reshape(-1))
            parts[k] = now.reshape(parts[k].shape)
        ids = np.concatenate(parts, axis=place) if parts else traced.ids
        return Traced(traced.tracer, ids, traced.axis, False)

    return rule


def _accumulate_rule(operation: str) -> Callable[..., Traced]:
    rule = _accumulated(operation)

    def accumulate(array: Any, axis: Any = 0, dtype: Any = None) -> Traced:
        if not tracer_of(array).lifted(array).ndim:
            raise TypeError("cannot accumulate on a scalar")
        (place,) = axis if isinstance(axis, tuple) else (axis,)
        return rule(array, place, dtype)

    return accumulate


_FOLDS = {
    "sum": total, "prod": _product, "min": _least, "max": _most, "amin": _least, "amax": _most, "any": _any,
    "all": _all, "mean": mean, "var": _var, "std": _std, "ptp": _ptp, "count_nonzero": _count_nonzero,
    "nansum": _without_nan, "cumsum": _accumulated("add"), "cumprod": _accumulated("multiply"),
}  # fmt: skip

FUNCTIONS |= {getattr(np, name): rule for name, rule in _FOLDS.items()}
FUNCTIONS |= {np.linalg.norm: _norm}
if hasattr(np.linalg, "vector_norm"):
    FUNCTIONS[np.linalg.vector_norm] = _vector_norm

UFUNC_METHODS |= {
    ("add", "reduce"): _reduce_rule(total),
    ("multiply", "reduce"): _reduce_rule(_product),
    ("minimum", "reduce"): _reduce_rule(_least),
    ("maximum", "reduce"): _reduce_rule(_most),
    ("logical_or", "reduce"): _reduce_rule(_any),
    ("logical_and", "reduce"): _reduce_rule(_all),
    ("add", "accumulate"): _accumulate_rule("add"),
    ("multiply", "accumulate"): _accumulate_rule("multiply"),
}
