"""Surroundings of a function: what it may have read beside its arguments when it was traced.

These are variables of closures and modules, code and default arguments, attributes, containers and arrays that are
reached from them. They are remembered as places with what was seen there: a place is a container and a key, and looking
again costs a lookup each, and the hash of each array that can be written to. Which attributes count is a question of
names: those that stand in the code of any function in reach, as a name or as a word of a string. Where it is plain that
what there is cannot be compared, as for an iterator, the surroundings are not whole, and the function is traced in each
run. What other objects of C hold inside cannot be seen.
"""

import builtins
import decimal
import dis
import functools
import hashlib
import io
import operator
import os
import random
import re
import sys
import threading
import weakref
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextvars import ContextVar
from pathlib import Path
from types import (
    BuiltinMethodType,
    CodeType,
    FunctionType,
    MappingProxyType,
    MemberDescriptorType,
    MethodType,
    MethodWrapperType,
    ModuleType,
)
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from maruyama.arguments import is_masked_array
from maruyama.decorated import Decorated
from maruyama.tracing.keys import PLAIN, plain_key

__all__ = ["Surroundings"]

_MOST = 10_000  # places that are remembered
_FEW = 1000  # elements of a container that no code speaks of, and that is looked into
_CLOSED = {"jax", "jaxlib", "llvmlite", "numba"}  # whose objects are no containers of the user's numbers
_WITH_ARRAYS_INSIDE = {"torch", "pandas"}
_OF_LIBRARIES = {"numpy", "scipy"} | _CLOSED | _WITH_ARRAYS_INSIDE  # whose variables nobody changes, as Python's own
_PYTHONS_OWN = str(Path(os.__file__).parent) + os.sep
_WORDS = re.compile(r"[^\W\d]\w*")
_BY_STRINGS = {"globals", "__globals__", "eval", "exec"}  # variables of a module are read by strings
_ALL_ATTRIBUTES = {"vars", "__dict__", "asdict", "astuple"}
_ENVIRONMENT = {"environ", "getenv"}
_MODULES = {"import_module", "__import__", "modules"}  # modules are read by strings


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
        walk = _walked(functions)
        self._seen, self.is_whole, self.ask_for_types = walk.seen, walk.is_whole, walk.ask_for_types
        self._before: _Seen | None = None  # what was seen before the last call of the trace

    @classmethod
    def unknown(cls) -> "Surroundings":
        """Those of functions in whose reach there is too much to be looked at."""
        made = cls([])
        made.is_whole = False
        return made

    def called(self) -> None:
        """The functions have been called, and may be called again in this trace."""
        if self._before is None and self.have_changed():
            self._look_again()
        self._before = self._seen

    def settled(self) -> "Surroundings":
        """The same functions now, without the places that they change in each call: counters, records of their calls.

        What they have changed in the first call alone, as weights that are made when they are first asked for, stays.
        """
        before = self._before or self._seen
        self._look_again()
        for name, (_, value) in before.items():
            if name in self._seen and not _is_same(self._seen[name][1], value):
                del self._seen[name]
        self._functions, self._before = (), None  # methods would keep their objects alive
        return self

    def _look_again(self) -> None:
        walk = _walked(self._functions)
        self._seen, self.is_whole = walk.seen, walk.is_whole

    def have_changed(self) -> bool:
        """Whether anything is no longer what it was, or nobody can tell."""
        return not (self.is_whole and all(_is_same(place.now(), value) for place, value in self._seen.values()))


_Seen = dict[tuple[Any, ...], tuple[_Place, Any]]


def _walked(functions: Sequence[Any]) -> "_Walk":
    """A walk from the functions that knows the names in the code of all of them."""
    names: set[str] = set()
    while True:
        walk = _Walk(names)
        try:
            for function in functions:
                walk.visit(function)
        except RecursionError:  # of things in things, some hundred deep
            walk.seen, walk.is_whole = {}, False
            return walk
        if walk.names == names:
            walk.is_whole = walk.is_whole and len(walk.seen) <= _MOST
            return walk
        names = walk.names


