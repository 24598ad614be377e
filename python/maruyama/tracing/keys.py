"""Keys of arguments: those with the same key lead to the same program.

A key describes all that a traced function could have read of an argument. What cannot be described so has no key, and
is read again in each run: objects with attributes, bound methods, subclasses of numbers and arrays, sets.
"""

import hashlib
from collections.abc import Callable, Hashable, Iterator, Sequence
from types import BuiltinFunctionType, EllipsisType, FunctionType, ModuleType, NoneType
from typing import Any, NamedTuple

import numpy as np

from maruyama.decorated import Decorated
from maruyama.per_path import PerPath

__all__ = ["PLAIN", "functions_in", "key_of", "numbers_in", "plain_key", "with_any_number"]

PLAIN = frozenset({bool, int, float, complex, str, bytes, NoneType, EllipsisType, range})
_ARRAYS = frozenset({np.ndarray, np.memmap})
_HEAP_TYPE = 1 << 9  # a flag of classes: made by a class statement, so that its attributes can be set
_OF_NAMED_TUPLES = frozenset({"__new__", "__repr__", "__getnewargs__", "__replace__", "_make", "_replace", "_asdict"})


class _NoKeyError(Exception):
    """Somebody may change it, and nobody could tell."""


def key_of(arguments: tuple[Any, ...]) -> Hashable | None:
    """What arguments have in common that lead to the same program; None where they must be read again."""
    try:
        return _key(arguments)
    except (_NoKeyError, RecursionError):
        return None


def plain_key(value: Any) -> Hashable:
    """The key of a plain value: 1, 1.0 and True differ, and so do 0.0 and -0.0; one nan is as another."""
    return type(value), repr(value)


def numbers_in(args: Sequence[Any]) -> tuple[int, ...]:
    """The places of arguments that are numbers, which a program reads in each run; whole ones that float64 holds."""
    return tuple(
        place
        for place, value in enumerate(args)
        if type(value) in (int, float, np.float64) and abs(value) < (2**53 if type(value) is int else np.inf)
    )


def with_any_number(args: Sequence[Any], places: tuple[int, ...]) -> tuple[Any, ...]:
    """The arguments, with the kind of each number at these places in its place."""
    return tuple(_AnyNumber(type(value)) if place in places else value for place, value in enumerate(args))


class _AnyNumber(NamedTuple):
    """Stands for all numbers of a kind."""

    kind: type


def functions_in(value: Any) -> Iterator[Any]:
    """The functions among arguments that have a key: what they find around them is no part of it."""
    if type(value) in (list, tuple) or _is_named_tuple(type(value)):
        for each in value:
            yield from functions_in(each)
    elif type(value) in _ARRAYS and value.dtype.hasobject:
        yield from functions_in(value.ravel().tolist())
    elif type(value) is dict:
        yield from functions_in([*value, *value.values()])
    elif isinstance(value, FunctionType | Decorated):
        yield value


def _key(value: Any) -> Hashable:
    kind = type(value)
    if kind in PLAIN:
        return plain_key(value)
    if rule := _RULES.get(kind):
        return rule(value)
    if isinstance(value, np.generic) and value.dtype.type is kind and not value.dtype.hasobject:
        return kind, value.dtype, value.tobytes()
    if isinstance(value, np.dtype):
        return np.dtype, value
    if _is_named_tuple(kind):
        return kind, tuple(map(_key, value))
    if _stays_itself(value):
        return value  # type: ignore[no-any-return]
    raise _NoKeyError


def _array_key(array: np.ndarray[Any, Any]) -> Hashable:
    """All but where it lies: what NumPy calls order "K" goes by the strides."""
    if array.dtype.hasobject:
        return type(array), array.shape, array.strides, tuple(map(_key, array.flat))
    return type(array), array.shape, array.strides, array.dtype, hashlib.blake2b(array.tobytes()).digest()


def _dtype_key(dtype: np.dtype[Any]) -> str:
    """Of whole numbers all of it: it says where an index computed of them wraps around."""
    return dtype.str[1:] if dtype.kind in "iu" else dtype.kind


def _stays_itself(value: Any) -> bool:
    """Whether it is a function, or a thing of NumPy's or Python's own that nobody changes: it is its own key."""
    if isinstance(value, BuiltinFunctionType):
        return value.__self__ is None or isinstance(value.__self__, ModuleType)
    if isinstance(value, type):
        return not value.__flags__ & _HEAP_TYPE
    return isinstance(value, FunctionType | Decorated | np.ufunc | type(np.sum))


def _is_named_tuple(kind: type) -> bool:
    """Whether values of a class are tuples with names for their places, and nothing else."""
    if kind.__bases__ != (tuple,) or not hasattr(kind, "_fields") or "__dict__" in vars(kind):
        return False
    own = {name for name, each in vars(kind).items() if callable(each) or isinstance(each, property | classmethod)}
    return own - set(kind._fields) <= _OF_NAMED_TUPLES


_RULES: dict[type, Callable[[Any], Hashable]] = {
    _AnyNumber: lambda value: (_AnyNumber, value.kind),
    PerPath: lambda value: (PerPath, value.array.shape[1:], _dtype_key(value.array.dtype)),
    list: lambda value: (list, tuple(map(_key, value))),
    tuple: lambda value: (tuple, tuple(map(_key, value))),
    dict: lambda value: (dict, tuple((_key(key), _key(each)) for key, each in value.items())),
    slice: lambda value: (slice, _key(value.start), _key(value.stop), _key(value.step)),
    **dict.fromkeys(_ARRAYS, _array_key),
}
