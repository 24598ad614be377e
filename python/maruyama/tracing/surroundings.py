"""Surroundings of a function: what it may have read beside its arguments when it was traced.

These are variables of closures and modules, default arguments, attributes, lists, dicts and arrays that are reached
from them. They are remembered as places with what was seen there: a place is a container and a key, and looking again
costs a lookup each, and the hash of each array that can be written to. What objects of C hold inside cannot be seen.
"""

import dis
import functools
import hashlib
import operator
import sys
from collections.abc import Callable, Iterator, Sequence
from types import CodeType, FunctionType, MappingProxyType, MemberDescriptorType, MethodType, ModuleType
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from maruyama.decorated import Decorated
from maruyama.tracing.keys import PLAIN, plain_key

__all__ = ["Surroundings"]

_MOST = 10_000  # places that are remembered
_FEW = 1000  # elements of a container that no code speaks of, and that is looked into
_SAMPLED = 2**20  # elements that are hashed of a larger array
_CLOSED = {"jax", "jaxlib", "llvmlite", "numba"}  # whose objects are no containers of the user's numbers
_OF_LIBRARIES = sys.stdlib_module_names | {"numpy", "scipy"} | _CLOSED  # whose variables nobody changes
_WITH_ARRAYS_INSIDE = {"torch", "pandas"}


_NONE: dict[str, Any] = {}


class _Place(NamedTuple):
    """Where something is to be found."""

    look: Callable[[Any, Any], Any]
    holder: Any
    key: Any

    def now(self) -> Any:
        """What is there, or nothing that was ever there."""
        try:
            return self.look(self.holder, self.key)
        except (LookupError, AttributeError, ValueError):
            return _Nothing

    @property
    def name(self) -> tuple[Any, ...]:
        """What it has in common with the same place, found again."""
        return self.look, id(self.holder), self.key


class _Nothing:
    """Stands for what is not there."""


class Surroundings:
    """What some functions find around them: made before they are traced, settled afterwards."""

    def __init__(self, functions: Sequence[Any]) -> None:
        self._functions = functions
        self._seen = _seen(functions)

    def settled(self) -> "Surroundings":
        """The same functions now, without the places that they have changed themselves since: counters, caches."""
        before, self._seen = self._seen, _seen(self._functions)
        for name, (_, value) in before.items():
            if name in self._seen and not _is_same(self._seen[name][1], value):
                del self._seen[name]
        self._functions = ()  # which may be methods, and would keep their objects alive
        return self

    def have_changed(self) -> bool:
        """Whether anything is no longer what it was."""
        return not all(_is_same(place.now(), value) for place, value in self._seen.values())


_Seen = dict[tuple[Any, ...], tuple[_Place, Any]]


def _seen(functions: Sequence[Any]) -> _Seen:
    """All places and what is there; walked again until no more names of attributes turn up."""
    names: set[str] = set()
    while True:
        walk = _Walk(names)
        for function in functions:
            walk.visit(function)
        if walk.names == names:
            return walk.seen
        names = walk.names


class _Walk:
    """One walk from the functions to everything in sight; ``names`` are those that their code speaks of."""

    def __init__(self, names: set[str]) -> None:
        self.names = set(names)
        self.seen: _Seen = {}
        self._visited: dict[int, Any] = {}

    def visit(self, value: Any) -> None:
        """Remember what is in reach of a value."""
        if type(value) in PLAIN or id(value) in self._visited or len(self.seen) > _MOST:
            return
        self._visited[id(value)] = value
        if _array_of(value) is not None:
            self._array(value)
            return
        for kind, rule in _RULES:
            if isinstance(value, kind):
                rule(self, value)
                return
        self.object(value)

    def note(self, look: Callable[[Any, Any], Any], holder: Any, key: Any) -> None:
        """Remember a place, and visit what is there."""
        place = _Place(look, holder, key)
        value = place.now()
        self.seen[place.name] = place, value
        if value is not _Nothing:
            self.visit(value)

    def _array(self, value: Any) -> None:
        if _may_be_written(value):
            place = _Place(_content, value, None)
            self.seen[place.name] = place, place.now()
        if isinstance(value, np.ndarray) and value.dtype.hasobject:
            for each in value.flat:
                self.visit(each)

    def function(self, function: FunctionType) -> None:
        """Its closure, its defaults, and the variables of its module that its code reads."""
        if _root(function) in _OF_LIBRARIES:
            return
        codes = list(_codes(function.__code__))
        self.names.update(*(code.co_names for code in codes))
        for cell in function.__closure__ or ():
            self.note(_cell, cell, None)
        self.visit(function.__defaults__)
        self.visit(function.__kwdefaults__)
        for name in () if _root(function) == "maruyama" else sorted(set().union(*map(_globals_of, codes))):
            self.note(operator.getitem, function.__globals__, name)

    def sequence(self, values: Sequence[Any]) -> None:
        """Which elements it has, and what they are."""
        if isinstance(values, list):
            self.seen[_elements, id(values), None] = _Place(_elements, values, None), tuple(values)
        for each in values:
            self.visit(each)

    def mapping(self, values: dict[Any, Any]) -> None:
        """Which entries it has, and what they are."""
        self.seen[_entries, id(values), None] = _Place(_entries, values, None), _entries(values, None)
        for each in list(values.values()):
            self.visit(each)

    def object(self, value: Any) -> None:
        """The attributes that code speaks of, and those in which there may be arrays; likewise of its classes."""
        if _root(type(value)) in _CLOSED or type(value).__module__.startswith("maruyama.tracing"):
            return
        own = _attributes(value)
        for name, each in list(own.items()):
            if name in self.names:
                self.note(operator.getitem, own, name)
            elif _array_of(each) is not None or (isinstance(each, dict | list | tuple) and len(each) <= _FEW):
                self.visit(each)
        for kind in type(value).__mro__:
            self.visit(kind)
            for name, each in vars(kind).items():
                if isinstance(each, MemberDescriptorType):
                    self.note(_slot, value, each)
                elif name in self.names and own is not _NONE:
                    self.note(operator.getitem, own, name)  # which may come before that of the class

    def type(self, kind: type) -> None:
        """The methods that code may call, and the attributes that it speaks of."""
        if _root(kind) in _OF_LIBRARIES | {"maruyama"}:
            return
        for name, each in list(vars(kind).items()):
            if name in self.names and not isinstance(each, MemberDescriptorType):
                self.note(operator.getitem, vars(kind), name)
            elif isinstance(each, FunctionType) and name.startswith("__"):
                self.visit(each)

    def module(self, module: ModuleType) -> None:
        """The variables that code speaks of."""
        if module.__name__.partition(".")[0] in _OF_LIBRARIES | {"maruyama"}:
            return
        for name in self.names & vars(module).keys():
            self.note(operator.getitem, vars(module), name)


