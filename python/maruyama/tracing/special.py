"""Rules of SciPy's special functions that are formulas of operations: logit, softmax, logsumexp, xlogy, ...

SciPy is not imported here: its universal functions come by NumPy's protocol, and ``entered`` brings the others.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from maruyama.tracing.array import Traced
from maruyama.tracing.elementwise import as_numbers, elementwise
from maruyama.tracing.graph import CONSTANT
from maruyama.tracing.movement import tracer_of
from maruyama.tracing.reductions import total
from maruyama.tracing.rules import FUNCTIONS, UFUNCS

__all__ = ["log_softmax", "logsumexp", "softmax"]


def softmax(x: Any, axis: Any = None) -> Any:
    """``exp(x)/sum(exp(x))``; nan where the largest x is not finite, as in SciPy."""
    shifted = np.exp(x - _largest(x, axis))
    return shifted / total(shifted, axis, keepdims=True)


def log_softmax(x: Any, axis: Any = None) -> Any:
    """``x - logsumexp(x)``; the logarithm keeps what is far smaller than its largest term."""
    largest = _largest(x, axis)
    finite = np.isfinite(largest)
    terms = _Terms(x, None, largest, axis)
    return x - np.where(finite, largest, 0.0) - np.where(finite, terms.logarithm(), largest)


def logsumexp(a: Any, axis: Any = None, b: Any = None, keepdims: bool = False, return_sign: bool = False) -> Any:
    """``log(sum(b exp(a)))``: the largest terms apart, then log1p of the others divided by them.

    P. Blanchard, D. Higham, N. Higham, "Accurately computing the log-sum-exp and softmax functions", IMA J. Numer.
    Anal. 41 (2021). The absolute error is a few units in the last place of the largest a, and of log(sum(b)): close to
    the zeros of the result it is the relative one that grows.
    """
    tracer = tracer_of((a, b))
    a = as_numbers(tracer.lifted(a))
    given: Any = a
    if b is not None:
        given, b = np.broadcast_arrays(a, tracer.lifted(b))
        a = np.where(b == 0, -np.inf, given)
    largest = _largest(a, axis)
    terms = _Terms(a, b, largest, axis)
    result, sign = terms.logarithm() + largest, terms.sign()
    if b is None or _are_positive(b):
        sign = np.where(np.isfinite(result), 1.0, np.sign(np.exp(largest)))
    else:  # where the largest terms cancel, or something is infinite, what the plain formula gives
        plain = total(b * np.exp(given), axis, keepdims=True)
        sound = np.isfinite(result)
        sign = np.where(sound, sign, np.sign(plain))
        result = np.where(sound, result, np.log(abs(plain)))
        result = result if return_sign else np.where(sign < 0, np.nan, result)
    if not keepdims:
        result, sign = total(result, axis), total(sign, axis)  # of one term: the term
    return (result, sign) if return_sign else result


class _Terms:
    """``sum(b exp(a - largest))`` as a number m of the largest terms times 1 + rest."""

    def __init__(self, a: Any, b: Any, largest: Any, axis: Any) -> None:
        are_largest = np.equal(a, largest)
        others = np.where(are_largest, 0.0, np.exp(a - largest))
        weights = np.where(are_largest, 1.0 if b is None else b, 0.0)
        rest = total(others if b is None else b * others, axis, keepdims=True)
        self.largest = total(weights, axis, keepdims=True)
        self.rest: Any = np.where(np.equal(rest, 0), 0.0, rest / self.largest)

    def logarithm(self) -> Any:
        """Of the sum's magnitude."""
        rest = np.where(self.rest < -1, -self.rest - 2, self.rest)
        return np.log1p(rest) + np.log(abs(self.largest))

    def sign(self) -> Any:
        """Of the sum."""
        return np.sign(self.rest + 1) * np.sign(self.largest)


