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
from maruyama.tracing.graph import LANE, Graph
from maruyama.tracing.operations import OPERATIONS
from maruyama.tracing.rules import call_function, call_ufunc
from maruyama.tracing.tracer import Tracer, kept_value

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
        self.is_over = False  # the attempt: who still has a value of it has kept it

    def leaf(self, array: NDArray[Any]) -> NDArray[np.int64]:
        """The value that stands for the feature's own number of this array: ``(1,)``."""
        key = array.dtype.str, array.tobytes()
        if key not in self._leaves:
            self._leaves[key] = self.graph.more_leaves(1)
            self.arrays.append(array.copy())  # the function may write into it before it is done
        return self._leaves[key]

    @property
    def leaves(self) -> set[int]:
        """The values that stand for own numbers."""
        return {int(leaf[0]) for leaf in self._leaves.values()}

    def table(self, dtype: np.dtype[Any]) -> NDArray[Any]:
        """All arrays side by side, ``(dim, arrays)``."""
        table = np.empty((self.dim, len(self.arrays)), dtype)
        with np.errstate(all="ignore"):
            for place, array in enumerate(self.arrays):
                table[:, place] = array
        return table

    def refusal(self) -> Exception:
        """The error by which the field comes to be traced with all its features."""
        self.refused = True
        return kept_value() if self.is_over else NotAlikeError()


class Alike(Deferred):
    """An array ``(paths, dim)`` of which one feature is recorded, as a symbolic array ``(paths, 1)``.

    Whatever it does not know ends the attempt, and whatever fails: also if the function catches the error.
    """

    __slots__ = ("feature", "of_state", "own")

    feature: Traced
    of_state: bool  # whether it depends on the state
    own: OwnNumbers

    def __init__(self, feature: Traced, own: OwnNumbers, of_state: bool = True) -> None:
        for name, value in (("feature", feature), ("own", own), ("of_state", of_state)):
            object.__setattr__(self, name, value)

    @property
    def shape(self) -> tuple[int, int]:
        """As NumPy's array would have it."""
        return len(self), self.own.dim

    @property
    def ndim(self) -> int:
        """As NumPy's array would have it."""
        return 2

    @property
    def size(self) -> int:
        """As NumPy's array would have it."""
        return len(self) * self.own.dim

    @property
    def dtype(self) -> np.dtype[Any]:
        """As NumPy's array would have it."""
        return self.feature.dtype

    def __len__(self) -> int:
        return self.feature.shape[0]

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(name) if name in Alike.__slots__ else self.own.refusal()

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *operands: Any, **options: Any) -> Any:
        if method != "__call__" or options or ufunc.signature is not None:
            raise self.own.refusal()
        if ufunc in _POWERS and not isinstance(operands[1], int | float):
            raise self.own.refusal()  # some exponents are computed in another way than others
        operands = tuple(map(_operand, operands))
        if ufunc.__name__ not in _WITH_OWN_NUMBERS and any(isinstance(each, np.ndarray) for each in operands):
            raise self.own.refusal()
        return self._recorded(lambda own: call_ufunc(ufunc, method, own, {}), operands)

    def __array_function__(self, function: Any, types: Any, arguments: Any, options: Any) -> Any:
        if function not in _FUNCTIONS or (function is np.full_like and len(arguments) + len(options) > 2):
            raise self.own.refusal()
        if function is np.where and _is_one_choice_for_some(arguments):
            raise self.own.refusal()
        return self._recorded(lambda given: call_function(function, given[0], given[1]), (arguments, options))

    def _recorded(self, call: Callable[[Any], Any], operands: Any) -> Any:
        """What a call makes of the operands."""
        try:
            return self._whole(call(self._of_feature(operands)), _is_of_state(operands))
        except BaseException:
            self.own.refused = True
            raise

    def _of_feature(self, value: Any) -> Any:
        """What one feature has of an operand."""
        if isinstance(value, Alike):
            if value.feature.tracer is not self.feature.tracer:
                raise self.own.refusal()
            return value.feature
        if type(value) in (list, tuple):
            return type(value)([self._of_feature(each) for each in value])
        if type(value) is dict:
            return {key: self._of_feature(each) for key, each in value.items()}
        if isinstance(value, np.ndarray) and value.ndim:
            return self._own_number(value)
        if isinstance(value, list | tuple | dict) or (isinstance(value, Traced) and value.ndim):
            raise self.own.refusal()
        return value

    def _own_number(self, array: NDArray[Any]) -> Traced:
        dim = self.own.dim
        if type(array) is not np.ndarray or array.dtype.kind not in "biuf" or array.shape not in ((dim,), (1, dim)):
            raise self.own.refusal()
        return Traced(self.feature.tracer, self.own.leaf(array.reshape(-1))[None], 0, array.dtype.kind == "b")

    def _whole(self, result: Any, of_state: bool) -> Any:
        if isinstance(result, tuple):
            return tuple(self._whole(each, of_state) for each in result)
        if not isinstance(result, Traced) or result.axis != 0 or result.ids.shape != (1, 1):
            raise self.own.refusal()
        value = int(result.ids[0, 0])
        of_state = of_state and value not in self.own.leaves
        if self.own.graph.rates(result.ids)[0, 0] < LANE:
            of_state = False
        elif not of_state:
            raise self.own.refusal()  # of numbers alone, which NumPy computes, or of these and t, once a step
        return Alike(result, self.own, of_state)


