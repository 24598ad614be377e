"""Fields that treat all features of the state alike: one feature is traced, and its program serves for all of them.

``-x``, ``np.sin(x) - rates * x`` and whatever else NumPy computes element by element does with one feature what it does
with each, but for the numbers of arrays ``(dim,)``, which are arguments of the feature's own. Such a field is traced at
once however many dimensions there are, and a single path fills the lanes of a processor with its features.

Nothing is decided here that could be wrong: what is not element by element is not recorded, and the field is then
traced with all its features.
"""

import operator
from collections.abc import Callable
from typing import Any, NoReturn

import numpy as np
from numpy.typing import NDArray

from maruyama.tracing.array import Deferred, Traced
from maruyama.tracing.graph import Graph
from maruyama.tracing.rules import call_function, call_ufunc
from maruyama.tracing.tracer import Tracer

__all__ = ["Alike", "NotAlikeError", "OwnNumbers", "begun", "value_of"]


class NotAlikeError(Exception):
    """The function does more than to compute element by element."""


class OwnNumbers:
    """The numbers that each feature has of its own: arrays ``(dim,)``, which are features of the row of arguments."""

    def __init__(self, graph: Graph, dim: int) -> None:
        self.graph, self.dim = graph, dim
        self.arrays: list[NDArray[Any]] = []
        self._leaves: dict[tuple[str, bytes], NDArray[np.int64]] = {}
        self.refused = False  # whether anything was not element by element, even if the function caught the error

    def leaf(self, array: NDArray[Any]) -> NDArray[np.int64]:
        """The value that stands for the feature's own number of this array: ``(1,)``."""
        key = array.dtype.str, array.tobytes()
        if key not in self._leaves:
            self._leaves[key] = self.graph.more_leaves(1)
            self.arrays.append(array)
        return self._leaves[key]

    def table(self, dtype: np.dtype[Any]) -> NDArray[Any]:
        """All arrays side by side, ``(dim, arrays)``."""
        table = np.empty((self.dim, len(self.arrays)), dtype)
        for place, array in enumerate(self.arrays):
            table[:, place] = array
        return table

    def refusal(self) -> NotAlikeError:
        """The error by which the field comes to be traced with all its features."""
        self.refused = True
        return NotAlikeError()


class Alike(Deferred):
    """An array ``(paths, dim)`` of which one feature is recorded, as a symbolic array ``(paths, 1)``."""

    __slots__ = ("feature", "own")
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, feature: Traced, own: OwnNumbers) -> None:
        self.feature, self.own = feature, own

    @property
    def shape(self) -> tuple[int, int]:
        """As NumPy's array would have it."""
        return self.feature.shape[0], self.own.dim

    @property
    def ndim(self) -> int:
        """As NumPy's array would have it."""
        return 2

    @property
    def size(self) -> int:
        """As NumPy's array would have it."""
        return self.feature.shape[0] * self.own.dim

    @property
    def dtype(self) -> np.dtype[Any]:
        """As NumPy's array would have it."""
        return self.feature.dtype

    def __len__(self) -> int:
        return self.feature.shape[0]

    def __repr__(self) -> str:
        raise self.own.refusal()

    def __getattr__(self, name: str) -> Any:
        raise self.own.refusal()

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *operands: Any, **options: Any) -> Any:
        if method != "__call__" or options or ufunc.signature is not None:
            raise self.own.refusal()
        if ufunc in _POWERS and not isinstance(operands[1], int | float):
            raise self.own.refusal()  # some exponents are computed in another way than others
        return self._recorded(lambda own: call_ufunc(ufunc, method, own, {}), operands)

    def __array_function__(self, function: Any, types: Any, arguments: Any, options: Any) -> Any:
        if function not in _FUNCTIONS:
            raise self.own.refusal()
        return self._recorded(lambda given: call_function(function, given[0], given[1]), (arguments, options))

    def _recorded(self, call: Callable[[Any], Any], operands: Any) -> Any:
        return self._whole(call(self._of_feature(operands)))

    def _of_feature(self, value: Any) -> Any:
        """What one feature has of an operand."""
        if isinstance(value, Alike):
            if value.own is not self.own:
                raise self.own.refusal()
            return value.feature
        if isinstance(value, list | tuple):
            return type(value)([self._of_feature(each) for each in value])
        if isinstance(value, dict):
            return {key: self._of_feature(each) for key, each in value.items()}
        if isinstance(value, np.ndarray) and value.ndim:
            return value.reshape(())[()] if value.shape in ((1,), (1, 1)) else self._own_number(value)
        if isinstance(value, Traced) and value.ndim:
            raise self.own.refusal()
        return value

    def _own_number(self, array: NDArray[Any]) -> Traced:
        dim = self.own.dim
        if type(array) is not np.ndarray or array.dtype.kind not in "biuf" or array.shape not in ((dim,), (1, dim)):
            raise self.own.refusal()
        return Traced(self.feature.tracer, self.own.leaf(array.reshape(-1))[None], 0, array.dtype.kind == "b")

    def _whole(self, result: Any) -> Any:
        if isinstance(result, tuple):
            return tuple(map(self._whole, result))
        if not isinstance(result, Traced) or result.axis != 0 or result.ids.shape != (1, 1):
            raise self.own.refusal()
        return Alike(result, self.own)

    def __bool__(self) -> NoReturn:
        raise self.own.refusal()

    def __iter__(self) -> NoReturn:
        raise self.own.refusal()

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> NoReturn:
        raise self.own.refusal()

    __getitem__ = __setitem__ = __contains__ = __float__ = __int__ = __index__ = __complex__ = __array__


