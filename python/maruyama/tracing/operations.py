"""The table of elementwise operations, as the core has it, each with the NumPy function that folds constants.

A new operation is one line here and one line in the core's own table.
"""

import math
from collections.abc import Callable
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from maruyama import _core

__all__ = ["BOOLEAN", "COMMUTATIVE", "FOLDS", "MERGED", "MERGES", "OPERATIONS", "Merge"]

Fold: TypeAlias = Callable[..., NDArray[Any]]


def _expit(x: Any) -> Any:
    return 1 / (1 + np.exp(-x))


def _log_expit(x: Any) -> Any:
    return -np.logaddexp(0, -x)


def _of_core(name: str) -> Fold:
    """The core's own numbers, for what neither NumPy nor the standard library has."""
    return lambda x: _core.apply(name, np.atleast_1d(np.asarray(x))).reshape(np.shape(x))


def _vectorised(function: Callable[[float], float]) -> Fold:
    return np.vectorize(function, otypes=[np.float64])


_OWN: dict[str, Fold] = {
    "copy": np.positive,
    "erf": _vectorised(math.erf),
    "erfc": _vectorised(math.erfc),
    "expit": _expit,
    "log_expit": _log_expit,
    "where": np.where,
}
_OWN |= {name: _of_core(name) for name in ["ndtr", "log_ndtr", "erfcx", "ndtri", "erfinv", "gammaln", "i0e", "i1e"]}
_UNARY = """
    negative absolute sign signbit spacing floor ceil trunc rint sqrt square reciprocal logical_not isfinite isnan isinf
    exp exp2 expm1 log log2 log10 log1p cbrt sin cos tan sinh cosh tanh arcsin arccos arctan arcsinh arccosh arctanh
"""
_BINARY = """
    add subtract multiply divide minimum maximum fmin fmax power mod fmod floor_divide copysign nextafter arctan2 hypot
    logaddexp logaddexp2 heaviside less less_equal greater greater_equal equal not_equal
    logical_and logical_or logical_xor
"""
# Several operations in one, each rounded as if it stood alone.
MERGED: dict[str, Fold] = {
    "multiply_add": lambda a, b, c: a * b + c,
    "multiply_subtract": lambda a, b, c: a * b - c,
    "subtract_multiple": lambda a, b, c: c - a * b,
    "add_multiply": lambda a, b, c: (a + b) * c,
    "subtract_multiply": lambda a, b, c: (a - b) * c,
    "subtract_multiply_add": lambda a, b, c, d: (a - b) * c + d,
    "subtract_multiply_subtract": lambda a, b, c, d: (a - b) * c - d,
    "add_products": lambda a, b, c, d: a * b + c * d,
    "subtract_products": lambda a, b, c, d: a * b - c * d,
    "exp_negative": lambda a: np.exp(-a),
    "one_plus_exp_negative": lambda a: np.exp(-a) + 1,
    "divide_by_one_plus_exp_negative": lambda a, b: b / (np.exp(-a) + 1),
}
OPERATIONS: dict[str, Fold] = _OWN | MERGED | {name: getattr(np, name) for name in f"{_UNARY} {_BINARY}".split()}

# What folds a list of values into one, from left to right, and the operation that does it for two.
FOLDS = {"sum": "add", "product": "multiply", "minimum_reduce": "minimum", "maximum_reduce": "maximum"}


class Merge(NamedTuple):
    """Operand ``place`` of an operation, made by ``first`` and read by nobody else: both become one operation.

    It reads the operands of the first, then the others of the second. Where ``constant`` is given, there is one other,
    which must be that number and is not read any more.
    """

    place: int
    first: str
    merged: str
    constant: float | None = None


MERGES: dict[str, tuple[Merge, ...]] = {
    "add": (
        Merge(1, "subtract_multiply", "subtract_multiply_add"),
        Merge(0, "subtract_multiply", "subtract_multiply_add"),
        Merge(1, "multiply", "multiply_add"),
        Merge(0, "multiply", "multiply_add"),
        Merge(0, "exp_negative", "one_plus_exp_negative", 1.0),
    ),
    "subtract": (
        Merge(0, "subtract_multiply", "subtract_multiply_subtract"),
        Merge(1, "multiply", "subtract_multiple"),
        Merge(0, "multiply", "multiply_subtract"),
    ),
    "multiply": (
        Merge(0, "add", "add_multiply"),
        Merge(1, "add", "add_multiply"),
        Merge(0, "subtract", "subtract_multiply"),
        Merge(1, "subtract", "subtract_multiply"),
    ),
    "multiply_add": (Merge(2, "multiply", "add_products"),),
    "subtract_multiple": (Merge(2, "multiply", "subtract_products"),),
    "exp": (Merge(0, "negative", "exp_negative"),),
    "divide": (Merge(1, "one_plus_exp_negative", "divide_by_one_plus_exp_negative"),),
}

# What gives conditions.
_TRUTHS = """
    signbit logical_not isfinite isnan isinf less less_equal greater greater_equal equal not_equal
    logical_and logical_or logical_xor
"""
BOOLEAN = frozenset(_TRUTHS.split())

COMMUTATIVE = {"add", "multiply", "equal", "not_equal", "logical_and", "logical_or", "logical_xor"}
