"""The two tables of rules, from what NumPy calls to what is recorded; the modules with rules fill them.

A new rule is one line: ``UFUNCS["name"] = rule`` or ``FUNCTIONS[np.function] = rule``.
"""

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from maruyama.tracing.errors import refusal

__all__ = ["FUNCTIONS", "UFUNCS", "call_function", "call_ufunc"]

Rule: TypeAlias = Callable[..., Any]

UFUNCS: dict[str, Rule] = {}  # by name, NumPy's and SciPy's
UFUNC_METHODS: dict[tuple[str, str], Rule] = {}  # ("add", "reduce")
FUNCTIONS: dict[Any, Rule] = {}

_NOT_KNOWN = "write it with functions that are, or hand the function over without mr.compile"
_IGNORED = {"casting", "order", "subok", "like", "copy"}
_REFUSED = {
    "out": "in-place operations cannot be traced: write x = x + ... in place of x += ..., and leave out=... away",
    "where": "where=... cannot be traced: use np.where on the result",
    "initial": "initial=... cannot be traced: combine it with the result",
}


def call_ufunc(name: str, method: str, operands: tuple[Any, ...], options: Mapping[str, Any]) -> Any:
    """Record a ufunc's call."""
    rule = UFUNCS.get(name) if method == "__call__" else UFUNC_METHODS.get((name, method))
    if rule is None:
        raise refusal(f"np.{name}{'' if method == '__call__' else '.' + method} is not known to the tracer", _NOT_KNOWN)
    return rule(*operands, **_known(options, f"np.{name}"))


def call_function(function: Any, arguments: tuple[Any, ...], options: Mapping[str, Any]) -> Any:
    """Record the call of one of NumPy's functions."""
    module, own_name = getattr(function, "__module__", "numpy"), getattr(function, "__name__", str(function))
    name = f"{module}.{own_name}".replace("numpy", "np")
    rule = FUNCTIONS.get(function)
    if rule is None:
        raise refusal(f"{name} is not known to the tracer", _NOT_KNOWN)
    return rule(*arguments, **_known(options, name))


def _known(options: Mapping[str, Any], name: str) -> dict[str, Any]:
    for key, reason in _REFUSED.items():
        value = options.get(key)
        if value is not None and value is not True and not _is_default(value):
            raise refusal(f"{name}({key}=...): {reason}")
    return {key: value for key, value in options.items() if key not in _IGNORED and key not in _REFUSED}


def _is_default(value: Any) -> bool:
    return repr(value) == "<no value>" or (isinstance(value, tuple) and all(each is None for each in value))
