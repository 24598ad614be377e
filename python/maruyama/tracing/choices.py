"""Rules that choose between values: where, clip, select, interp, and what is made of these."""

import operator
from collections.abc import Sequence
from typing import Any

import numpy as np

from maruyama.tracing.array import Traced
from maruyama.tracing.elementwise import elementwise
from maruyama.tracing.errors import refusal
from maruyama.tracing.movement import axis_of, is_symbolic, tracer_of
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
    result = default
    for condition, choice in zip(reversed(condlist), reversed(choicelist), strict=True):
        result = np.where(condition, choice, result)
    return result


def _interp(x: Any, xp: Any, fp: Any, left: Any = None, right: Any = None, period: Any = None) -> Any:
    """NumPy's formula, slope * (x - xp[j]) + fp[j], with the j of the last knot that is not above x."""
    if period is not None:
        raise refusal("np.interp with a period cannot be traced", "give x % period and knots from 0 to the period")
    if is_symbolic(xp) or is_symbolic(fp):
        name = "knots xp" if is_symbolic(xp) else "values fp"
        raise refusal(
            f"np.interp with {name} that depend on x or t cannot be traced",
            "give constant xp and fp, and scale or add what depends on x or t to the result",
        )
    knots, heights = _table(xp, fp)
    between = _between(x, knots, heights)
    below = np.where(x < knots[0], heights[0] if left is None else left, between)
    above = np.where(x > knots[-1], heights[-1] if right is None else right, below)
    return np.where(x == knots[-1], heights[-1], above)


def _table(xp: Any, fp: Any) -> tuple[Any, Any]:
    """Knots and values as NumPy accepts them; its results of knots that do not increase are of no use."""
    knots, heights = np.asarray(xp, float), np.asarray(fp, float)
    if knots.ndim != 1 or heights.ndim != 1:
        raise ValueError("np.interp: xp and fp must have one axis")
    if not len(knots):
        raise ValueError("array of sample points is empty")
    if len(knots) != len(heights):
        raise ValueError(f"fp and xp are not of same length: {len(heights)} and {len(knots)}")
    if not (knots[:-1] <= knots[1:]).all():
        raise refusal("np.interp needs xp that increase", "sort xp, and fp with it")
    return knots, heights


def _between(x: Any, knots: Any, heights: Any) -> Any:
    """The line through the knots beside x, taken from the left one, and where that is no number from the right one.

    At a knot it is the knot's own value.
    """
    if len(knots) == 1:
        return np.where(x == x, heights[0], heights[0])
    with np.errstate(all="ignore"):
        slopes = np.diff(heights) / np.diff(knots)
    places = [place for place in range(len(slopes)) if knots[place] < knots[place + 1]]
    chosen = [_last_reached(x, knots, places, values) for values in (slopes, knots[:-1], heights[:-1])]
    line = chosen[0] * (x - chosen[1]) + chosen[2]
    if all(np.isfinite(each).all() for each in (slopes[places], knots, heights)):
        return line
    right = [_last_reached(x, knots, places, values) for values in (knots[1:], heights[1:])]
    line = np.where(np.isnan(line), chosen[0] * (x - right[0]) + right[1], line)
    line = np.where(np.isnan(line) & (chosen[2] == right[1]), chosen[2], line)
    return np.where(np.isnan(x), x, np.where(x == chosen[1], chosen[2], line))


def _last_reached(x: Any, knots: Any, places: Sequence[int], values: Any) -> Any:
    """The value of the interval in which x lies; of the first one before it."""
    result = values[places[0]]
    for place in places[1:]:
        result = np.where(x >= knots[place], values[place], result)
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
    np.interp: _interp,
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
