"""Rules that make arrays like a traced one, and answers about shapes and dtypes, which need no values."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from maruyama.tracing.array import Traced
from maruyama.tracing.errors import refusal
from maruyama.tracing.graph import TIME
from maruyama.tracing.movement import moved, tracer_of
from maruyama.tracing.rules import FUNCTIONS

__all__ = ["full_like"]


def full_like(a: Any, fill_value: Any, dtype: Any = None, shape: Any = None, device: Any = None) -> Traced:
    """``np.full_like``: with a traced array, a traced filling or both."""
    tracer = tracer_of((a, fill_value))
    traced, filling = tracer.lifted(a), tracer.lifted(fill_value)
    wanted = traced.shape if shape is None else shape
    filled: Traced = moved(tracer, [filling], lambda codes: np.broadcast_to(codes, wanted))
    if shape is None and traced.axis is not None and filled.axis is None:
        ids = np.broadcast_to(filled.ids, traced.shape).take([0], traced.axis)
        return Traced(tracer, ids, traced.axis, filling.is_bool)
    return filled


def _copyto(dst: Any, src: Any, casting: str = "same_kind", where: Any = True) -> None:
    """``np.full(shape, t, dtype=...)`` ends here: the array of floats is given the stand-ins of the values."""
    if isinstance(dst, Traced) or not isinstance(src, Traced) or where is not True:
        raise refusal("writing into an array cannot be traced", "build it with np.stack([...], axis=1) or np.where")
    if dst.dtype.kind != "f" or src.axis is not None or (src.tracer.graph.rates(src.ids) > TIME).any():
        raise refusal(
            f"a traced value cannot be put into an array of {dst.dtype}",
            "leave dtype away, or use np.where",
        )
    numbers: NDArray[Any] = src.tracer.stand_ins(src.ids)
    np.copyto(dst, numbers, casting="unsafe")


def _like(value: float) -> Any:
    return lambda a, dtype=None, shape=None, device=None: full_like(a, value, dtype, shape)


def _dtype_of(*values: Any) -> Any:
    return tracer_of(values).graph.dtype


FUNCTIONS |= {
    np.full_like: full_like,
    np.zeros_like: _like(0.0),
    np.ones_like: _like(1.0),
    np.empty_like: _like(0.0),
    np.copyto: _copyto,
    np.shape: lambda a: tracer_of(a).lifted(a).shape,
    np.ndim: lambda a: tracer_of(a).lifted(a).ndim,
    np.size: lambda a, axis=None: a.size if axis is None else a.shape[axis],
    np.iscomplexobj: lambda x: False,
    np.isrealobj: lambda x: True,
    np.result_type: _dtype_of,
    np.may_share_memory: lambda *arguments, **options: False,
    np.shares_memory: lambda *arguments, **options: False,
}
