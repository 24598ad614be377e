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

from maruyama.tracing.errors import TracingError, line_of_error, refusal
from maruyama.tracing.graph import Graph, Ids
from maruyama.tracing.label_indices import LabelIndices
from maruyama.tracing.labels import Alphabet, LabelTable

__all__ = ["LookedUp", "Lookups", "Reading", "StateCall"]

_OUT_OF_BOUNDS = re.compile(r"index (-?\d+) is out of bounds for axis (\d+) with size (\d+)")
_CLOSE = 1e-6  # of the largest number: products with other numbers of rows may differ in their last digits


class LookedUp(BaseException):  # which is not to be caught in a traced function, by `except Exception`
    """A function looks something up with the features ``places``, and is to be traced with the labels that occur."""

    def __init__(self, places: set[int]) -> None:
        super().__init__(places)
        self.places = places


class Reading(NamedTuple):
    """An array that met a traced value and is a function of the labels."""

    ids: Ids  # with one row of the paths; of a function of one state without any
    axis: int | None  # that of the paths
    values: NDArray[Any]  # (labels, elements)


class StateCall:
    """A call of a function of one state for one label; ``readings`` stand in place of the numbers that it reads."""

    def __init__(
        self, label: NDArray[np.int64], number: int = -1, readings: list[Reading | None] | None = None
    ) -> None:
        self.label, self.number, self.readings = label, number, readings
        self.arrays: list[NDArray[Any]] = []  # what it reads, in order
        self.has_looked_up = False

    def reading(self, array: NDArray[Any]) -> Reading | None:
        """What stands in place of the next array."""
        self.arrays.append(array.copy())
        if self.readings is None:
            return None
        if len(self.arrays) > len(self.readings):
            raise other_for_other_labels()
        return self.readings[len(self.arrays) - 1]


def other_for_other_labels() -> TracingError:
    """The error where a function of one state computes something else for another label."""
    return refusal("what the function does is not the same for all labels", "choose with np.where(y == label, a, b)")


