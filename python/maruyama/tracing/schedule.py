"""The order of a program's groups: as traced, but in blocks where they are large, so that values are used while near.

A block is some outputs with all that they still need. Its operations run in the order in which they were traced.
"""

import heapq
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from maruyama.tracing.errors import Line
from maruyama.tracing.graph import Ids

__all__ = ["Part", "scheduled"]

_VALUES = 256  # which a block may make: a few hundred vectors of lanes fit the second cache


class Part(NamedTuple):
    """Some values of a group of the graph: one operation on many of them."""

    operation: str
    out: Ids
    operands: tuple[Ids, ...]  # as of the group
    weights: NDArray[np.float64] | None
    line: Line

    @property
    def stays_whole(self) -> bool:
        """Whether what it computes of one value for all of them would be done again if it were parted."""
        return self.weights is not None or self.operation == "sincos"

    def chosen(self, mask: NDArray[np.bool_]) -> "Part":
        """The values under the mask."""
        return self if mask.all() else self.at(np.flatnonzero(mask))

    def at(self, places: NDArray[np.int64]) -> "Part":
        """The values at some places, which ascend."""
        if len(places) == len(self.out) or self.operation == "take":  # which gives all columns of all its rows
            return self
        if self.operation == "matmul":
            assert self.weights is not None
            factors, *bias = self.operands
            operands = (factors, *(values[places] for values in bias))
            return self._replace(out=self.out[places], operands=operands, weights=self.weights[:, places])
        return self._replace(out=self.out[places], operands=tuple(operand[places] for operand in self.operands))


def scheduled(parts: Sequence[Part], outputs: Sequence[Ids], count: int) -> list[Part]:
    """The parts in an order in which few values wait to be read; ``count`` is that of all values of the graph."""
    waiting = _Waiting(parts, count)
    if waiting.values <= _VALUES:
        return list(parts)
    sinks = np.concatenate(outputs)
    order: list[Part] = []
    first, size = 0, len(sinks)
    while first < len(sinks):
        block = waiting.needed_by(sinks[first : first + size], count if size == 1 else _VALUES)
        while block.values > _VALUES and size > 1:
            size = (size + 1) // 2
            block = waiting.needed_by(sinks[first : first + size], count if size == 1 else _VALUES)
        if block.values > _VALUES >= waiting.values - block.values:
            size, block = len(sinks), waiting.all()  # the outputs have nearly everything in common
        order += waiting.taken(block)
        first += size
        size = 2 * size if block.values <= _VALUES else 1
    return order


class _Block(NamedTuple):
    """Some values, by the number of the part that makes them."""

    wanted: dict[int, list[Ids]]
    values: int


class _Waiting:
    """The values that are still to be computed, and the part that makes each.

    What a block needs is found from its own values alone, the last part first: the work is that of the values found,
    not of all there are.
    """

    def __init__(self, parts: Sequence[Part], count: int) -> None:
        self._parts = parts
        self._maker = np.full(count, -1)
        self._place = np.empty(count, np.int64)  # in what its part makes
        for number, part in enumerate(parts):
            self._maker[part.out] = number
            self._place[part.out] = np.arange(len(part.out))
        self._is_waiting = self._maker >= 0
        self._is_needed = np.zeros(count, bool)
        self._places = np.empty(max(count, len(parts)), np.int64)
        self.values = int(self._is_waiting.sum())

    def needed_by(self, sinks: Ids, most: int) -> _Block:
        """The values that wait and that these need, or more than ``most``; no product, lookup or "sincos" is parted."""
        wanted: dict[int, list[Ids]] = {}
        coming: list[int] = []  # the numbers of parts, negative: the last comes first
        values = self._marked(sinks, wanted, coming)
        while coming and values <= most:
            number = -heapq.heappop(coming)
            part = self._parts[number]
            if part.stays_whole:
                values += self._marked(part.out, wanted, coming)
            for operand in self._needed_of(part, wanted[number]).operands:
                values += self._marked(operand.reshape(-1), wanted, coming)
        for ids in wanted.values():
            for each in ids:
                self._is_needed[each] = False
        return _Block(wanted, values)

    def all(self) -> _Block:
        """Everything that waits."""
        wanted: dict[int, list[Ids]] = {}
        ids = np.flatnonzero(self._is_waiting)
        self._part_by_maker(ids, wanted, [])
        return _Block(wanted, len(ids))

    def taken(self, block: _Block) -> list[Part]:
        """The parts of a block in their order, which wait no more."""
        for ids in block.wanted.values():
            for each in ids:
                self._is_waiting[each] = False
        self.values -= block.values
        return [self._needed_of(self._parts[number], block.wanted[number]) for number in sorted(block.wanted)]

    def _needed_of(self, part: Part, ids: list[Ids]) -> Part:
        return part if len(part.out) == 1 else part.at(np.sort(self._place[np.concatenate(ids)]))

    def _marked(self, values: Ids, wanted: dict[int, list[Ids]], coming: list[int]) -> int:
        """How many of the values are needed now and were not; their makers are coming."""
        fresh = values[self._is_waiting[values] & ~self._is_needed[values]]
        if not len(fresh):
            return 0
        fresh = _distinct(fresh, self._places)
        self._is_needed[fresh] = True
        self._part_by_maker(fresh, wanted, coming)
        return len(fresh)

    def _part_by_maker(self, ids: Ids, wanted: dict[int, list[Ids]], coming: list[int]) -> None:
        makers = self._maker[ids]
        groups = [ids]
        if len(ids) > 1 and (makers != makers[0]).any():
            order = np.argsort(makers, kind="stable")
            groups = np.split(ids[order], np.flatnonzero(np.diff(makers[order])) + 1)
        for group in groups:
            number = int(self._maker[group[0]])
            if number not in wanted:
                wanted[number] = []
                heapq.heappush(coming, -number)
            wanted[number].append(group)


def _distinct(numbers: Ids, places: Ids) -> Ids:
    """Each number once, in no order: of equal ones that whose place is the last to be written; without sorting."""
    if len(numbers) == 1:
        return numbers
    here = np.arange(len(numbers))
    places[numbers] = here
    distinct: Ids = numbers[places[numbers] == here]
    return distinct
