"""Labels: whole numbers among the arguments of the paths, and what was looked up with them: a table of inputs.

A label is a row of features, for a function may look up with several at once, as in ``table[y1, y2]``.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from maruyama.per_path import PerPath

__all__ = ["FEW", "Alphabet", "LabelTable", "whole_places"]

FEW = 1024  # labels of former runs are kept beside those of a run up to here, so that few runs meet one that is new


class Alphabet(NamedTuple):
    """The labels for which a function is traced, each once and in order."""

    places: tuple[int, ...]  # of the features, among those of all marked arguments
    labels: NDArray[np.int64]  # (count, features)
    rows: NDArray[np.int64]  # (count,): the first row of the run that has it; -1 where none has
    dtypes: tuple[np.dtype[Any], ...]  # of the features, as they were given

    @staticmethod
    def of(args: Sequence[Any], places: tuple[int, ...], known: "Alphabet | None" = None) -> "Alphabet":
        """The labels of a run, and those that a program knows already if all are few."""
        labels, rows = _distinct(_features(args, places))
        dtypes = tuple(each.array.dtype for each, _ in _columns(args, places))
        if known is not None and known.places == places:
            both, first = _distinct(np.concatenate([labels, known.labels]))
            if len(both) <= FEW:
                own = first < len(labels)
                return Alphabet(places, both, np.where(own, rows[np.where(own, first, 0)], -1), dtypes)
        return Alphabet(places, labels, rows, dtypes)


@dataclass(frozen=True, eq=False)
class LabelTable:
    """What a program reads for each label: inputs of the paths, after those of their arguments."""

    alphabet: Alphabet
    values: NDArray[Any]  # (labels, inputs), of the dtype of the states

    def numbers(self, args: Sequence[Any]) -> NDArray[np.int64] | None:
        """Which row of the table belongs to each path; None where one of them has a label that is not known."""
        wanted = _features(args, self.alphabet.places)
        number: NDArray[np.int64] | None = np.zeros(len(wanted), np.int64)
        for values, beginnings, column in zip(*self._beginnings, wanted.T, strict=True):
            place = _place(values, column)
            if number is None or place is None:
                return None
            number = _place(beginnings, number * len(values) + place)
        return number

    @cached_property
    def _beginnings(self) -> tuple[list[NDArray[np.int64]], list[NDArray[np.int64]]]:
        """Of each feature the numbers that occur, and what is known up to it: labels that begin alike have one number.

        It is the number of the beginning before, times how many numbers this feature has, and which of them it is.
        """
        number, found, beginnings = np.zeros(len(self.alphabet.labels), np.int64), [], []
        for column in self.alphabet.labels.T:
            values, place = np.unique(column, return_inverse=True)
            known, number = np.unique(number * len(values) + place, return_inverse=True)
            found.append(values)
            beginnings.append(known)
        return found, beginnings


def whole_places(args: Sequence[Any]) -> NDArray[np.int64]:
    """Which features of the marked arguments are whole numbers, or conditions."""
    whole = [np.full(_width(each), each.array.dtype.kind in "biu") for each in args if isinstance(each, PerPath)]
    return np.flatnonzero(np.concatenate(whole or [np.empty(0, bool)]))


def _features(args: Sequence[Any], places: Sequence[int]) -> NDArray[np.int64]:
    """Features of the marked arguments, ``(paths, places)``; as NumPy reads an index, in 64 bits."""
    return np.stack([_whole(_flat(each)[:, column]) for each, column in _columns(args, places)], axis=1)


def _columns(args: Sequence[Any], places: Sequence[int]) -> list[tuple[PerPath, int]]:
    """Of each feature the argument, and which column of it."""
    columns = [(each, column) for each in args if isinstance(each, PerPath) for column in range(_width(each))]
    return [columns[place] for place in places]


def _whole(labels: NDArray[Any]) -> NDArray[np.int64]:
    if labels.dtype == np.uint64 and labels.max(initial=0) >= 2**63:
        raise IndexError(
            f"the path of row {int(labels.argmax())} has the label {labels.max()}, but a compiled field looks up with "
            "labels below 2**63: give smaller ones, for example the places of np.unique(y, return_inverse=True)"
        )
    return labels.astype(np.int64)


def _flat(value: PerPath) -> NDArray[Any]:
    return value.array.reshape(len(value), _width(value))


def _width(value: PerPath) -> int:
    return int(np.prod(value.array.shape[1:], dtype=int))


def _distinct(rows: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Each row once, in order, and where it comes first; a run without paths has the label 0."""
    if not len(rows):
        return np.zeros((1, rows.shape[1]), np.int64), np.array([-1])
    if rows.shape[1] == 1:
        values, first = np.unique(rows[:, 0], return_index=True)
        return values[:, None], first
    return np.unique(rows, axis=0, return_index=True)


def _place(known: NDArray[np.int64], wanted: NDArray[np.int64]) -> NDArray[np.int64] | None:
    """Where the numbers are among those known, which increase; None if one of them is not there."""
    if not len(wanted):
        return np.empty(0, np.int64)
    if wanted.min() < known[0] or wanted.max() > known[-1]:
        return None
    if int(known[-1]) - int(known[0]) == len(known) - 1:
        return np.asarray(wanted - known[0])
    place = np.searchsorted(known, wanted)
    return place if (known[place] == wanted).all() else None
