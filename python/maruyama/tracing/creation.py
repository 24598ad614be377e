"""Rules that make arrays like a traced one, and answers about shapes and dtypes, which need no values."""

import math
from typing import Any

import numpy as np

from maruyama.tracing.array import Traced
from maruyama.tracing.errors import refusal
from maruyama.tracing.movement import axis_of, moved, tracer_of
from maruyama.tracing.rules import FUNCTIONS
from maruyama.tracing.tracer import Tracer

__all__ = ["full", "full_like"]


def full(shape: Any, fill_value: Traced, dtype: Any = None) -> Traced:
    """``np.full`` with a traced filling."""
    filling = fill_value if dtype is None else fill_value.astype(dtype)
    filled: Traced = moved(filling.tracer, [filling], lambda codes: np.broadcast_to(codes, shape))
    return filled


def full_like(a: Any, fill_value: Any, dtype: Any = None, shape: Any = None) -> Traced:
    """``np.full_like``: with a traced array, a traced filling or both."""
    tracer = tracer_of((a, fill_value))
    model = tracer.lifted(a)
    filling = _of_dtype(tracer, fill_value, _dtype_of(a, model) if dtype is None else np.dtype(dtype))
    filled = full(model.shape if shape is None else shape, filling)
    if shape is None and model.axis is not None and filled.axis is None:
        ids = np.broadcast_to(filled.ids, model.shape).take([0], model.axis)
        return Traced(tracer, ids, model.axis, filling.is_bool)
    return filled


def _dtype_of(a: Any, model: Traced) -> np.dtype[Any]:
    return a.dtype if isinstance(a, np.ndarray) and a.dtype != object else model.dtype


def _of_dtype(tracer: Tracer, filling: Any, dtype: np.dtype[Any]) -> Traced:
    """A filling as an array of that dtype would hold it."""
    if dtype.kind not in "biuf":
        raise refusal(f"an array of {dtype} cannot be traced", "use real numbers")
    if isinstance(filling, int | float | np.generic | np.ndarray):
        return tracer.lifted(np.asarray(filling).astype(dtype))
    return tracer.lifted(filling).astype(dtype)


def _copyto(dst: Any, src: Any, casting: str = "same_kind", where: Any = True) -> None:
    raise refusal("writing into an array cannot be traced", "build it with np.stack([...], axis=1) or np.where")


def _like(value: float) -> Any:
    def rule(a: Any, dtype: Any = None, shape: Any = None) -> Traced:
        return full_like(a, value, dtype, shape)

    return rule


def _result_type(*arrays_and_dtypes: Any) -> Any:
    return np.result_type(*(each.dtype if isinstance(each, Traced) else each for each in arrays_and_dtypes))


def _size(a: Any, axis: Any = None) -> Any:
    array = tracer_of(a).lifted(a)
    if axis is None:
        return array.size
    axes = [axis_of(array, each) for each in (axis if isinstance(axis, tuple | list) else (axis,))]
    if len(set(axes)) < len(axes):
        raise ValueError("repeated axis")
    return math.prod(array.shape[each] for each in axes)


def _shares_memory(a: Any, b: Any) -> bool:
    raise refusal("where arrays lie in memory is not known when traced", "decide it before")


FUNCTIONS |= {
    np.full_like: full_like,
    np.zeros_like: _like(0.0),
    np.ones_like: _like(1.0),
    np.empty_like: _like(0.0),
    np.copyto: _copyto,
    np.shape: lambda a: tracer_of(a).lifted(a).shape,
    np.ndim: lambda a: tracer_of(a).lifted(a).ndim,
    np.size: _size,
    np.iscomplexobj: lambda x: False,
    np.isrealobj: lambda x: True,
    np.result_type: _result_type,
    np.may_share_memory: _shares_memory,
    np.shares_memory: _shares_memory,
}
