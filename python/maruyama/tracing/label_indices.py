"""Indices made of labels: which values of a graph are whole numbers of labels alone, and what these are."""

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from maruyama.tracing.errors import refusal
from maruyama.tracing.graph import CONSTANT, Graph, Group, Ids
from maruyama.tracing.labels import Alphabet
from maruyama.tracing.operations import BOOLEAN, FOLDS, OPERATIONS

__all__ = ["LabelIndices"]

# Of whole numbers these give whole numbers.
_OF_WHOLE = """
    copy negative absolute sign square add subtract multiply minimum maximum fmin fmax mod fmod floor_divide
    floor ceil trunc rint where
"""
_ROUNDINGS = {"floor", "ceil", "trunc", "rint"}
_EXACT = 2.0**53  # from there on float64 does not hold all whole numbers
_WHOLE = BOOLEAN | FOLDS.keys() | set(_OF_WHOLE.split())


class LabelIndices:
    """What a graph computes of labels: ``features`` are its leaves that are whole numbers, each with its place."""

    def __init__(self, graph: Graph, features: dict[int, int]) -> None:
        self.graph, self.features = graph, features

    def places(self, ids: Ids) -> set[int] | None:
        """The features that these values are made of; None where they are no whole numbers of labels alone."""
        return _union(self._places(value) for value in np.unique(ids).tolist()) or None

    def _places(self, value: int) -> set[int] | None:
        if value in self.features:
            return {self.features[value]}
        if (number := self._constant(value)) is not None:
            return set() if number.is_integer() and abs(number) < _EXACT else None
        group = self._group(value)
        if group is None or group.operation not in _WHOLE:
            return None
        return _union(self._places(operand) for operand in _operands(group, value))

    def numbers(self, ids: Ids, alphabet: Alphabet, labels: NDArray[np.int64]) -> NDArray[np.int64]:
        """What these values are for labels ``(rows, places)`` of an alphabet: ``(rows, values)``.

        NumPy computes with labels in their own dtype, or in 64 bits where something else brings these in. Which of the
        two a graph does not know: where they differ, the labels are refused.
        """
        wide = dict(zip(alphabet.places, labels.T, strict=True))
        own = {place: wide[place].astype(dtype) for place, dtype in zip(alphabet.places, alphabet.dtypes, strict=True)}
        numbers = self._all(ids, wide, len(labels))
        try:
            narrow = self._all(ids, own, len(labels))
        except OverflowError:  # of a number that the dtype has not
            narrow = None
        if narrow is None or (numbers != narrow).any():
            names = ", ".join(sorted({str(each) for each in alphabet.dtypes}))
            raise refusal(
                f"an index computed of labels of {names} is beyond what they hold, where NumPy wraps around or refuses",
                "give them in 64 bits, mr.per_path(y.astype(np.int64)), or begin with y = y.astype(np.int64)",
            )
        if (numbers != np.trunc(numbers)).any():
            raise refusal("an index is no whole number for some labels", "look up with whole numbers")
        return numbers.astype(np.int64)

    def _all(self, ids: Ids, columns: dict[int, NDArray[Any]], count: int) -> NDArray[Any]:
        with np.errstate(all="ignore"):
            numbers = [self._numbers(value, columns) for value in ids.reshape(-1).tolist()]
        return np.stack([np.broadcast_to(each, count) for each in numbers], axis=-1)

    def _numbers(self, value: int, columns: dict[int, NDArray[Any]]) -> Any:
        if value in self.features:
            return columns[self.features[value]]
        if (number := self._constant(value)) is not None:
            return int(number)
        group = self._group(value)
        assert group is not None
        operands = [self._numbers(operand, columns) for operand in _operands(group, value)]
        if group.operation in FOLDS:
            return getattr(np, FOLDS[group.operation]).reduce(np.broadcast_arrays(*operands))
        if group.operation == "copy":  # astype(int)
            return np.asarray(operands[0], np.int64)
        if group.operation in _ROUNDINGS:
            return operands[0]
        return OPERATIONS[group.operation](*operands)

    def _constant(self, value: int) -> float | None:
        ids = np.array(value)
        return float(self.graph.values(ids)) if self.graph.rates(ids) == CONSTANT else None

    def _group(self, value: int) -> Group | None:
        return next((group for group in self.graph.groups if 0 <= value - group.first < group.size), None)


def _union(parts: Iterable[set[int] | None]) -> set[int] | None:
    """All of them together; None where one is None."""
    union: set[int] = set()
    for part in parts:
        if part is None:
            return None
        union |= part
    return union


def _operands(group: Group, value: int) -> list[int]:
    """The values of which a group makes this one."""
    place = value - group.first
    if group.operation in FOLDS:
        return group.operands[0][place].tolist()  # type: ignore[no-any-return]
    return [int(operand[place]) for operand in group.operands]