def begun(tracer: Tracer, leaf: NDArray[np.int64], own: OwnNumbers) -> Alike:
    """The state: its feature is a leaf of the graph."""
    return Alike(Traced(tracer, leaf[None, :], 0), own)


def value_of(result: Any, tracer: Tracer, own: OwnNumbers) -> int:
    """What a field returned, as the value of one feature."""
    if isinstance(result, Alike) and result.own is own:
        return int(result.feature.ids[0, 0])
    if type(result) is np.ndarray and result.shape in ((own.dim,), (1, own.dim)) and result.dtype.kind in "biuf":
        return int(own.leaf(result.reshape(-1))[0])
    if isinstance(result, int | float | np.number) or (isinstance(result, Traced) and result.ndim == 0):
        return int(tracer.lifted(result).ids)
    raise own.refusal()


def _binary(function: Callable[[Any, Any], Any]) -> Any:
    def operation(self: Alike, other: Any) -> Any:
        if isinstance(other, list | tuple):
            other = np.asarray(other)  # which NumPy would do
        if function is operator.pow and not isinstance(other, int | float):  # as above
            raise self.own.refusal()
        return self._recorded(lambda own: function(*own), (self, other))

    return operation


def _reflected(function: Callable[[Any, Any], Any]) -> Any:
    def operation(self: Alike, other: Any) -> Any:
        return self._recorded(lambda own: function(*own), (other, self))

    return operation


def _unary(function: Callable[[Any], Any]) -> Any:
    return lambda self: self._recorded(lambda own: function(*own), (self,))


def _method(name: str) -> Any:
    def method(self: Alike, *arguments: Any, **options: Any) -> Any:
        return self._recorded(
            lambda given: getattr(given[0][0], name)(*given[0][1:], **given[1]), ((self, *arguments), options)
        )

    return method


def _in_place(self: Alike, other: object) -> NoReturn:
    raise self.own.refusal()


for _name in ("add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "and", "or", "xor"):
    _function = getattr(operator, f"__{_name}__")
    setattr(Alike, f"__{_name}__", _binary(_function))
    setattr(Alike, f"__r{_name}__", _reflected(_function))
    setattr(Alike, f"__i{_name}__", _in_place)
for _name in ("lt", "le", "gt", "ge", "eq", "ne"):
    setattr(Alike, f"__{_name}__", _binary(getattr(operator, f"__{_name}__")))
for _name in ("neg", "pos", "abs", "invert"):
    setattr(Alike, f"__{_name}__", _unary(getattr(operator, f"__{_name}__")))
for _name in ("clip", "copy", "astype", "round"):
    setattr(Alike, _name, _method(_name))

_POWERS = {np.power, np.float_power}
_FUNCTIONS = {
    np.where, np.clip, np.select, np.nan_to_num, np.round, np.around, np.fix, np.sinc, np.isposinf, np.isneginf,
    np.zeros_like, np.ones_like, np.full_like,
}  # fmt: skip
