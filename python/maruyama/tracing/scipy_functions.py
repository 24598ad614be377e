"""SciPy's softmax, logsumexp and log_softmax, which are Python functions that NumPy's protocols do not reach.

While a function is traced their code is one that asks first whether it is given a symbolic array. The functions stay
the objects that everybody has imported, and every other argument goes on to SciPy's own code.
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import RLock
from types import FunctionType
from typing import Any

import numpy as np

from maruyama.tracing.array import Traced
from maruyama.tracing.errors import refusal
from maruyama.tracing.reductions import total

__all__ = ["scipy_functions_traced"]

_LOCK = RLock()


def _softmax(x: Any, axis: Any = None) -> Any:
    shifted = np.exp(x - x.max(axis=axis, keepdims=True))
    return shifted / total(shifted, axis, keepdims=True)


def _log_softmax(x: Any, axis: Any = None) -> Any:
    shifted = x - x.max(axis=axis, keepdims=True)
    return shifted - np.log(total(np.exp(shifted), axis, keepdims=True))


def _logsumexp(a: Any, axis: Any = None, b: Any = None, keepdims: bool = False, return_sign: bool = False) -> Any:
    if return_sign:
        raise refusal("logsumexp(return_sign=True) cannot be traced", "leave it out where the sum is positive")
    largest = a.max(axis=axis, keepdims=True)
    largest = np.where(np.isfinite(largest), largest, 0.0)
    terms = np.exp(a - largest)
    result = np.log(total(terms if b is None else b * terms, axis, keepdims=True)) + largest
    return result if keepdims else total(result, axis)  # of one term: the term


_RULES: dict[str, Callable[..., Any]] = {"softmax": _softmax, "log_softmax": _log_softmax, "logsumexp": _logsumexp}


# What the functions run meanwhile. Names are looked up in SciPy's module, so everything is imported here.


def _softmax_entry(x, axis=None):  # type: ignore[no-untyped-def]
    from maruyama.tracing.scipy_functions import answer

    return answer("softmax", x, axis=axis)


def _log_softmax_entry(x, axis=None):  # type: ignore[no-untyped-def]
    from maruyama.tracing.scipy_functions import answer

    return answer("log_softmax", x, axis=axis)


def _logsumexp_entry(a, axis=None, b=None, keepdims=False, return_sign=False):  # type: ignore[no-untyped-def]
    from maruyama.tracing.scipy_functions import answer

    return answer("logsumexp", a, axis=axis, b=b, keepdims=keepdims, return_sign=return_sign)


_ENTRIES = {"softmax": _softmax_entry, "log_softmax": _log_softmax_entry, "logsumexp": _logsumexp_entry}
_originals: dict[str, Any] = {}  # SciPy's functions with their own code


def answer(name: str, array: Any, **options: Any) -> Any:
    """The rule's result for a symbolic array, SciPy's for any other."""
    rule = _RULES[name] if isinstance(array, Traced) else _originals[name]
    return rule(array, **options)


@contextmanager
def scipy_functions_traced() -> Iterator[None]:
    """Within, the functions take symbolic arrays; nothing is done where nobody has imported SciPy's."""
    module = sys.modules.get("scipy.special")
    with _LOCK:
        found: dict[str, Any] = {name: getattr(module, name, None) for name in _RULES}
        functions = {name: each for name, each in found.items() if _can_be_entered(name, each)}
        codes = {name: each.__code__ for name, each in functions.items()}
        for name, each in functions.items():
            own = FunctionType(each.__code__, each.__globals__, name, each.__defaults__)
            own.__kwdefaults__ = each.__kwdefaults__
            _originals.setdefault(name, own)
            each.__code__ = _ENTRIES[name].__code__
        try:
            yield
        finally:
            for name, each in functions.items():
                each.__code__ = codes[name]


def _can_be_entered(name: str, function: Any) -> bool:
    """Whether it is a plain function with the arguments that the entry has, and not entered already."""
    if not isinstance(function, FunctionType) or function.__closure__ is not None:
        return False
    code, entry = function.__code__, _ENTRIES[name].__code__
    return code is not entry and code.co_varnames[: code.co_argcount] == entry.co_varnames[: entry.co_argcount]
