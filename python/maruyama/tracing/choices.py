"""Rules that choose between values: where, clip, select, interp, and what is made of these."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from maruyama.tracing.array import Traced
from maruyama.tracing.elementwise import elementwise
from maruyama.tracing.errors import refusal
from maruyama.tracing.movement import tracer_of
from maruyama.tracing.rules import FUNCTIONS

__all__ = ["where"]


def where(condition: Any, x: Any = None, y: Any = None) -> Traced:
    """``np.where`` with three arguments."""
    if x is None or y is None:
        raise refusal("np.where of a condition alone cannot be traced", "give both choices: np.where(condition, a, b)")
    tracer = tracer_of((condition, x, y))
    both = tracer.lifted(x).is_bool and tracer.lifted(y).is_bool
    return elementwise("where", condition, x, y, is_bool=both)


def _clip(
    a: Any, a_min: Any = None, a_max: Any = None, out: Any = None, *, min: Any = None, max: Any = None
) -> Any:  # fmt: skip
    low, high = (a_min if min is None else min), (a_max if max is None else max)
    result = a if low is None else np.maximum(a, low)
    return result if high is None else np.minimum(result, high)


def _select(condlist: Sequence[Any], choicelist: Sequence[Any], default: Any = 0) -> Any:
    result = default
    for condition, choice in zip(reversed(condlist), reversed(choicelist), strict=True):
        result = np.where(condition, choice, result)
    return result


def _interp(x: Any, xp: Any, fp: Any, left: Any = None, right: Any = None, period: Any = None) -> Any:
    """NumPy's formula, slope * (x - xp[j]) + fp[j], with the j of the last knot that is not above x."""
    if period is not None or any(isinstance(each, Traced) for each in (xp, fp)):
        raise refusal("np.interp with a period or with traced knots cannot be traced", "give constant knots")
    knots, heights = np.asarray(xp, float), np.asarray(fp, float)
    slopes = np.diff(heights) / np.diff(knots)
    slope: Any = 0.0
    knot, height = knots[0], heights[0]
    for place in range(len(slopes)):
        reached = x >= knots[place]
        slope = np.where(reached, slopes[place], slope)
        knot, height = np.where(reached, knots[place], knot), np.where(reached, heights[place], height)
    inside = slope * (x - knot) + height
    below = np.where(x < knots[0], heights[0] if left is None else left, inside)
    above = np.where(x > knots[-1], heights[-1] if right is None else right, below)
    return np.where(x == knots[-1], heights[-1], above)


def _polyval(p: Any, x: Any) -> Any:
    result: Any = x * 0
    for coefficient in p:
        result = result * x + coefficient
    return result


def _nan_to_num(x: Any, copy: bool = True, nan: float = 0.0, posinf: Any = None, neginf: Any = None) -> Any:
    if x.is_bool:
        return x
    largest = np.finfo(x.dtype).max
    finite = np.where(np.isnan(x), nan, x)
    finite = np.where(x == np.inf, largest if posinf is None else posinf, finite)
    return np.where(x == -np.inf, -largest if neginf is None else neginf, finite)


def _round(a: Any, decimals: int = 0, out: Any = None) -> Any:
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


def _diff(a: Any, n: int = 1, axis: int = -1, prepend: Any = None, append: Any = None) -> Any:
    tracer = tracer_of((a, prepend, append))
    a = tracer.lifted(a)
    ends = [None if each is None else _end(tracer.lifted(each), a, axis) for each in (prepend, append)]
    a = np.concatenate([each for each in (ends[0], a, ends[1]) if each is not None], axis=axis)
    along = (slice(None),) * (axis % a.ndim)
    for _ in range(n):
        subtract = np.not_equal if a.is_bool else np.subtract
        a = subtract(a[(*along, slice(1, None))], a[(*along, slice(None, -1))])
    return a


def _end(value: Traced, a: Traced, axis: int) -> Any:
    """What is put before or after an array: a number is repeated."""
    shape = [1 if place == axis % a.ndim else length for place, length in enumerate(a.shape)]
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
    np.fix: lambda x: elementwise("trunc", x),
    np.sinc: _sinc,
    np.diff: _diff,
    np.angle: _angle,
    np.real: lambda a: a,
    np.isposinf: lambda x: elementwise("equal", x, np.inf),
    np.isneginf: lambda x: elementwise("equal", x, -np.inf),
}
