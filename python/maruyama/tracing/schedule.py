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
        if mask.all() or self.operation == "take":  # which gives all columns of all its rows
            return self
        if self.operation == "matmul":
            assert self.weights is not None
            factors, *bias = self.operands
            operands = (factors, *(values[mask] for values in bias))
            return self._replace(out=self.out[mask], operands=operands, weights=self.weights[:, mask])
        return self._replace(out=self.out[mask], operands=tuple(operand[mask] for operand in self.operands))


def scheduled(parts: Sequence[Part], outputs: Sequence[Ids], count: int) -> list[Part]:
    """The parts in an order in which few values wait to be read; ``count`` is that of all values of the graph."""
    waiting = _Waiting(parts, count)
    if waiting.values <= _VALUES:
        return list(parts)
    sinks = np.concatenate(outputs)
    order: list[Part] = []
    first, size = 0, len(sinks)
    while first < len(sinks):
        block = waiting.needed_by(sinks[first : first + 1], count)
        if block.values > _VALUES:
            size = 1
        while size > 1 and (larger := waiting.needed_by(sinks[first : first + size], _VALUES)).values > _VALUES:
            size = (size + 1) // 2
        if size > 1:
            block = larger
        if block.values > _VALUES >= waiting.values - block.values:
            size, block = len(sinks), waiting.all()  # the outputs have nearly everything in common
        order += waiting.taken(block)
        first += size
        if block.values > _VALUES:
            size = len(sinks)  # what the outputs have in common is done
    return order


class _Block(NamedTuple):
    """Some values, and the numbers of the parts that make them."""

    ids: list[Ids]
    parts: list[int]
    values: int


class _Waiting:
    """The values that are still to be computed, and the part that makes each.

    What a block needs is found from its own parts alone, the last one first: the work is that of the parts found, not
    of all there are.
    """

    def __init__(self, parts: Sequence[Part], count: int) -> None:
        self._parts = parts
        self._maker = np.full(count, -1)
        for number, part in enumerate(parts):
            self._maker[part.out] = number
        self._is_waiting = self._maker >= 0
        self._is_needed = np.zeros(count, bool)
        self._places = np.empty(max(count, len(parts)), np.int64)
        self.values = int(self._is_waiting.sum())

    def needed_by(self, sinks: Ids, most: int) -> _Block:
        """The values that wait and that these need, or more than ``most``; no product, lookup or "sincos" is parted."""
        ids: list[Ids] = []
        coming: list[int] = []  # the numbers of parts, negative: the last comes first
        found: list[int] = []
        values = self._marked(sinks, ids, coming)
        while coming and values <= most:
            number = -heapq.heappop(coming)
            if found and found[-1] == number:
                continue
            found.append(number)
            part = self._parts[number]
            if part.stays_whole:
                values += self._marked(part.out, ids, [])
            for operand in part.chosen(self._is_needed[part.out]).operands:
                values += self._marked(operand.reshape(-1), ids, coming)
        for each in ids:
            self._is_needed[each] = False
        return _Block(ids, found, values)

    def all(self) -> _Block:
        """Everything that waits."""
        ids = np.flatnonzero(self._is_waiting)
        return _Block([ids], np.unique(self._maker[ids]).tolist(), len(ids))

    def taken(self, block: _Block) -> list[Part]:
        """The parts of a block in their order, which wait no more."""
        for each in block.ids:
            self._is_needed[each] = True
        parts = [self._parts[number].chosen(self._is_needed[self._parts[number].out]) for number in sorted(block.parts)]
        for each in block.ids:
            self._is_needed[each] = self._is_waiting[each] = False
        self.values -= block.values
        return parts

    def _marked(self, values: Ids, ids: list[Ids], coming: list[int]) -> int:
        """How many of the values are needed now and were not, and that their makers are coming."""
        fresh = values[self._is_waiting[values] & ~self._is_needed[values]]
        if not len(fresh):
            return 0
        fresh = _distinct(fresh, self._places)
        self._is_needed[fresh] = True
        ids.append(fresh)
        for number in _distinct(self._maker[fresh], self._places).tolist():
            heapq.heappush(coming, -number)
        return len(fresh)


def _distinct(numbers: Ids, places: Ids) -> Ids:
    """Each number once, in no order: of equal ones that whose place is the last to be written; without sorting."""
    if len(numbers) == 1:
        return numbers
    here = np.arange(len(numbers))
    places[numbers] = here
    distinct: Ids = numbers[places[numbers] == here]
    return distinct
