"""Lookups: ``table[y]`` in a traced function, where y has a label for each path and the table is one of numbers.

NumPy takes whole numbers for an index and gives an array of real numbers, which no traced value can stand for. So the
function is traced with the labels that occur: for an index y is an array of these, in the rows that x pretends to
have. What NumPy makes of the rows that were looked up, before it meets x or t, is a number for each label: an input of
the program.
"""

import hashlib
import re
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from maruyama.tracing.errors import line_of_error, refusal
from maruyama.tracing.graph import CONSTANT, Graph, Group, Ids
from maruyama.tracing.labels import Alphabet, LabelTable
from maruyama.tracing.operations import BOOLEAN, FOLDS, OPERATIONS

__all__ = ["LookedUp", "Lookups", "Reading"]

# Of whole numbers these give whole numbers.
_OF_WHOLE = """
    copy negative absolute sign square add subtract multiply minimum maximum fmin fmax mod fmod floor_divide
    floor ceil trunc rint where
"""
_WHOLE = BOOLEAN | FOLDS.keys() | set(_OF_WHOLE.split())
_OUT_OF_BOUNDS = re.compile(r"index -?\d+ is out of bounds for axis (\d+) with size (\d+)")
_CLOSE = 1e-6  # of the largest number: products with other numbers of rows may differ in their last digits


class LookedUp(BaseException):  # which nobody's `except Exception` may take
    """A function looks something up with the features ``places``, and is to be traced with the labels that occur."""

    def __init__(self, places: set[int]) -> None:
        super().__init__(places)
        self.places = places


class Reading(NamedTuple):
    """An array with a row for each path that met a traced value: a function of the labels."""

    ids: Ids  # with one row of the paths
    axis: int
    values: NDArray[Any]  # (labels, elements)


