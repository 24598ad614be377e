"""Fields written in C, or compiled to it: recognised, their signatures checked, their addresses taken.

The accepted signatures are ``SIGNATURE`` and its twin of floats. Nothing is called here.
"""

import ctypes
import re
import sys
from typing import Any, NamedTuple

import numpy as np

__all__ = ["SIGNATURE", "CPointer", "c_pointer", "is_c_function", "refuse_c_function"]

SIGNATURE = "void (const double *x, double t, double *out, intptr paths, intptr dim, void *data)"

_ACCEPTED = {
    f"void({real}*,double,{real}*,intptr,intptr,void*)": np.dtype(dtype)
    for real, dtype in [("double", np.float64), ("float", np.float32)]
}
_FunctionPointer = ctypes.CFUNCTYPE(None).__mro__[1]  # the base class of all ctypes function pointers
_C_INTEGERS = {"long": ctypes.c_long, "longlong": ctypes.c_longlong, "int64_t": ctypes.c_int64, "int64": ctypes.c_int64}
_INTPTR = {"intptr", "intptr_t", "npy_intp", "ssize_t", "Py_ssize_t", "ptrdiff_t"} | {
    name for name, integer in _C_INTEGERS.items() if ctypes.sizeof(integer) == ctypes.sizeof(ctypes.c_void_p)
}
_NUMBA_NAMES = {"float64": "double", "float32": "float", "none": "void"}


class CPointer(NamedTuple):
    """An address to call, the ``void *data`` to call it with, the dtype it computes in, and what keeps it alive."""

    address: int
    data: int
    dtype: np.dtype[Any]
    owner: object


def is_c_function(value: object) -> bool:
    """Whether ``value`` is one of the three forms; none of their libraries is imported to find out."""
    return (
        _is(value, "scipy._lib._ccallback", "LowLevelCallable")
        or _is_numba(value)
        or isinstance(value, _FunctionPointer)
    )


def refuse_c_function(function: object, name: str) -> None:
    """Refuse what can be called, but not as a Python function of (x, t)."""
    if is_c_function(function):
        raise TypeError(
            f"{name} is a C function, expected a Python function of (x, t): a C function is a field for euler and "
            "euler_maruyama as it is, and Python cannot combine it with others"
        )


def c_pointer(value: Any, name: str) -> CPointer:
    """The pointer in a C function, or a TypeError that names the signature it ought to have."""
    if isinstance(value, _FunctionPointer):
        signature, address, data = _ctypes_signature(value), _address(value), 0
    elif _is_numba(value):
        signature, address, data = _numba_signature(value), value.address, 0
    else:
        signature = value.signature
        address, data = _capsule_pointers(tuple.__getitem__(value, 0), signature)
    dtype = _ACCEPTED.get(_canonical(signature))
    if dtype is None:
        raise TypeError(
            f"{name} is a C function {signature!r}, expected {SIGNATURE!r}, or the same with float *x, *out"
        )
    if address == 0:
        raise ValueError(f"{name} is a null pointer")
    return CPointer(address, data, dtype, value)


def _is(value: object, module: str, name: str) -> bool:
    kind = getattr(sys.modules.get(module), name, None)
    return kind is not None and isinstance(value, kind)


def _is_numba(value: object) -> bool:
    return _is(value, "numba.core.ccallback", "CFunc")


def _canonical(signature: str) -> str:
    """A signature without names of arguments, spaces and const, and with one name for each type."""
    head, found, tail = signature.replace("long long", "longlong").replace("long double", "longdouble").partition("(")
    parts = [_canonical_type(part) for part in tail.rstrip().removesuffix(")").split(",")] if found else []
    return f"{_canonical_type(head)}({','.join(parts)})"


def _canonical_type(text: str) -> str:
    words = re.findall(r"\w+", re.sub(r"\bconst\b", "", text))
    base = words[0] if words else ""
    return ("intptr" if base in _INTPTR else base) + "*" * text.count("*")


def _ctypes_signature(function: Any) -> str:
    if function.argtypes is None:
        return "without argtypes: set .restype and .argtypes"
    return f"{_ctypes_name(function.restype)} ({', '.join(map(_ctypes_name, function.argtypes))})"


def _address(function: Any) -> int:
    return ctypes.cast(function, ctypes.c_void_p).value or 0


def _ctypes_name(kind: Any) -> str:
    if kind is None or kind is ctypes.c_void_p:
        return "void" if kind is None else "void *"
    name = getattr(kind, "__name__", repr(kind))
    return name.removeprefix("LP_").removeprefix("c_") + (" *" if name.startswith("LP_") else "")


def _numba_signature(function: Any) -> str:
    types = function._sig
    texts = [str(kind) for kind in (types.return_type, *types.args)]
    result, *arguments = (re.sub(r"\w+", lambda word: _NUMBA_NAMES.get(word[0], word[0]), text) for text in texts)
    return f"{result} ({', '.join(arguments)})"


def _capsule_pointers(capsule: object, signature: str) -> tuple[int, int]:
    """The function and the context that SciPy keeps in a capsule named by its signature."""
    get, context = ctypes.pythonapi.PyCapsule_GetPointer, ctypes.pythonapi.PyCapsule_GetContext
    get.restype = context.restype = ctypes.c_void_p
    get.argtypes, context.argtypes = [ctypes.py_object, ctypes.c_char_p], [ctypes.py_object]
    return get(capsule, signature.encode()) or 0, context(capsule) or 0
