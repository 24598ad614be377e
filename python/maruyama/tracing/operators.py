"""The operators of symbolic arrays: NumPy's of arrays, Python's of t and what is computed of it alone.

They differ for conditions. ``(x > 0) + (x < 1)`` is `or`, for these are arrays; ``(t > 0) + (t < 1)`` is 0, 1 or 2.
In an array of objects, which NumPy makes of a list, nobody knows what `+` is for, unless it is NumPy's own sum.
"""

from collections.abc import Callable
from typing import Any, NoReturn

from maruyama.tracing.array import COUNTING, Deferred, Traced
from maruyama.tracing.errors import functions_of_numpy, refusal
from maruyama.tracing.rules import UFUNCS

__all__: list[str] = []


def _unary(name: str) -> Callable[[Traced], Any]:
    return lambda self: UFUNCS[name](self) if self.home == "array" else _elsewhere(name, self)


def _binary(name: str) -> Callable[[Traced, Any], Any]:
    def operation(self: Traced, other: Any) -> Any:
        if isinstance(other, Deferred):
            return NotImplemented
        return UFUNCS[name](self, other) if self.home == "array" else _elsewhere(name, self, other)

    return operation


def _reflected(name: str) -> Callable[[Traced, Any], Any]:
    return lambda self, other: UFUNCS[name](other, self) if self.home == "array" else _elsewhere(name, other, self)


def _elsewhere(name: str, *operands: Any) -> Any:
    """The operation of what is no array, marked as what it is again."""
    home = _home(operands)
    if home != "array" and name in _OF_NUMBERS and all(_is_condition(each) for each in operands):
        operands = tuple(map(_number, operands)) if home == "scalar" else _counted(operands)
    if home == "scalar" and name == "invert":
        raise refusal("~ of a condition on t is a whole number of Python's, -1 or -2", "write np.logical_not(...)")
    result = UFUNCS[name](*operands)
    if isinstance(result, Traced) and home != "array":
        result = Traced(result.tracer, result.ids, result.axis, result.is_bool, result.row, home)
    return result


def _home(operands: tuple[Any, ...]) -> str:
    """Where the result is at home."""
    homes = {each.home if isinstance(each, Traced) else _home_of_number(each) for each in operands}
    return "array" if "array" in homes else "element" if "element" in homes else "scalar"


def _home_of_number(number: Any) -> str:
    return "scalar" if type(number) in (bool, int, float) else "array"


def _is_condition(operand: Any) -> bool:
    return operand.is_bool if isinstance(operand, Traced) else type(operand) is bool


def _number(operand: Any) -> Any:
    """A condition as 0 or 1."""
    if not isinstance(operand, Traced):
        return int(operand)
    return Traced(operand.tracer, operand.ids, operand.axis, False, operand.row, operand.home)


def _counted(operands: tuple[Any, ...]) -> tuple[Any, ...]:
    """Conditions in an array of objects, as numbers if it is NumPy who counts them."""
    if not COUNTING.intersection(functions_of_numpy()):
        raise refusal(
            "+ - * of conditions in an array of objects, which np.array and np.asarray make, could count them or not",
            "stack them with np.stack([...]), or write | and & for conditions, and 1.0 * (x > 0) for numbers",
        )
    return tuple(map(_number, operands))


def _in_place(self: Traced, other: object) -> NoReturn:
    raise refusal("an in-place operation cannot be traced", "write x = x + ... in place of x += ...")


def _shift(self: Traced, other: object) -> NoReturn:
    raise refusal("<< and >> are for whole numbers, which are not traced", "write x * 2.0**n")


def _round(self: Traced, digits: object = None) -> Any:
    if digits is not None:
        raise refusal("round(t, digits) rounds decimals, and cannot be traced", "write np.round(t, digits)")
    return _unary("rint")(self)


def _format(self: Traced, spec: str) -> str:
    if spec:
        raise refusal(
            "a traced value has no digits that could be printed", "leave the text away, or use the number itself"
        )
    return str(self)


_OF_NUMBERS = ("add", "subtract", "multiply", "negative", "positive", "absolute")  # of Python's conditions

_OPERATORS = {
    "add": "add", "sub": "subtract", "mul": "multiply", "truediv": "divide", "floordiv": "floor_divide",
    "mod": "remainder", "divmod": "divmod", "pow": "**", "matmul": "matmul", "and": "bitwise_and", "or": "bitwise_or",
    "xor": "bitwise_xor",
}  # fmt: skip
_COMPARISONS = {
    "lt": "less", "le": "less_equal", "gt": "greater", "ge": "greater_equal", "eq": "equal", "ne": "not_equal",
}  # fmt: skip
_UNARY = {
    "neg": "negative", "pos": "positive", "abs": "absolute", "invert": "invert", "floor": "floor", "ceil": "ceil",
    "trunc": "trunc",
}  # fmt: skip
# What NumPy calls on each element of an array of objects.
_ELEMENT_METHODS = """
    exp exp2 expm1 log log2 log10 log1p sqrt cbrt square reciprocal sin cos tan sinh cosh tanh arcsin arccos arctan
    arcsinh arccosh arctanh rint fabs deg2rad rad2deg degrees radians isfinite isnan isinf sign
"""
_PAIR_METHODS = "arctan2 hypot fmod logaddexp logaddexp2 copysign"
for _name, _ufunc in (_OPERATORS | _COMPARISONS).items():
    setattr(Traced, f"__{_name}__", _binary(_ufunc))
for _name, _ufunc in _OPERATORS.items():
    setattr(Traced, f"__r{_name}__", _reflected(_ufunc))
    setattr(Traced, f"__i{_name}__", _in_place)
for _name, _ufunc in _UNARY.items():
    setattr(Traced, f"__{_name}__", _unary(_ufunc))
for _name in _ELEMENT_METHODS.split():
    setattr(Traced, _name, _unary(_name))
for _name in _PAIR_METHODS.split():
    setattr(Traced, _name, _binary(_name))
for _name, _rule in {"round": _round, "format": _format}.items():
    setattr(Traced, f"__{_name}__", _rule)
for _name in ("lshift", "rlshift", "rshift", "rrshift"):
    setattr(Traced, f"__{_name}__", _shift)