def _of_attributes(*names: str) -> Callable[[_Walk, Any], None]:
    def rule(walk: _Walk, value: Any) -> None:
        for name in names:
            walk.visit(getattr(value, name, None))

    return rule


_RULES: list[tuple[Any, Callable[[_Walk, Any], None]]] = [
    (FunctionType, _Walk.function),
    (Decorated, lambda walk, value: walk.note(operator.getitem, vars(value), "function")),
    (MethodType | staticmethod | classmethod, _of_attributes("__func__", "__self__")),
    (functools.partial, _of_attributes("func", "args", "keywords")),
    (property, _of_attributes("fget")),
    (functools.cached_property, _of_attributes("func")),
    (functools._lru_cache_wrapper, _of_attributes("__wrapped__")),
    (ModuleType, _Walk.module),
    (type, _Walk.type),
    (list | tuple, _Walk.sequence),
    (dict | MappingProxyType, _Walk.mapping),
]


def _cell(cell: Any, _: None) -> Any:
    return cell.cell_contents


def _attributes(value: Any) -> dict[str, Any]:
    """Those of the object itself; what its class says of ``__dict__`` is not asked."""
    try:
        own = object.__getattribute__(value, "__dict__")
    except AttributeError:
        return _NONE
    return own if type(own) is dict else _NONE


def _slot(value: Any, descriptor: Any) -> Any:
    return descriptor.__get__(value)


def _elements(values: list[Any], _: None) -> tuple[Any, ...]:
    return tuple(values)


def _entries(values: dict[Any, Any], _: None) -> tuple[Any, ...]:
    return (*values, *values.values())


def _content(value: Any, _: None) -> bytes | None:
    """The hash of an array: all of it up to 2^20 elements, else as many, evenly spread. About 1 ms for each MB."""
    array = _array_of(value)
    if array is None:
        return None
    elements = array.ravel("K")
    if elements.size > _SAMPLED:
        elements = elements[:: elements.size // _SAMPLED | 1]
    if array.dtype.hasobject:
        return repr([id(each) for each in elements]).encode()
    mask = np.ma.getmaskarray(array).tobytes() if isinstance(array, np.ma.MaskedArray) else b""
    shape = repr((array.shape, array.dtype.str)).encode()
    return hashlib.blake2b(np.asarray(elements).tobytes() + mask + shape).digest()


def _is_same(now: Any, seen: Any) -> bool:
    if now is seen:
        return True
    if type(now) is not type(seen):
        return False
    if type(now) is tuple:
        return len(now) == len(seen) and (all(map(operator.is_, now, seen)) or all(map(_is_same, now, seen)))
    return type(now) in PLAIN and plain_key(now) == plain_key(seen)


def _array_of(value: Any) -> NDArray[Any] | None:
    """An array, or the memory of a tensor of PyTorch or of a table of pandas."""
    if isinstance(value, np.ndarray):
        return value
    if _root(type(value)) not in _WITH_ARRAYS_INSIDE or isinstance(value, type | ModuleType):
        return None
    try:
        if hasattr(value, "detach"):
            return np.asarray(value.detach().cpu().numpy())
        return np.asarray(value) if hasattr(value, "__array__") else None
    except Exception:  # a dtype that NumPy has not, a tensor without memory
        return None


def _may_be_written(array: Any) -> bool:
    """Whether the array, or one that it is a view of, is writeable; of memory that is not NumPy's nobody can tell."""
    while isinstance(array, np.ndarray):
        if array.flags.writeable:
            return True
        array = array.base
    return array is not None


def _root(named: Any) -> str:
    return str(getattr(named, "__module__", "") or "").partition(".")[0]


def _codes(code: CodeType) -> Iterator[CodeType]:
    """The code of a function and of those that it defines."""
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _codes(constant)


@functools.lru_cache(maxsize=1024)
def _globals_of(code: CodeType) -> frozenset[str]:
    return frozenset(each.argval for each in dis.get_instructions(code) if each.opname in ("LOAD_GLOBAL", "LOAD_NAME"))