def _largest(x: Any, axis: Any) -> Any:
    return FUNCTIONS[np.max](x, axis=axis, keepdims=True)


def _are_positive(b: Traced) -> bool:
    """Whether these are constants above zero, and are so for float32 states, too."""
    graph = b.tracer.graph
    least = np.minimum(graph.values(b.ids), graph.rounded(b.ids))
    return bool((graph.rates(b.ids) == CONSTANT).all() and (least > 0).all())


def _lifted(*values: Any) -> list[Traced]:
    tracer = tracer_of(values)
    return [as_numbers(tracer.lifted(value)) for value in values]


def _logit(x: Any) -> Any:
    """log(x/(1 - x)) = 2 artanh(2x - 1), where 2x - 1 is exact from 1/4 on; below, log(x) - log(1 - x)."""
    (x,) = _lifted(x)
    return np.where(x < 0.25, np.log(x) - np.log1p(-x), 2 * np.arctanh(2 * x - 1))


def _x_times(logarithm: Callable[[Any], Any]) -> Callable[..., Any]:
    """The product x log(y), 0 where x is 0 and y a number."""

    def rule(x: Any, y: Any) -> Any:
        x, y = _lifted(x, y)
        return np.where(np.logical_and(np.equal(x, 0), np.equal(y, y)), 0.0, x * logarithm(y))

    return rule


def _entr(x: Any) -> Any:
    """-x log(x), 0 at 0, and -inf below."""
    (x,) = _lifted(x)
    return np.where(x > 0, -x * np.log(x), np.where(x == 0, 0.0, np.where(x < 0, -np.inf, x)))


def _rel_entr(x: Any, y: Any) -> Any:
    """The product x log(x/y), 0 where x = 0 <= y, and inf where one is negative."""
    x, y = _lifted(x, y)
    return _divergence(x, y, _x_log_ratio(x, y), 0.0)


def _kl_div(x: Any, y: Any) -> Any:
    """The sum x log(x/y) - x + y, y where x = 0 <= y, and inf where one is negative."""
    x, y = _lifted(x, y)
    return _divergence(x, y, _x_log_ratio(x, y) - x + y, y)


def _x_log_ratio(x: Traced, y: Traced) -> Any:
    """By log1p where the two are close, by two logarithms where their ratio leaves the normal numbers."""
    ratio = x / y
    close = np.logical_and(ratio > 0.5, ratio < 2)
    normal = np.logical_and(ratio > np.finfo(x.tracer.graph.dtype).tiny, ratio < np.inf)
    far = np.where(normal, np.log(ratio), np.log(x) - np.log(y))
    return x * np.where(close, np.log1p((x - y) / y), far)


def _divergence(x: Traced, y: Traced, inside: Any, at_zero: Any) -> Any:
    numbers = np.logical_and(np.equal(x, x), np.equal(y, y))
    positive = np.logical_and(np.greater(x, 0), np.greater(y, 0))
    edge = np.logical_and(np.equal(x, 0), np.greater_equal(y, 0))
    return np.where(numbers, np.where(positive, inside, np.where(edge, at_zero, np.inf)), np.nan)


def _bessel(scaled: str) -> Callable[[Any], Any]:
    """I0 or I1 from exp(-|x|) times it: the exponential in two halves, for it is finite a little farther than that.

    Error 4 units in the last place.
    """

    def rule(x: Any) -> Any:
        half = np.exp(abs(x) * 0.5)
        infinite = abs(x) if scaled == "i0e" else x
        return np.where(abs(x) == np.inf, infinite, elementwise(scaled, x) * half * half)

    return rule


UFUNCS |= {
    "i0": _bessel("i0e"),
    "i1": _bessel("i1e"),
    "logit": _logit,
    "xlogy": _x_times(np.log),
    "xlog1py": _x_times(np.log1p),
    "entr": _entr,
    "rel_entr": _rel_entr,
    "kl_div": _kl_div,
}