class _Walk:
    """One walk from the functions to everything in sight; ``names`` are those that their code speaks of."""

    def __init__(self, names: set[str]) -> None:
        self.names = set(names)
        self.seen: _Seen = {}
        self.is_whole = True
        self.ask_for_types = False  # whether any of the functions speaks of the type of something
        self._visited: dict[int, Any] = {}

    def visit(self, value: Any) -> None:
        """Remember what is in reach of a value."""
        if type(value) is str and len(value) <= _FEW:
            self.names.update(_WORDS.findall(value))  # it may name an attribute
        if type(value) in PLAIN or id(value) in self._visited or len(self.seen) > _MOST:
            return
        self._visited[id(value)] = value
        for kind, rule in _RULES:
            if isinstance(value, kind):
                rule(self, value)
                return
        self.object(value)

    def note(self, look: Callable[[Any, Any], Any], holder: Any, key: Any = None) -> None:
        """Remember a place, and visit what is there."""
        place = _Place(look, holder, key)
        value = place.now()
        self.seen[place.name] = place, value
        if value is not _Nothing:
            self.visit(value)

    def array(self, array: NDArray[Any]) -> None:
        """What it holds, where that may change; else whether it still may not."""
        self.note(_content if _may_be_written(array) else _may_be_written_now, array)
        if array.dtype.hasobject:
            for each in array.flat:
                self.visit(each)
        self._attributes_of_a_subclass(array)

    def function(self, function: FunctionType) -> None:
        """Its code, closure, defaults and attributes, and the variables of its module that its code reads."""
        for cell in function.__closure__ or ():
            self.note(_cell, cell)
        if _is_of_a_library(function):
            return
        codes = list(_codes(function.__code__))
        self.names.update(*map(_names_of, codes))
        self.ask_for_types = self.ask_for_types or any("type" in code.co_names for code in codes)
        if _root(function) == "maruyama":
            self.visit(function.__defaults__)
            self.visit(function.__kwdefaults__)
            return
        for name in ("__code__", "__defaults__", "__kwdefaults__"):
            self.note(getattr, function, name)
        for name in sorted(self.names & function.__dict__.keys()):
            self.note(operator.getitem, function.__dict__, name)
        for name in sorted(set().union(*(_globals_of(code, function.__globals__) for code in codes))):
            self.variable(function.__globals__, name)
        for name in sorted(set().union(*(_imports_of(code, function.__globals__) for code in codes))):
            self.note(operator.getitem, sys.modules, name)
        if any(_ENVIRONMENT.intersection(code.co_names) for code in codes):
            self.note(_variables, os.environ)

    def variable(self, variables: dict[str, Any], name: str) -> None:
        """A variable of a module, or of Python's own where the module has none."""
        self.note(operator.getitem, variables, name)
        if name not in variables:
            self.note(operator.getitem, vars(builtins), name)

    def sequence(self, values: Sequence[Any]) -> None:
        """Which elements it has, and what they are."""
        if not isinstance(values, tuple):
            self.note(_elements, values)
        for each in tuple(values):
            self.visit(each)
        self._attributes_of_a_subclass(values)

    def mapping(self, values: dict[Any, Any]) -> None:
        """Which entries it has, and what they are."""
        self.seen[_entries, id(values), None] = _Place(_entries, values, None), _entries(values, None)
        for each in _entries(values, None):
            self.visit(each)
        self._attributes_of_a_subclass(values)

    def _attributes_of_a_subclass(self, value: Any) -> None:
        if _attributes(value):
            self.object(value)

    def object(self, value: Any) -> None:
        """The attributes that code speaks of, and those in which there may be arrays; likewise of its classes."""
        if type(value).__module__.startswith("maruyama.tracing"):
            return
        if _root(type(value)) in _CLOSED:
            if "py_func" in self.names:
                self.visit(getattr(value, "py_func", None))
            return
        if _array_of(value) is not None:
            self.note(_content, value)
        for name in _INSIDE.get(_root(type(value)), ()):
            self.note(getattr, value, name)
        if hasattr(type(value), "__next__") and _is_of_a_library(type(value)):
            self.unknown(value)  # it does not show how far it is
        own = _attributes(value)
        if own is not _NONE and not _is_of_a_library(type(value)):
            self.note(_type_of, _weakly(value))
            self.note(_number_of, own)
        if own and self.names & _ALL_ATTRIBUTES:
            self.mapping(own)
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
        if _is_of_a_library(kind) or _root(kind) == "maruyama":
            return
        if type(kind) is not type:
            self.visit(type(kind))
        for each in kind.__mro__:
            self.visit(each)
        self.note(_order_of, kind)
        self.note(_number_of_class, kind)
        for name, each in list(vars(kind).items()):
            is_method = isinstance(each, FunctionType) and name.startswith("__")
            if is_method or (name in self.names and not isinstance(each, MemberDescriptorType)):
                self.note(_of_class, kind, name)

    def module(self, module: ModuleType) -> None:
        """The variables that code speaks of."""
        root = module.__name__.partition(".")[0]
        if _is_a_library(root) or root == "maruyama":
            return
        self.note(_number_of, vars(module))
        for name in self.names & vars(module).keys():
            self.note(operator.getitem, vars(module), name)

    def ufunc(self, ufunc: np.ufunc) -> None:
        """NumPy's own never change; what np.frompyfunc made of a function does not show it."""
        self.is_whole = self.is_whole and not ufunc.__name__.endswith("(vectorized)")

    def unknown(self, _: Any) -> None:
        """What cannot be compared."""
        self.is_whole = False

    def getter(self, value: Any) -> None:
        """A function that is made of names."""
        self.names.update(*map(_WORDS.findall, _strings_in(value.__reduce__()[1])))

    def partial(self, value: Any) -> None:
        """Its parts, which may be replaced."""
        for name in ("func", "args", "keywords"):
            self.note(getattr, value, name)

    def of_a_thread(self, value: Any) -> None:
        """Attributes that each thread has for itself."""
        for name in sorted(self.names):
            if hasattr(value, name):
                self.note(getattr, value, name)