class Lookups:
    """The lookups of one trace, whose x pretends to have so many rows.

    The first trace has all labels in order, then some again. Those after it, which are told what was read ``before``,
    have one label in all rows: what mixes the paths is not the same there.
    """

    def __init__(
        self, indices: LabelIndices, rows: int, alphabet: Alphabet | None, before: "Lookups | None" = None,
        label: int = 0,
    ) -> None:  # fmt: skip
        self.indices, self.rows, self.alphabet, self.before = indices, rows, alphabet, before
        self.readings: list[Reading] = []
        self.state: StateCall | None = None  # while a function of one state is called
        self.states: list[list[Reading | None]] = []  # what each such function has read
        self._leaves: dict[Any, Ids] = before._leaves if before is not None and before.graph is self.graph else {}
        self._columns: list[NDArray[Any]] = []
        self._missing: set[int] = set()  # features whose labels are asked for and are not there
        self._looked_up: list[tuple[NDArray[np.int64], NDArray[np.int64]]] = []  # numbers of labels, their indices
        if alphabet is not None:
            self._order = _order(rows, len(alphabet.labels), None if before is None else label)

    @property
    def graph(self) -> Graph:
        """That of the trace."""
        return self.indices.graph

    # labels as NumPy's index

    def are_labels(self, ids: Ids) -> bool:
        """Whether these are whole numbers that depend on labels alone."""
        return self.indices.places(ids) is not None

    def index(self, ids: Ids, axis: int | None, is_bool: bool) -> NDArray[np.int64]:
        """The numbers of labels for NumPy's index, with all rows of the paths."""
        if is_bool:
            raise refusal("an index of conditions picks some of the paths", "choose with np.where(condition, a, b)")
        places = self.indices.places(ids)
        if places is None:
            raise refusal(
                "an index that depends on x or t, or is computed with numbers that are not whole or not below 2**53, "
                "cannot be traced",
                "choose with np.where, np.select or np.interp; labels, a whole number for each path, go into args as "
                "mr.per_path(array of integers)",
            )
        if self.alphabet is None or not places.issubset(self.alphabet.places):
            self._missing |= places
            raise LookedUp(places)
        if axis is None:
            return self._of_the_state(ids, self.alphabet)
        labels = self.alphabet.labels[self._order]
        numbers = self.indices.numbers(ids, self.alphabet, labels)
        self._looked_up.append((self._order, numbers))
        return np.moveaxis(numbers.reshape(self.rows, *_without(ids.shape, axis)), 0, axis)

    def _of_the_state(self, ids: Ids, alphabet: Alphabet) -> NDArray[np.int64]:
        if self.state is None:
            raise refusal("the label of one path cannot be looked up", "look all of them up together, table[y]")
        self.state.has_looked_up = True
        numbers = self.indices.numbers(ids, alphabet, self.state.label[None])
        self._looked_up.append((np.array([self.state.number]), numbers))
        return numbers.reshape(ids.shape)

    def require_labels(self) -> None:
        """Ask for labels again, if a function has caught the exception that asked for them."""
        if self._missing:
            raise LookedUp(self._missing)

    # what was looked up, where it meets a traced value

    def reading(self, array: NDArray[Any]) -> Reading | None:
        """An array as inputs of the program, if it is a function of the labels."""
        if self.alphabet is None or array.dtype.kind not in "biuf":
            return None
        if self.state is not None:
            return self.state.reading(array)
        found = self._first(array) if self.before is None else self._again(array, self.before)
        self.readings += [] if found is None else [found]
        return found

    def _first(self, array: NDArray[Any]) -> Reading | None:
        assert self.alphabet is not None
        for axis in np.flatnonzero(np.array(array.shape) == self.rows).tolist():
            by_row = np.moveaxis(array, axis, 0).reshape(self.rows, -1)
            values = by_row[: len(self.alphabet.labels)].astype(np.float64)
            if _are_close(by_row, values[self._order]):
                return self.as_inputs(values, _one_row(array.shape, axis), axis)
        return None

    def _again(self, array: NDArray[Any], before: "Lookups") -> Reading | None:
        if self.rows not in array.shape or len(self.readings) == len(before.readings):
            return None
        known = before.readings[len(self.readings)]
        if known.axis is None or _one_row(array.shape, known.axis) != known.ids.shape:
            return None
        by_row = np.moveaxis(array, known.axis, 0).reshape(array.shape[known.axis], -1)
        is_same = _are_close(by_row, known.values[self._order])
        return self.as_inputs(known.values, known.ids.shape, known.axis) if is_same else None

    def as_inputs(self, values: NDArray[np.float64], shape: tuple[int, ...], axis: int | None) -> Reading:
        """Inputs of the program that have these values for the labels, new ones if there are none yet."""
        key = values.shape, hashlib.blake2b(values.tobytes()).digest()
        if key not in self._leaves:
            self._leaves[key] = self.graph.more_leaves(values.shape[1])
            self._columns.append(values)
        return Reading(self._leaves[key].reshape(shape), axis, values)

    @property
    def table(self) -> LabelTable | None:
        """All that the program reads for the labels, in the order of its inputs."""
        if self.alphabet is None:
            return None
        with np.errstate(all="ignore"):
            columns = [each.astype(self.graph.dtype) for each in self._columns]
        nothing = np.empty((len(self.alphabet.labels), 0), self.graph.dtype)
        return LabelTable(self.alphabet, np.concatenate([nothing, *columns], axis=1))

    # labels that an array does not have

    def out_of_bounds(self, error: IndexError) -> IndexError | None:
        """The error that names the first path whose label is out of the bounds of what it is looked up in."""
        match = _OUT_OF_BOUNDS.search(str(error))
        if match is None or self.alphabet is None:
            return None
        index, axis, size = map(int, match.groups())
        numbers, indices = next((each for each in reversed(self._looked_up) if index in each[1]), (None, None))
        if numbers is None or indices is None:
            return None
        wrong = (indices < -size) | (indices >= size)
        rows = np.where(numbers < 0, -1, self.alphabet.rows[numbers])  # of the run
        places = [place for place in np.flatnonzero(wrong.any(axis=1)) if rows[place] >= 0]
        if not places:
            return None
        place = min(places, key=lambda place: int(rows[place]))
        said = self._said(int(numbers[place]), int(indices[place][wrong[place]][0]), axis, size)
        return IndexError(f"{line_of_error(error)}\n{said}")

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


def _order(rows: int, labels: int, only: int | None) -> NDArray[np.int64]:
    """Which label each row has: all in order and then some again, or one alone."""
    if only is not None:
        return np.full(rows, only % labels)
    return np.concatenate([np.arange(labels), np.random.default_rng(rows).integers(0, labels, rows - labels)])


def _without(shape: tuple[int, ...], axis: int) -> tuple[int, ...]:
    return shape[:axis] + shape[axis + 1 :]


def _one_row(shape: tuple[int, ...], axis: int) -> tuple[int, ...]:
    return (*shape[:axis], 1, *shape[axis + 1 :])


def _are_close(a: NDArray[Any], b: NDArray[Any]) -> bool:
    if a.shape != b.shape:
        return False
    if np.array_equal(a, b):
        return True
    a, b = a.astype(np.float64), b.astype(np.float64)
    scale = np.abs(b[np.isfinite(b)]).max(initial=0.0)
    with np.errstate(all="ignore"):
        return bool(np.allclose(a, b, rtol=_CLOSE, atol=_CLOSE * scale, equal_nan=True))
