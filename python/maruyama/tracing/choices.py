"""Rules that choose between values: where, clip, select, and what is made of these."""

import operator
from collections.abc import Sequence
from typing import Any

import numpy as np

from maruyama.tracing.array import Traced
from maruyama.tracing.elementwise import elementwise
from maruyama.tracing.errors import refusal
from maruyama.tracing.movement import axis_of, tracer_of
from maruyama.tracing.rules import FUNCTIONS, UFUNCS
from maruyama.tracing.signatures import NO_VALUE

__all__ = ["where"]


def where(condition: Any, x: Any = None, y: Any = None) -> Traced:
    """``np.where`` with three arguments."""
    if x is None or y is None:
        raise refusal("np.where of a condition alone cannot be traced", "give both choices: np.where(condition, a, b)")
    tracer = tracer_of((condition, x, y))
    both = tracer.lifted(x).is_bool and tracer.lifted(y).is_bool
    return elementwise("where", condition, x, y, is_bool=both)


def _clip(
    a: Any, a_min: Any = NO_VALUE, a_max: Any = NO_VALUE, min: Any = NO_VALUE, max: Any = NO_VALUE, dtype: Any = None
) -> Any:  # fmt: skip
    if not (a_min is NO_VALUE and a_max is NO_VALUE) and not (min is NO_VALUE and max is NO_VALUE):
        raise ValueError("Passing `min` or `max` keyword argument when `a_min` and `a_max` are provided is forbidden.")
    bounds = (a_min if min is NO_VALUE else min), (a_max if max is NO_VALUE else max)
    if (a_min is NO_VALUE) != (a_max is NO_VALUE) and min is NO_VALUE and max is NO_VALUE:
        raise TypeError("np.clip() takes a_min and a_max, each may be None")
    low, high = (None if each is NO_VALUE else each for each in bounds)
    if low is None and high is None:
        return np.positive(a, dtype=dtype)
    a = tracer_of((a, low, high)).lifted(a)  # of plain numbers NumPy would keep the dtype
    result = a if low is None else np.maximum(a, low, dtype=dtype)
    return result if high is None else np.minimum(result, high, dtype=dtype)


def _select(condlist: Sequence[Any], choicelist: Sequence[Any], default: Any = 0) -> Any:
    if len(condlist) != len(choicelist):
        raise ValueError("list of cases must be same length as list of conditions")
    if not condlist:
        raise ValueError("select with an empty condition list is not possible")
    tracer = tracer_of((condlist, choicelist, default))
    for place, condition in enumerate(condlist):
        if not tracer.lifted(condition).is_bool:
            raise TypeError(f"invalid entry {place} in condlist: should be boolean ndarray")
    result: Any = tracer.lifted(default)
    for condition, choice in zip(reversed(condlist), reversed(choicelist), strict=True):
        result = np.where(condition, choice, result)
    return result


def _polyval(p: Any, x: Any) -> Any:
    result: Any = np.zeros_like(x)
    for coefficient in p:
        result = result * x + coefficient
    return result


def _nan_to_num(x: Any, nan: Any = 0.0, posinf: Any = None, neginf: Any = None) -> Any:
    x = tracer_of(x).lifted(x)
    if x.is_bool:
        return x
    largest = np.finfo(x.dtype).max
    finite = np.where(np.isnan(x), nan, x)
    finite = np.where(x == np.inf, largest if posinf is None else posinf, finite)
    return np.where(x == -np.inf, -largest if neginf is None else neginf, finite)


def _round(a: Any, decimals: int = 0) -> Any:
    decimals = operator.index(decimals)
    if decimals and tracer_of(a).lifted(a).is_bool:
        raise TypeError("conditions have no decimals to be rounded")
    if decimals == 0:
        return elementwise("rint", a)
    if decimals > 0:
        return elementwise("divide", elementwise("rint", a * 10.0**decimals), 10.0**decimals)
    return elementwise("multiply", elementwise("rint", a / 10.0**-decimals), 10.0**-decimals)


def _sinc(x: Any) -> Any:
    y = np.pi * np.where(x == 0, 1e-20, x)
    return np.sin(y) / y


def _angle(z: Any, deg: bool = False) -> Any:
    """The angle of a real number: 0, or pi where its sign is negative, that of -0 too."""
    z = tracer_of(z).lifted(z)
    return np.where(z == z, np.where(np.signbit(z), 180.0 if deg else np.pi, 0.0), z)


def _diff(a: Any, n: int = 1, axis: int = -1, prepend: Any = NO_VALUE, append: Any = NO_VALUE) -> Any:
    if n == 0:
        return tracer_of(a).lifted(a)
    if n < 0:
        raise ValueError(f"order must be non-negative but got {n!r}")
    tracer = tracer_of((a, prepend, append))
    a = tracer.lifted(a)
    if not a.ndim:
        raise ValueError("diff requires input that is at least one dimensional")
    axis = axis_of(a, axis)
    ends = [None if each is NO_VALUE else _end(tracer.lifted(each), a, axis) for each in (prepend, append)]
    a = np.concatenate([each for each in (ends[0], a, ends[1]) if each is not None], axis=axis)
    along = (slice(None),) * axis
    for _ in range(n):
        subtract = np.not_equal if a.is_bool else np.subtract
        a = subtract(a[(*along, slice(1, None))], a[(*along, slice(None, -1))])
    return a


def _end(value: Traced, a: Traced, axis: int) -> Any:
    """What is put before or after an array: a number is repeated."""
    shape = [1 if place == axis else length for place, length in enumerate(a.shape)]
    return value if value.ndim else np.broadcast_to(value, shape)


FUNCTIONS |= {
    np.where: where,
    np.clip: _clip,
    np.select: _select,
    np.polyval: _polyval,
    np.nan_to_num: _nan_to_num,
    np.round: _round,
    np.around: _round,
    np.fix: lambda x: UFUNCS["trunc"](x),
    np.sinc: _sinc,
    np.diff: _diff,
    np.angle: _angle,
    np.real: lambda val: val if val.home == "array" else UFUNCS["conjugate"](val),
    np.isposinf: lambda x: elementwise("equal", x, np.inf),
    np.isneginf: lambda x: elementwise("equal", x, -np.inf),
}
