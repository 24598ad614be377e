"""The signatures of what a traced function calls: NumPy's functions, ufuncs, ufunc methods and array methods.

``inspect.signature`` knows most of NumPy's functions. Ufuncs, array methods and functions written in C have signatures
only in the newest NumPy: they stand here, as NumPy's documentation writes them.
"""

import functools
import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

__all__ = [
    "ARRAY_METHODS",
    "NO_VALUE",
    "arguments_for",
    "array_method",
    "bound",
    "signature_of",
    "ufunc",
    "ufunc_method",
]

NO_VALUE = inspect.signature(np.sum).parameters["initial"].default  # NumPy's own mark of what is not given

_IN_C = {
    "where": "condition, x=None, y=None, /",
    "concatenate": "arrays, /, axis=0, out=None, *, dtype=None, casting='same_kind'",
    "empty_like": "prototype, /, dtype=None, order='K', subok=True, shape=None, *, device=None",
    "copyto": "dst, src, casting='same_kind', where=True",
    "dot": "a, b, out=None",
    "inner": "a, b, /",
    "vdot": "a, b, /",
    "result_type": "*arrays_and_dtypes",
    "may_share_memory": "a, b, /, max_work=0",
    "shares_memory": "a, b, /, max_work=-1",
}
_IN_C["concat"] = _IN_C["concatenate"]

_KEYWORDS = "where=True, casting='same_kind', order='K', dtype=None, subok=True"
_UFUNC = "*operands, out=None, where=True, casting='same_kind', order='K', dtype=None, subok=True, signature=no_value"
_GUFUNC = (
    "*operands, out=None, casting='same_kind', order='K', dtype=None, subok=True, signature=no_value, axes=no_value, "
    "axis=None, keepdims=False"
)
_UFUNC_METHODS = {
    "reduce": "array, /, axis=0, dtype=None, out=None, keepdims=False, initial=no_value, where=True",
    "accumulate": "array, /, axis=0, dtype=None, out=None",
    "reduceat": "array, /, indices, axis=0, dtype=None, out=None",
    "outer": "A, B, /, **kwargs",
    "at": "a, indices, b=None, /",
}
_SUM = "axis=None, dtype=None, out=None, keepdims=False, initial=no_value, where=True"
_MAX = "axis=None, out=None, keepdims=False, initial=no_value, where=True"
_ANY = "axis=None, dtype=None, out=None, keepdims=False, *, where=True"  # dtype is in NumPy's code alone
_VAR = "axis=None, dtype=None, out=None, ddof=0, keepdims=False, *, where=True"
_RUNNING = "axis=None, dtype=None, out=None"
_VAR += ", mean=no_value" if "mean" in inspect.signature(np.var).parameters else ""
ARRAY_METHODS = {
    "sum": _SUM, "prod": _SUM, "max": _MAX, "min": _MAX, "any": _ANY, "all": _ANY, "var": _VAR, "std": _VAR,
    "cumsum": _RUNNING, "cumprod": _RUNNING,
    "mean": "axis=None, dtype=None, out=None, keepdims=False, *, where=True",
    "ptp": "axis=None, out=None, keepdims=False",
    "clip": f"min=None, max=None, out=None, *, {_KEYWORDS}",
    "squeeze": "axis=None",
    "ravel": "order='C'",
    "flatten": "order='C'",
    "copy": "order='C'",
    "repeat": "repeats, axis=None",
    "take": "indices, axis=None, out=None, mode='raise'",
    "dot": "b, out=None",
    "round": "decimals=0, out=None",
    "diagonal": "offset=0, axis1=0, axis2=1",
    "trace": "offset=0, axis1=0, axis2=1, dtype=None, out=None",
    "reshape": "*shape, order='C', copy=None",
    "transpose": "*axes",
    "swapaxes": "axis1, axis2, /",
    "astype": "dtype, order='K', casting='unsafe', subok=True, copy=True",
    "conj": "",
    "conjugate": "",
}  # fmt: skip
# What **kwargs of NumPy's functions stand for: options of the ufunc that does the work.
_WRITTEN_OUT = {"clip": f"*, {_KEYWORDS}", "einsum": "*, dtype=None, order='K', casting='safe'"}

