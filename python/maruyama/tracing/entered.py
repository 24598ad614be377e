"""Python functions that NumPy's protocols do not reach: np.full, and SciPy's softmax, logsumexp and log_softmax.

Nor do they reach np.nan_to_num, np.full_like and np.ones_like of an array of objects, which NumPy makes of a list.

While a function is traced their code is one that asks first whether it is given a symbolic array. The functions stay
the objects that everybody has imported, and every other argument goes on to their own code.
"""

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock
from types import CodeType, FunctionType
from typing import Any

import numpy as np

from maruyama.tracing.array import Traced
from maruyama.tracing.creation import full, full_like
from maruyama.tracing.movement import is_symbolic
from maruyama.tracing.rules import FUNCTIONS, called
from maruyama.tracing.signatures import signature_of
from maruyama.tracing.special import log_softmax, logsumexp, softmax

__all__ = ["functions_entered"]

_lock = Lock()


def _begin_anew() -> None:
    """In the child of a fork: who held the lock may not be there. What was entered stays so, and answers as before."""
    global _lock
    _lock = Lock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_begin_anew)


# What the functions run meanwhile. Names are looked up in the functions' own modules, so everything is imported here.


def _softmax_entry(x, axis=None):  # type: ignore[no-untyped-def]
    from maruyama.tracing.entered import answer

    return answer("softmax", x, x, axis=axis)


def _log_softmax_entry(x, axis=None):  # type: ignore[no-untyped-def]
    from maruyama.tracing.entered import answer

    return answer("log_softmax", x, x, axis=axis)


def _logsumexp_entry(a, axis=None, b=None, keepdims=False, return_sign=False):  # type: ignore[no-untyped-def]
    from maruyama.tracing.entered import answer

    return answer("logsumexp", (a, b), a, axis=axis, b=b, keepdims=keepdims, return_sign=return_sign)


def _full_entry(shape, fill_value, dtype=None, order="C", **options):  # type: ignore[no-untyped-def]
    from maruyama.tracing.entered import answer

    return answer("full", fill_value, shape, fill_value, dtype, order, **options)


def _full_like_entry(  # type: ignore[no-untyped-def]
    a, fill_value, dtype=None, order="K", subok=True, shape=None, **options
):
    from maruyama.tracing.entered import answer

    return answer("full_like", (a, fill_value), a, fill_value, dtype, order, subok, shape, **options)


def _ones_like_entry(a, dtype=None, order="K", subok=True, shape=None, **options):  # type: ignore[no-untyped-def]
    from maruyama.tracing.entered import answer

    return answer("ones_like", (a,), a, dtype, order, subok, shape, **options)


def _nan_to_num_entry(x, copy=True, nan=0.0, posinf=None, neginf=None):  # type: ignore[no-untyped-def]
    from maruyama.tracing.entered import answer

    return answer("nan_to_num", (x,), x, copy, nan, posinf, neginf)


_RULES: dict[str, Callable[..., Any]] = {
    "softmax": softmax, "log_softmax": log_softmax, "logsumexp": logsumexp, "full": full, "full_like": full_like,
    "ones_like": FUNCTIONS[np.ones_like], "nan_to_num": FUNCTIONS[np.nan_to_num],
}  # fmt: skip
_ENTRIES: dict[tuple[str, str], Any] = {
    ("scipy.special", "softmax"): _softmax_entry,
    ("scipy.special", "log_softmax"): _log_softmax_entry,
    ("scipy.special", "logsumexp"): _logsumexp_entry,
    ("numpy", "full"): _full_entry,
    ("numpy", "full_like"): _full_like_entry,
    ("numpy", "ones_like"): _ones_like_entry,
    ("numpy", "nan_to_num"): _nan_to_num_entry,
}
_originals: dict[str, Any] = {}  # the functions with their own code
_codes: list[tuple[FunctionType, CodeType]] = []  # the functions that are entered, and the code to give back
_inside = 0  # traces under way


def answer(name: str, asked: Any, *arguments: Any, **options: Any) -> Any:
    """The rule's result where one of the arrays that are asked about is symbolic, else what the function gives."""
    if isinstance(asked, Traced) or (isinstance(asked, tuple) and is_symbolic(asked)):
        return called(_RULES[name], name, signature_of(_originals[name]), arguments, options)
    return _originals[name](*arguments, **options)


@contextmanager
def functions_entered() -> Iterator[None]:
    """Within, the functions take symbolic arrays; nothing is done with SciPy's where nobody has imported them.

    Traces of several threads may overlap: the last of them gives the functions their own code back. The lock is held
    at the ends alone, for a traced function may wait for another thread that traces.
    """
    global _inside
    with _lock:
        _inside += 1
        for function, entry in _to_be_entered():
            own = FunctionType(function.__code__, function.__globals__, function.__name__, function.__defaults__)
            own.__kwdefaults__ = function.__kwdefaults__
            _originals.setdefault(function.__name__, own)
            _codes.append((function, function.__code__))
            function.__code__ = entry.__code__
    try:
        yield
    finally:
        with _lock:
            _inside -= 1
            while _codes and not _inside:
                function, code = _codes.pop()
                function.__code__ = code


def _to_be_entered() -> list[tuple[FunctionType, Any]]:
    found = [(_written_in_python(*place), entry) for place, entry in _ENTRIES.items()]
    return [(function, entry) for function, entry in found if _can_be_entered(function, entry)]


def _written_in_python(module: str, name: str) -> Any:
    """The function, or what NumPy's dispatcher calls for it."""
    function = getattr(sys.modules.get(module), name, None)
    return function if isinstance(function, FunctionType) else getattr(function, "__wrapped__", None)


def _can_be_entered(function: Any, entry: Any) -> bool:
    """Whether it is a plain function with the arguments that the entry has, and not entered already."""
    if not isinstance(function, FunctionType) or function.__closure__ is not None:
        return False
    own, others = function.__code__, entry.__code__
    return own is not others and own.co_varnames[: own.co_argcount] == others.co_varnames[: others.co_argcount]