def _is_one_choice_for_some(arguments: tuple[Any, ...]) -> bool:
    """Whether a feature may have no choice: by a condition of numbers, or between numbers that may be equal."""
    if len(arguments) != 3 or isinstance(arguments[0], np.ndarray | list | tuple):
        return True
    a, b = arguments[1:]
    if _is_of_state((a, b)) or not any(isinstance(each, np.ndarray) for each in (a, b)):
        return False
    are_known = all(isinstance(each, int | float | np.generic | np.ndarray) for each in (a, b))
    return not are_known or bool(np.any(np.equal(a, b)))


def _operand(value: Any) -> Any:
    """An operand as NumPy takes it: a list is an array, and an array of one number is that number."""
    array = np.asarray(value) if isinstance(value, list | tuple) else value
    return array.reshape(())[()] if isinstance(array, np.ndarray) and array.shape in ((1,), (1, 1)) else array


def _is_of_state(value: Any) -> bool:
    """Whether any of the operands depends on the state."""
    if isinstance(value, list | tuple):
        return any(map(_is_of_state, value))
    if isinstance(value, dict):
        return any(map(_is_of_state, value.values()))
    return isinstance(value, Alike) and value.of_state


def begun(tracer: Tracer, leaf: NDArray[np.int64], own: OwnNumbers) -> Alike:
    """The state: its feature is a leaf of the graph."""
    return Alike(Traced(tracer, leaf[None, :], 0), own)


def value_of(result: Any, tracer: Tracer, own: OwnNumbers) -> int:
    """What a field returned, as the value of one feature."""
    if isinstance(result, Alike) and result.feature.tracer is tracer:
        return int(result.feature.ids[0, 0])
    if type(result) is np.ndarray and result.shape in ((own.dim,), (1, own.dim)) and result.dtype.kind in "biuf":
        return int(own.leaf(result.reshape(-1))[0])
    if isinstance(result, int | float | np.number) or (isinstance(result, Traced) and result.ndim == 0):
        return int(tracer.lifted(result).ids)
    raise own.refusal()


def _binary(function: Callable[[Any, Any], Any]) -> Any:
    def operation(self: Alike, other: Any) -> Any:
        if function is operator.pow and not isinstance(other, int | float):  # as above
            raise self.own.refusal()
        return self._recorded(lambda own: function(*own), (self, _operand(other)))

    return operation


def _reflected(function: Callable[[Any, Any], Any]) -> Any:
    def operation(self: Alike, other: Any) -> Any:
        return self._recorded(lambda own: function(*own), (_operand(other), self))

    return operation


def _unary(function: Callable[[Any], Any]) -> Any:
    return lambda self: self._recorded(lambda own: function(*own), (self,))


def _method(name: str) -> Any:
    def method(self: Alike, *arguments: Any, **options: Any) -> Any:
        return self._recorded(
            lambda given: getattr(given[0][0], name)(*given[0][1:], **given[1]), ((self, *arguments), options)
        )

    return method


def _refused(self: Alike, *arguments: Any, **options: Any) -> NoReturn:
    raise self.own.refusal()


_REFUSED = """
    matmul rmatmul imatmul divmod rdivmod lshift rlshift ilshift rshift rrshift irshift round trunc floor ceil bool iter
    reversed contains getitem setitem delitem float int index complex array hash repr str format setattr delattr copy
    deepcopy reduce reduce_ex getstate
"""
for _name in _REFUSED.split():
    setattr(Alike, f"__{_name}__", _refused)
for _name in ("add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "and", "or", "xor"):
    _function = getattr(operator, f"__{_name}__")
    setattr(Alike, f"__{_name}__", _binary(_function))
    setattr(Alike, f"__r{_name}__", _reflected(_function))
    setattr(Alike, f"__i{_name}__", _refused)
for _name in ("lt", "le", "gt", "ge", "eq", "ne"):
    setattr(Alike, f"__{_name}__", _binary(getattr(operator, f"__{_name}__")))
for _name in ("neg", "pos", "abs", "invert"):
    setattr(Alike, f"__{_name}__", _unary(getattr(operator, f"__{_name}__")))
for _name in ("clip", "copy", "astype", "round"):
    setattr(Alike, _name, _method(_name))

_POWERS = {np.power, np.float_power}
# Ufuncs of one operation, which does with an own number what it does with a constant; others compute with it first.
_WITH_OWN_NUMBERS = (OPERATIONS.keys() | {"remainder", "bitwise_and", "bitwise_or", "bitwise_xor"}) - {"power"}
_FUNCTIONS = {
    np.where, np.clip, np.nan_to_num, np.round, np.around, np.fix, np.sinc, np.isposinf, np.isneginf,
    np.zeros_like, np.ones_like, np.full_like,
}  # fmt: skip