def _of_attributes(*names: str) -> Callable[[_Walk, Any], None]:
    def rule(walk: _Walk, value: Any) -> None:
        for name in names:
            walk.visit(getattr(value, name, None))

    return rule


_RULES: list[tuple[Any, Callable[[_Walk, Any], None]]] = [
    (np.ndarray, _Walk.array),
    (CodeType, lambda walk, value: None),
    (FunctionType, _Walk.function),
    (Decorated, lambda walk, value: walk.note(operator.getitem, vars(value), "function")),
    (MethodType | staticmethod | classmethod, _of_attributes("__func__", "__self__")),
    (BuiltinMethodType | MethodWrapperType, _of_attributes("__self__")),
    (functools.partial | functools.partialmethod, _Walk.partial),
    (functools.singledispatchmethod, _of_attributes("dispatcher", "func")),
    (operator.attrgetter | operator.methodcaller, _Walk.getter),
    (property, _of_attributes("fget")),
    (np.ufunc, _Walk.ufunc),
    (np.vectorize, _of_attributes("pyfunc")),
    (functools.cached_property, _of_attributes("func")),
    (functools._lru_cache_wrapper, _of_attributes("__wrapped__")),
    (ModuleType, _Walk.module),
    (type, _Walk.type),
    (list | tuple | deque | set | frozenset, _Walk.sequence),
    (dict | MappingProxyType, _Walk.mapping),
    (type({}.keys()) | type({}.values()) | type({}.items()), _of_attributes("mapping")),
    (np.void, lambda walk, value: walk.note(_content, value)),
    (np.random.Generator | np.random.RandomState | np.random.BitGenerator | random.Random, _Walk.unknown),
    (io.StringIO | io.BytesIO | decimal.Context, _Walk.unknown),
    (ContextVar, lambda walk, value: walk.note(_in_context, value)),
    (threading.local, _Walk.of_a_thread),
    (weakref.ReferenceType, lambda walk, value: walk.visit(value())),
]
_INSIDE = {"pandas": ("index", "columns")}


def _cell(cell: Any, _: None) -> Any:
    return cell.cell_contents


def _in_context(variable: ContextVar[Any], _: None) -> Any:
    return variable.get()


def _variables(environment: Any, _: None) -> tuple[Any, ...]:
    return tuple(environment.items())


def _attributes(value: Any) -> dict[str, Any]:
    """Those of the object itself; what its class says of ``__dict__`` is not asked."""
    try:
        own = object.__getattribute__(value, "__dict__")
    except AttributeError:
        return _NONE
    return own if type(own) is dict else _NONE


def _number_of(values: dict[str, Any], _: None) -> int:
    """How many attributes there are: those that nothing was found of may have come to be there."""
    return len(values)


def _number_of_class(kind: type, _: None) -> int:
    return len(vars(kind))


def _of_class(kind: type, name: str) -> Any:
    return vars(kind)[name]


def _order_of(kind: type, _: None) -> tuple[type, ...]:
    return kind.__mro__


def _type_of(value: Any, _: None) -> Any:
    return type(value() if isinstance(value, weakref.ReferenceType) else value)


def _weakly(value: Any) -> Any:
    """A reference that does not keep an object alive, whose programs live as long as it does."""
    try:
        return weakref.ref(value)
    except TypeError:
        return value


def _slot(value: Any, descriptor: Any) -> Any:
    return descriptor.__get__(value)


def _elements(values: Sequence[Any], _: None) -> tuple[Any, ...]:
    return tuple(values)


def _entries(values: dict[Any, Any], _: None) -> tuple[Any, ...]:
    return (*values, *values.values())


def _content(value: Any, _: None) -> bytes | tuple[Any, ...] | None:
    """The hash of an array or buffer, about 1 ms for each MB; of objects these themselves."""
    array = _array_of(value)
    if array is None:
        return None
    elements = array.ravel("K")
    if array.dtype.hasobject:
        return tuple(elements.tolist())
    hashed = hashlib.blake2b(repr((array.shape, array.dtype.str)).encode())
    if array.dtype.itemsize:
        hashed.update(np.asarray(elements).view(np.uint8).data)
    if is_masked_array(array):
        hashed.update(np.ma.getmaskarray(array).tobytes())
    return hashed.digest()