# Values that change nothing of a result: how it lies in memory, or which class of array it would be.
_WITHOUT_EFFECT: Mapping[str, tuple[Any, ...]] = {
    "order": ("K", "C", "A", "F"),
    "subok": (True, False),
    "where": (True,),
    "copy": (None, True),
    "like": (None,),
    "device": (None, "cpu"),
    "casting": ("same_kind",),
}


@functools.cache
def _parsed(text: str) -> inspect.Signature:
    """The signature of a list of parameters as Python writes it."""
    return inspect.signature(eval(f"lambda {text}: None", {"no_value": NO_VALUE}))


@functools.cache
def signature_of(function: Any) -> inspect.Signature:
    """Of one of NumPy's or SciPy's functions."""
    try:
        found = inspect.signature(function)
    except ValueError:
        return _parsed(_IN_C[function.__name__])
    parameters = list(found.parameters.values())
    if parameters and parameters[-1].kind is inspect.Parameter.VAR_KEYWORD:
        options = _parsed(_WRITTEN_OUT.get(function.__name__, "")).parameters.values()
        parameters[-1:] = [each for each in options if each.name not in found.parameters]
    return found.replace(parameters=parameters)


def ufunc(function: np.ufunc) -> inspect.Signature:
    """Of a ufunc's call; NumPy itself has counted the operands."""
    return _parsed(_UFUNC if function.signature is None else _GUFUNC)


def ufunc_method(method: str) -> inspect.Signature:
    """Of ``reduce`` and its kind."""
    return _parsed(_UFUNC_METHODS[method])


def array_method(name: str) -> inspect.Signature:
    """Of an array's method, with the array first."""
    others = ARRAY_METHODS[name]
    return _parsed(f"array, {others}" if "/" in others else f"array, /, {others}")


class Arguments(NamedTuple):
    """A call's arguments, sorted for a rule."""

    by_position: list[Any]
    by_name: dict[str, Any]
    not_taken: dict[str, Any]  # given, but no parameter of the rule


@functools.cache
def _taken(rule: Callable[..., Any]) -> frozenset[str]:
    """The names of the parameters that a rule implements: its own."""
    return frozenset(inspect.signature(rule).parameters)


def arguments_for(rule: Callable[..., Any], bound: Mapping[str, Any], signature: inspect.Signature) -> Arguments:
    """Arguments that were bound to a signature, as the rule takes them: the first by position, the others by name."""
    sorted_ = Arguments([], {}, {})
    for place, (key, value) in enumerate(bound.items()):
        parameter = signature.parameters[key]
        if parameter.kind is parameter.VAR_POSITIONAL:
            sorted_.by_position.extend(value)
        elif parameter.kind is parameter.POSITIONAL_ONLY or place == 0:
            sorted_.by_position.append(value)
        elif key in _taken(rule):
            sorted_.by_name[key] = value
        elif not _changes_nothing(key, value, parameter.default):
            sorted_.not_taken[key] = value
    return sorted_


def bound(
    name: str, signature: inspect.Signature, arguments: Sequence[Any], options: Mapping[str, Any]
) -> dict[str, Any]:
    """What is given for each parameter; TypeError, as NumPy raises it, where the call does not fit the signature."""
    try:
        given = signature.bind(*arguments, **options).arguments
    except TypeError as error:
        raise TypeError(f"{name}() {error}") from None
    return {key: value for key, value in given.items() if value is not NO_VALUE}


def _changes_nothing(key: str, value: Any, default: Any) -> bool:
    """Whether an argument has its default value, or another one with which the result is the same."""
    if isinstance(value, tuple) and key == "out":
        return all(each is None for each in value)
    plain = isinstance(value, bool | int | float | str | np.bool_)
    return any(
        value is each or (plain and type(value) is type(each) and value == each)
        for each in (default, *_WITHOUT_EFFECT.get(key, ()))
    )
