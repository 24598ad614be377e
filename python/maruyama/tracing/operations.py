"""The table of elementwise operations, as the core has it, each with the NumPy function that folds constants.

A new operation is one line here and one line in the core's own table.
"""

import math
from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

__all__ = ["BOOLEAN", "COMMUTATIVE", "FOLDS", "OPERATIONS", "PAIRS"]

Fold: TypeAlias = Callable[..., NDArray[Any]]


def _expit(x: Any) -> Any:
    return 1 / (1 + np.exp(-x))


def _log_expit(x: Any) -> Any:
    return -np.logaddexp(0, -x)


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
_UNARY = """
    negative absolute sign signbit floor ceil trunc rint sqrt square reciprocal logical_not isfinite isnan isinf
    exp exp2 expm1 log log2 log10 log1p cbrt sin cos tan sinh cosh tanh arcsin arccos arctan arcsinh arccosh arctanh
"""
_BINARY = """
    add subtract multiply divide minimum maximum fmin fmax power mod fmod floor_divide copysign arctan2 hypot
    logaddexp logaddexp2 heaviside less less_equal greater greater_equal equal not_equal
    logical_and logical_or logical_xor
"""
# Two operations of ``(a, b, c)`` in one, each rounded.
_TERNARY: dict[str, Fold] = {
    "multiply_add": lambda a, b, c: a * b + c,
    "multiply_subtract": lambda a, b, c: a * b - c,
    "subtract_multiple": lambda a, b, c: c - a * b,
    "add_multiply": lambda a, b, c: (a + b) * c,
    "subtract_multiply": lambda a, b, c: (a - b) * c,
}
OPERATIONS: dict[str, Fold] = _OWN | _TERNARY | {name: getattr(np, name) for name in f"{_UNARY} {_BINARY}".split()}

# What folds a list of values into one, from left to right, and the operation that does it for two.
FOLDS = {"sum": "add", "product": "multiply", "minimum_reduce": "minimum", "maximum_reduce": "maximum"}

# An operation, which of its operands, and what made that: the operation that does both. It reads the operands of the
# first, then the other one of the second.
PAIRS = {
    ("add", 1, "multiply"): "multiply_add",
    ("add", 0, "multiply"): "multiply_add",
    ("subtract", 1, "multiply"): "subtract_multiple",
    ("subtract", 0, "multiply"): "multiply_subtract",
    ("multiply", 0, "add"): "add_multiply",
    ("multiply", 1, "add"): "add_multiply",
    ("multiply", 0, "subtract"): "subtract_multiply",
    ("multiply", 1, "subtract"): "subtract_multiply",
}

# What gives conditions.
_TRUTHS = """
    signbit logical_not isfinite isnan isinf less less_equal greater greater_equal equal not_equal
    logical_and logical_or logical_xor
"""
BOOLEAN = frozenset(_TRUTHS.split())

COMMUTATIVE = {"add", "multiply", "equal", "not_equal", "logical_and", "logical_or", "logical_xor"}