def _is_same(now: Any, seen: Any) -> bool:
    if now is seen:
        return True
    if type(now) is not type(seen):
        return False
    if type(now) is tuple:
        return len(now) == len(seen) and (all(map(operator.is_, now, seen)) or all(map(_is_same, now, seen)))
    return type(now) in PLAIN and plain_key(now) == plain_key(seen)


def _array_of(value: Any) -> NDArray[Any] | None:
    """An array, or the memory of a tensor of PyTorch, of a table of pandas, or of another buffer."""
    if isinstance(value, np.ndarray | np.void):
        return value if isinstance(value, np.ndarray) else np.asarray(value)
    if type(value) in PLAIN or isinstance(value, type | ModuleType | FunctionType | np.generic):
        return None
    if _root(type(value)) not in _WITH_ARRAYS_INSIDE:
        return _buffer_of(value)
    try:
        if hasattr(value, "detach"):
            tensor = value.detach().cpu()
            tensor = (
                (tensor if str(tensor.layout) == "torch.strided" else tensor.to_dense()).resolve_conj().contiguous()
            )
            return np.asarray((tensor.view(sys.modules["torch"].uint8) if _is_foreign(tensor) else tensor).numpy())
        return np.asarray(value) if hasattr(value, "__array__") else None
    except Exception:  # a tensor without memory
        return None


def _is_foreign(tensor: Any) -> bool:
    """Whether NumPy has not its dtype."""
    return "float8" in str(tensor.dtype) or tensor.dtype == sys.modules["torch"].bfloat16


def _buffer_of(value: Any) -> NDArray[Any] | None:
    try:
        return np.frombuffer(memoryview(value).tobytes(), np.uint8)
    except Exception:  # it has none, or none that can be read
        return None


def _may_be_written(array: Any) -> bool:
    """Whether the array, or one that it is a view of, is writeable; of memory that is not NumPy's nobody can tell."""
    while isinstance(array, np.ndarray):
        if array.flags.writeable:
            return True
        array = array.base
    return array is not None


def _may_be_written_now(array: Any, _: None) -> bool:
    return _may_be_written(array)


def _root(named: Any) -> str:
    return str(getattr(named, "__module__", "") or "").partition(".")[0]


def _is_of_a_library(named: Any) -> bool:
    return _is_a_library(_root(named))


def _is_a_library(root: str) -> bool:
    """Whether it is NumPy, SciPy or Python's own; a module of the user's may have a name of Python's."""
    if root not in sys.stdlib_module_names:
        return root in _OF_LIBRARIES
    file = getattr(sys.modules.get(root), "__file__", None)
    return file is None or str(file).startswith(_PYTHONS_OWN)


def _codes(code: CodeType) -> Iterator[CodeType]:
    """The code of a function and of those that it defines."""
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _codes(constant)


@functools.lru_cache(maxsize=1024)
def _names_of(code: CodeType) -> frozenset[str]:
    """Names of the code and words of its strings, which may name attributes too."""
    return frozenset(code.co_names) | _words_of(code)


@functools.lru_cache(maxsize=1024)
def _words_of(code: CodeType) -> frozenset[str]:
    return frozenset().union(*(_WORDS.findall(text) for text in _strings_in(code.co_consts)))


def _strings_in(values: Any) -> Iterator[str]:
    for each in values:
        if isinstance(each, str):
            yield each
        elif isinstance(each, tuple | frozenset):
            yield from _strings_in(each)


@functools.lru_cache(maxsize=1024)
def _instructions_of(code: CodeType) -> list[tuple[str, Any]]:
    return [(each.opname, each.argval) for each in dis.get_instructions(code)]


def _globals_of(code: CodeType, variables: dict[str, Any]) -> set[str]:
    """The variables of the module that a code reads."""
    read = {name for operation, name in _instructions_of(code) if operation in ("LOAD_GLOBAL", "LOAD_NAME")}
    return read | (_words_of(code) & variables.keys() if _BY_STRINGS.intersection(code.co_names) else set())


def _imports_of(code: CodeType, variables: dict[str, Any]) -> set[str]:
    """The modules that a code imports, those around them and those of the packages around its own module too."""
    names = [name for operation, name in _instructions_of(code) if operation == "IMPORT_NAME"]
    packages = list(_with_parents(variables.get("__package__") or "")) if names else []
    names += [f"{package}.{name}".rstrip(".") for package in packages for name in names]
    found = {each for name in names for each in _with_parents(name)}
    return found | (sys.modules.keys() & set(_strings_in(code.co_consts)) if _MODULES & set(code.co_names) else set())


def _with_parents(name: str) -> Iterator[str]:
    while name:
        yield name
        name = name.rpartition(".")[0]
