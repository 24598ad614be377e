"""The order of a program's groups: as traced, but in blocks where they are large, so that values are used while near.

A block is some outputs with all that they still need. Its operations run in the order in which they were traced.
"""

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

    def chosen(self, mask: NDArray[np.bool_]) -> "Part":
        """The values under the mask."""
        if mask.all():
            return self
        if self.weights is not None:
            factors, *bias = self.operands
            operands = (factors, *(values[mask] for values in bias))
            return self._replace(out=self.out[mask], operands=operands, weights=self.weights[:, mask])
        return self._replace(out=self.out[mask], operands=tuple(operand[mask] for operand in self.operands))


def scheduled(parts: Sequence[Part], outputs: Sequence[Ids], count: int) -> list[Part]:
    """The parts in an order in which few values wait to be read; ``count`` is that of all values of the graph."""
    waiting = np.zeros(count, bool)
    for part in parts:
        waiting[part.out] = True
    if waiting.sum() <= _VALUES:
        return list(parts)
    sinks = np.concatenate(outputs)
    order: list[Part] = []
    first, size = 0, len(sinks)
    while first < len(sinks):
        needed = _needed(parts, sinks[first : first + size], waiting)
        while size > 1 and needed.sum() > _VALUES:
            size = (size + 1) // 2
            needed = _needed(parts, sinks[first : first + size], waiting)
        if needed.sum() > _VALUES >= (waiting & ~needed).sum():
            size, needed = len(sinks), waiting.copy()  # the outputs have nearly everything in common
        order += [part.chosen(mask) for part in parts if (mask := needed[part.out]).any()]
        waiting &= ~needed
        first += size
        if needed.sum() > _VALUES:
            size = len(sinks)  # what the outputs have in common is done
    return order


def _needed(parts: Sequence[Part], sinks: Ids, waiting: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """The values that wait and that these need; a matrix product is never parted."""
    needed = np.zeros(len(waiting), bool)
    needed[sinks] = waiting[sinks]
    for part in reversed(parts):
        mask = needed[part.out]
        if not mask.any():
            continue
        if part.weights is not None:
            needed[part.out] = mask = waiting[part.out]
        for operand in part.chosen(mask).operands:
            needed[operand] = waiting[operand]
    return needed