class Lookups:
    """The lookups of one trace, whose x pretends to have so many rows.

    ``whole`` are the leaves of the graph that are whole numbers, by value, with their places among the arguments'
    features. The first trace has all labels in order, then some again. Those after it, which are told what was read
    ``before``, have one label in all rows: what mixes the paths is not the same there.
    """

    def __init__(
        self, graph: Graph, rows: int, whole: dict[int, int], alphabet: Alphabet | None,
        before: "Lookups | None" = None, label: int = 0,
    ) -> None:  # fmt: skip
        self.graph, self.rows, self.whole, self.alphabet = graph, rows, whole, alphabet
        self.readings: list[Reading] = []
        self._before = before
        self._known: dict[Any, Ids] = before._known if before is not None and before.graph is graph else {}
        self._columns: list[NDArray[Any]] = []
        self._indices: list[NDArray[np.int64]] = []  # (rows, elements) of all that was looked up with
        if alphabet is not None:
            count = len(alphabet.labels)
            again = np.random.default_rng(rows).integers(0, count, max(0, rows - count))
            self._order = np.r_[:count, again] if before is None else np.full(rows, label % count)

    # labels as NumPy's index

    def are_labels(self, ids: Ids) -> bool:
        """Whether these are whole numbers that depend on labels alone."""
        return all(self._places(value) is not None for value in np.unique(ids).tolist()) and self._differ(ids)

    def indices(self, ids: Ids, axis: int | None, is_bool: bool) -> NDArray[np.int64]:
        """The numbers of labels for NumPy's index, with all rows of the paths."""
        if is_bool:
            raise refusal("an index of conditions picks some of the paths", "choose with np.where(condition, a, b)")
        places = [self._places(value) for value in np.unique(ids).tolist()]
        if any(each is None for each in places) or not self._differ(ids):
            raise refusal(
                "an index that depends on x or t, or is no whole number, cannot be traced",
                "choose with np.where, np.select or np.interp; labels, a whole number for each path, go into args as "
                "mr.per_path(array of integers)",
            )
        if axis is None:
            raise refusal(
                "a compiled function of one state cannot look labels up",
                "write it for all paths, x: (paths, dim), and compile it without mr.pointwise",
            )
        needed = set().union(*(each for each in places if each is not None))
        if self.alphabet is None or not needed.issubset(self.alphabet.places):
            raise LookedUp(needed)
        columns = np.stack([self._numbers(value) for value in ids.reshape(-1).tolist()], axis=-1)
        if (columns != np.trunc(columns)).any():
            raise refusal("an index is no whole number for some labels", "look up with whole numbers")
        self._indices.append(columns.astype(np.int64))
        spread = self._indices[-1].reshape(self.rows, *ids.shape[:axis], *ids.shape[axis + 1 :])
        return np.moveaxis(spread, 0, axis)

    def _differ(self, ids: Ids) -> bool:
        return bool((self.graph.rates(ids) != CONSTANT).any())

    def _places(self, value: int) -> set[int] | None:
        """The features that a whole number depends on; None where it depends on more, or is not whole."""
        if value in self.whole:
            return {self.whole[value]}
        if self.graph.rates(np.array(value)) == CONSTANT:
            return set() if float(self.graph.values(np.array(value))).is_integer() else None
        group = self._group(value)
        if group is None or group.operation not in _WHOLE:
            return None
        parts = [self._places(each) for each in _operands(group, value)]
        return None if any(each is None for each in parts) else set().union(*(each for each in parts if each))

    def _numbers(self, value: int) -> NDArray[Any]:
        """What a value is in each row."""
        assert self.alphabet is not None
        if value in self.whole:
            return self.alphabet.labels[:, self.alphabet.places.index(self.whole[value])].take(self._order)
        if self.graph.rates(np.array(value)) == CONSTANT:
            return np.broadcast_to(self.graph.values(np.array(value)), self.rows)
        group = self._group(value)
        assert group is not None
        operands = [self._numbers(each) for each in _operands(group, value)]
        with np.errstate(all="ignore"):
            if group.operation in FOLDS:
                return np.asarray(getattr(np, FOLDS[group.operation]).reduce(operands))
            return np.asarray(OPERATIONS[group.operation](*operands)) * 1

    def _group(self, value: int) -> Group | None:
        return next((each for each in self.graph.groups if each.first <= value < each.first + each.size), None)

    # what was looked up, where it meets a traced value

    def reading(self, array: NDArray[Any]) -> Reading | None:
        """An array with a row for each path as inputs of the program, if it is a function of the labels."""
        if self.alphabet is None or self.rows not in array.shape or array.dtype.kind not in "biuf":
            return None
        if self._before is not None:
            found = self._again(array)
        else:
            axes = [axis for axis, length in enumerate(array.shape) if length == self.rows]
            found = next((each for axis in axes if (each := self._first(array, axis)) is not None), None)
        if found is not None:
            self.readings.append(found)
        return found

    def _first(self, array: NDArray[Any], axis: int) -> Reading | None:
        by_row = np.moveaxis(array, axis, 0).reshape(self.rows, -1)
        assert self.alphabet is not None
        values = by_row[: len(self.alphabet.labels)].astype(np.float64)
        if not _are_close(by_row, values[self._order]):
            return None
        return Reading(self._ids(values).reshape(_one_row(array.shape, axis)), axis, values)

    def _again(self, array: NDArray[Any]) -> Reading | None:
        assert self._before is not None
        number = len(self.readings)
        if number == len(self._before.readings):
            return None
        known = self._before.readings[number]
        if array.ndim <= known.axis or array.shape[known.axis] != self.rows:
            return None
        by_row = np.moveaxis(array, known.axis, 0).reshape(self.rows, -1)
        is_same = _one_row(array.shape, known.axis) == known.ids.shape
        if not is_same or not _are_close(by_row, known.values[self._order]):
            return None
        return Reading(self._ids(known.values).reshape(known.ids.shape), known.axis, known.values)

    def _ids(self, values: NDArray[np.float64]) -> Ids:
        """Inputs with these values, new ones if there are none yet."""
        key = values.shape, hashlib.blake2b(values.tobytes()).digest()
        if key not in self._known:
            self._known[key] = self.graph.more_leaves(values.shape[1])
            self._columns.append(values)
        return self._known[key]

    @property
    def table(self) -> LabelTable | None:
        """All that the program reads for the labels, in the order of its inputs."""
        if self.alphabet is None:
            return None
        count = len(self.alphabet.labels)
        with np.errstate(all="ignore"):
            columns = [each.astype(self.graph.dtype) for each in self._columns]
        return LabelTable(self.alphabet, np.concatenate(columns or [np.empty((count, 0), self.graph.dtype)], axis=1))

    # labels that are not in the table

    def out_of_bounds(self, error: IndexError) -> IndexError | None:
        """The error that names the label, where one has no row in what it is looked up in."""
        match = _OUT_OF_BOUNDS.search(str(error))
        if match is None or self.alphabet is None:
            return None
        axis, size = int(match[1]), int(match[2])
        count = len(self.alphabet.labels)
        for indices in reversed(self._indices):
            wrong = ((indices < -size) | (indices >= size))[:count]
            rows = np.where(wrong.any(axis=1) & (self.alphabet.rows >= 0), self.alphabet.rows, np.iinfo(np.int64).max)
            number = int(rows.argmin())
            if wrong[number].any() and self.alphabet.rows[number] >= 0:
                index = int(indices[number][wrong[number].argmax()])
                return IndexError(f"{line_of_error(error)}\n{self._said(number, index, axis, size)}")
        return None

    def _said(self, number: int, index: int, axis: int, size: int) -> str:
        assert self.alphabet is not None
        labels = self.alphabet.labels[number].tolist()
        has = f"the label {index}" if index in labels else f"the label {labels[0]}, which makes the index {index}"
        length = f"{size} rows" if axis == 0 else f"length {size} along axis {axis}"
        bounds = f"they go from 0 to {size - 1}, or from -{size} to -1, counted from the end" if size else "it is empty"
        return (
            f"the path of row {self.alphabet.rows[number]} has {has}, but the array in which it is looked up has "
            f"{length}: give labels that it has; {bounds}"
        )


def _operands(group: Group, value: int) -> list[int]:
    """The values of which a group makes this one."""
    place = value - group.first
    if group.operation in FOLDS:
        return list(map(int, group.operands[0][place]))
    return [int(each[place]) for each in group.operands]


def _one_row(shape: tuple[int, ...], axis: int) -> tuple[int, ...]:
    return *shape[:axis], 1, *shape[axis + 1 :]


def _are_close(a: NDArray[Any], b: NDArray[Any]) -> bool:
    if a.shape != b.shape:
        return False
    if np.array_equal(a, b):
        return True
    a, b = a.astype(np.float64), b.astype(np.float64)
    scale = np.abs(b[np.isfinite(b)]).max(initial=0.0)
    with np.errstate(all="ignore"):
        return bool(np.allclose(a, b, rtol=_CLOSE, atol=_CLOSE * scale, equal_nan=True))
