"""Decorated: an object that stands where a function was defined, and goes into pickles as that function would.

Plain pickle takes functions by their names; cloudpickle, which joblib and Dask use, takes those of ``__main__``, of
notebooks and of other functions by value. A decorated function leaves the choice to the pickler: it hands it a function
that is found under its own name, as ``field._by_name``.
"""

import copy
import functools
import pickle
import sys
import threading
from collections.abc import Callable
from types import FunctionType
from typing import Any
from weakref import WeakKeyDictionary

__all__ = ["Decorated", "can_be_pickled", "takes_functions_by_value"]

_BY_NAME = "._by_name"


class Decorated:
    """What `compile` and `pointwise` make of a function: called in its place, with its name and its text."""

    function: Callable[..., Any] | None

    def _stand_for(self, function: Callable[..., Any] | None) -> None:
        self.function = function
        if function is not None:
            functools.update_wrapper(self, function, updated=())  # type: ignore[arg-type]

    @property
    def _by_name(self) -> FunctionType:
        """The function once more, to be found under the name of this object."""
        if "_twin" not in vars(self):
            twin = _copy(self._kinds_and_function[1], f"{self._own_name}{_BY_NAME}")
            _OWNERS[twin] = self
            vars(self)["_twin"] = twin
        twin = vars(self)["_twin"]
        assert isinstance(twin, FunctionType)
        return twin

    @property
    def _kinds_and_function(self) -> tuple[list[type], Any]:
        """What decorates the function, from the outside in, and the function itself."""
        kinds: list[type] = [type(self)]
        function: Any = self.function
        while isinstance(function, Decorated):
            kinds.append(type(function))
            function = function.function
        return kinds, function

    @property
    def _own_name(self) -> str:
        return str(getattr(self, "__qualname__", "?"))

    def _is_importable(self) -> bool:
        """Whether this object is what is found under its module and name."""
        found: Any = sys.modules.get(getattr(self, "__module__", ""))
        for name in self._own_name.split("."):
            found = vars(found).get(name) if isinstance(found, type) else getattr(found, name, None)
        return found is self

    def _parts(self) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        """What it is made of, as of ``__reduce__``."""
        return type(self), (self.function,)

    def _without_function(self) -> tuple[Any, ...]:
        """What is pickled where the function cannot be; plain pickle's own error by default."""
        return self._parts()

    def __reduce_ex__(self, protocol: Any) -> tuple[Any, ...] | str:
        if self._is_importable():
            (kind, *inner), function = self._kinds_and_function
            if protocol < 4 or not isinstance(function, FunctionType):
                return self._own_name
            return _found_or_made, (kind, self._by_name, *inner)
        if self.function is None:  # it came out of such a pickle
            return self._without_function()
        make, parts = self._parts()
        if takes_functions_by_value() or can_be_pickled(parts):
            return make, parts
        return self._without_function()

    def __copy__(self) -> "Decorated":
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> "Decorated":
        """Itself, as functions are their own copies; but one of the copy, where the function belongs to an object."""
        function = copy.deepcopy(self.function, memo)
        return self if function is self.function else type(self)(function)  # type: ignore[call-arg]


_OWNERS: WeakKeyDictionary[FunctionType, Decorated] = WeakKeyDictionary()  # of the functions handed to picklers


def _found_or_made(kind: type, function: Any, *inner: type) -> Any:
    """The object whose function a pickle has named, or one of a function that came by value."""
    if (owner := _OWNERS.get(function)) is not None:
        return owner
    function.__qualname__ = function.__qualname__.removesuffix(_BY_NAME)
    for each in (*inner[::-1], kind):
        function = each(function)
    return function


def _copy(function: Any, qualname: str) -> FunctionType:
    twin = FunctionType(
        function.__code__, function.__globals__, function.__name__, function.__defaults__, function.__closure__
    )
    functools.update_wrapper(twin, function)
    del twin.__wrapped__  # type: ignore[attr-defined]
    twin.__kwdefaults__ = function.__kwdefaults__
    twin.__qualname__ = qualname
    return twin


def takes_functions_by_value() -> bool:
    """Whether the pickler that is at work has rules of its own for functions, as those of cloudpickle, joblib, Dask."""
    frame = sys._getframe(1)
    while frame is not None:
        pickler = frame.f_locals.get("self") if frame.f_code.co_name in ("dump", "save") else None
        if isinstance(pickler, pickle.Pickler | pickle._Pickler):
            dispatch = getattr(pickler, "dispatch", {})
            own = pickle._Pickler.dispatch.get(FunctionType)
            return hasattr(pickler, "reducer_override") or dispatch.get(FunctionType, own) is not own
        frame = frame.f_back  # type: ignore[assignment]
    return False


def can_be_pickled(value: object) -> bool:
    """Whether plain pickle takes it; where that is being asked already, of what refers back to it, it may."""
    if getattr(_asked, "now", False):
        return True
    _asked.now = True
    try:
        pickle.dumps(value)
    except Exception:  # whatever somebody's own __reduce__ raises
        return False
    finally:
        _asked.now = False
    return True


_asked = threading.local()
