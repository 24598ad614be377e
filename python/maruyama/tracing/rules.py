"""The tables of rules, from what is called to what is recorded; the modules with rules fill them.

A new rule is one line: ``UFUNCS["name"] = rule`` or ``FUNCTIONS[np.function] = rule``. The parameters of a rule are
those of NumPy's function that it implements, by NumPy's names. A call is bound to NumPy's own signature, so it does not
matter how an argument was given; one that the rule does not have is refused unless it has its default value.
"""

import sys
from collections.abc import Callable, Mapping
from inspect import Signature
from typing import Any, TypeAlias

import numpy as np

from maruyama.tracing import signatures
from maruyama.tracing.errors import refusal

__all__ = [
    "FUNCTIONS",
    "METHODS",
    "UFUNCS",
    "UFUNC_METHODS",
    "call_function",
    "call_method",
    "call_ufunc",
    "called",
    "ufuncs_of",
]

Rule: TypeAlias = Callable[..., Any]

UFUNCS: dict[str, Rule] = {}  # by name, NumPy's and SciPy's; `ufuncs_of` has those that are meant
UFUNC_METHODS: dict[tuple[str, str], Rule] = {}  # ("add", "reduce")
FUNCTIONS: dict[Any, Rule] = {}
METHODS: dict[str, Rule] = {}  # of arrays, where NumPy's function of that name has other parameters

_NOT_KNOWN = "write it with functions that are, or hand the function over without mr.compile"
_NOT_TAKEN = "leave this argument away, or hand the function over without mr.compile"
_REMEDIES = {
    "out": "write x = x + ... in place of x += ..., and leave out=... away",
    "where": "use np.where on the result, or on what is reduced",
    "initial": "combine it with the result",
    "copy": "what is traced cannot be changed in place: leave copy=... away and use the result",
    "dtype": "every number has the dtype of the state: leave dtype=... away, np.trunc and np.rint give whole numbers",
    "casting": "every number has the dtype of the state: leave casting=... away",
}


def ufuncs_of(name: str) -> list[np.ufunc]:
    """NumPy's ufunc of that name, and SciPy's where scipy.special is imported."""
    found = [getattr(module, name, None) for module in (np, sys.modules.get("scipy.special"))]
    return [each for each in found if isinstance(each, np.ufunc)]


def call_ufunc(ufunc: np.ufunc, method: str, operands: tuple[Any, ...], options: Mapping[str, Any]) -> Any:
    """Record a ufunc's call."""
    is_call = method == "__call__"
    name = ufunc.__name__ if is_call else f"{ufunc.__name__}.{method}"
    if not any(each is ufunc for each in ufuncs_of(ufunc.__name__)):
        raise refusal(f"the ufunc {name}, which is not NumPy's or SciPy's, is not known to the tracer", _NOT_KNOWN)
    rule = UFUNCS.get(name) if is_call else UFUNC_METHODS.get((ufunc.__name__, method))
    if is_call and rule is not None and not options:
        return rule(*operands)
    name = f"{'np' if getattr(np, ufunc.__name__, None) is ufunc else 'scipy.special'}.{name}"
    if rule is None:
        raise refusal(f"{name} is not known to the tracer", _NOT_KNOWN)
    signature = signatures.ufunc(ufunc) if is_call else signatures.ufunc_method(method)
    return called(rule, name, signature, operands, options)


def call_function(function: Any, arguments: tuple[Any, ...], options: Mapping[str, Any]) -> Any:
    """Record the call of one of NumPy's functions."""
    module, own_name = getattr(function, "__module__", "numpy"), getattr(function, "__name__", str(function))
    name = f"{module}.{own_name}".replace("numpy", "np")
    rule = FUNCTIONS.get(function)
    if rule is None:
        raise refusal(f"{name} is not known to the tracer", _NOT_KNOWN)
    return called(rule, name, signatures.signature_of(function), arguments, options)


def call_method(name: str, array: Any, arguments: tuple[Any, ...], options: Mapping[str, Any]) -> Any:
    """Record the call of an array's method."""
    rule = METHODS.get(name) or FUNCTIONS[getattr(np, name)]
    return called(rule, f"x.{name}", signatures.array_method(name), (array, *arguments), options)


def called(rule: Rule, name: str, signature: Signature, arguments: tuple[Any, ...], options: Mapping[str, Any]) -> Any:
    """What the rule makes of a call's arguments; refused where some are given that it does not implement."""
    given = signatures.arguments_for(rule, signatures.bound(name, signature, arguments, options), signature)
    for key in given.not_taken:
        raise refusal(f"{name}({key}=...) cannot be traced", _REMEDIES.get(key, _NOT_TAKEN))
    return rule(*given.by_position, **given.by_name)
