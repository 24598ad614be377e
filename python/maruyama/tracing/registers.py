"""Registers for the values of a program: few, lying side by side where they can, outputs each in a row of their own.

A value takes the place of an operand that dies at the same position, else free registers in one run, else any that are.
Registers of outputs are kept for them, and lent meanwhile to values that are gone before the output is made.
"""

from collections.abc import Sequence
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from maruyama.tracing.errors import Line
from maruyama.tracing.graph import Ids

__all__ = ["Step", "registers"]

Mask: TypeAlias = NDArray[np.bool_]

_FOREVER = np.iinfo(np.int64).max


class Step(NamedTuple):
    """One instruction in terms of values; operands as of a group of the graph."""

    operation: str
    out: Ids
    operands: tuple[Ids, ...]
    weights: NDArray[np.float64] | None
    line: Line

    @property
    def works_in_place(self) -> bool:
        """Whether the value at one position may take the place of an operand there."""
        return self.weights is None and self.operands[0].ndim == 1


def registers(steps: Sequence[Step], outputs: Sequence[Ids], count: int) -> tuple[int, NDArray[np.int64]]:
    """How many registers there are, and that of each of ``count`` values, -1 where it has none."""
    made = np.full(count, -1)  # when
    last = np.full(count, -1)  # when it is read for the last time
    for number, step in enumerate(steps):
        made[step.out] = number
        for operand in step.operands:
            last[operand] = number
    kept = np.concatenate([output[made[output] >= 0] for output in outputs] or [np.empty(0, np.int64)])
    last[kept] = _FOREVER
    ends = [[(last[each] == number) & (made[each] >= 0) for each in step.operands] for number, step in enumerate(steps)]
    replaceable = [_replaceable(step, masks, count) for step, masks in zip(steps, ends, strict=True)]
    pool = _Pool(kept, made, last, _heirs(steps, replaceable, kept, count))
    for step, masks, places in zip(steps, ends, replaceable, strict=True):
        dying = [operand[mask] for operand, mask in zip(step.operands, masks, strict=True)]
        pool.place(step, np.concatenate(dying), places)
    return pool.count, pool.register


class _Pool:
    """The registers while the program is walked through."""

    def __init__(self, kept: Ids, made: NDArray[np.int64], last: NDArray[np.int64], heirs: Ids) -> None:
        self.last, self._heirs = last, heirs
        self.count = len(kept)
        self.register = np.full(len(made), -1)
        self.register[kept] = np.arange(len(kept))
        self._free = np.ones(len(kept), bool)
        self._until = made[kept]  # when the register is wanted for its output

    def place(self, step: Step, dying: Ids, replaceable: Sequence[Mask]) -> None:
        """Give the results of a step their registers, and free those of the values that it reads last."""
        self._before_heirs(step.out[self.register[step.out] < 0])
        for operand, places in zip(step.operands, replaceable, strict=False):  # none where nothing works in place
            self._in_place(step.out, operand, places)
        waiting = step.out[self.register[step.out] < 0]
        if len(waiting):
            self.register[waiting] = self._found(len(waiting), int(self.last[waiting].max()))
        self._free[self.register[dying]] = True
        self._free[self.register[step.out]] = False

    def _before_heirs(self, waiting: Ids) -> None:
        """Let results live where an output will take their place, the first of those that have the same one."""
        waiting = waiting[self._heirs[waiting] >= 0]
        if not len(waiting):
            return
        waiting = waiting[self._free[self.register[self._heirs[waiting]]]]
        registers, firsts = np.unique(self.register[self._heirs[waiting]], return_index=True)
        self.register[waiting[firsts]] = registers
        self._free[registers] = False

    def _in_place(self, out: Ids, operand: Ids, replaceable: Mask) -> None:
        """Let results that wait take the place of the operand at their position."""
        places = np.flatnonzero(replaceable & (self.register[out] < 0))
        if not len(places):
            return
        values, registers = out[places], self.register[operand[places]]
        fits = self._may_follow(registers, values)
        self.register[values[fits]] = registers[fits]

    def _may_follow(self, registers: NDArray[np.int64], values: Ids) -> Mask:
        """Whether the register is not wanted before the value is read last, or is wanted by its heir."""
        heirs = self._heirs[values]
        heirs_own = (heirs >= 0) & (self.register[heirs] == registers)
        return np.asarray(heirs_own | (self._until[registers] > self.last[values]))

    def _found(self, count: int, end: int) -> NDArray[np.int64]:
        """Free registers for values that are read until ``end``."""
        free = self._free & (self._until > end)
        places = np.flatnonzero(free)
        if len(places) >= count:
            starts = np.flatnonzero(places[count - 1 :] - places[: len(places) - count + 1] == count - 1)
            return places[starts[0] : starts[0] + count] if len(starts) else places[:count]
        tail = self.count - (int(np.flatnonzero(~free)[-1]) + 1 if not free.all() else 0)
        first = self.count - min(tail, count)
        self.count = first + count
        more = self.count - len(self._free)
        self._free = np.append(self._free, np.ones(more, bool))
        self._until = np.append(self._until, np.full(more, _FOREVER))
        return np.arange(first, first + count)


def _heirs(steps: Sequence[Step], replaceable: Sequence[Sequence[Mask]], kept: Ids, count: int) -> Ids:
    """The output that at last takes the place of a value, each time at the position at which it is read last; or -1."""
    heirs = np.full(count, -1)
    heirs[kept] = kept
    for step, masks in zip(reversed(steps), reversed(replaceable), strict=True):
        of_results = heirs[step.out]
        for operand, places in zip(step.operands, masks, strict=False):
            heirs[operand[places]] = of_results[places]
    return heirs


def _replaceable(step: Step, ends: Sequence[Mask], count: int) -> Sequence[Mask]:
    """Which operands end at a step, and are read at one position alone; none where nothing may take their place."""
    if not step.works_in_place:
        return ()
    places = np.arange(len(step.out))
    place = np.empty(count, np.int64)
    for operand in step.operands:
        place[operand] = places
    elsewhere = [operand[place[operand] != places] for operand in step.operands]
    if not any(map(len, elsewhere)):
        return ends
    is_once = np.ones(count, bool)
    is_once[np.concatenate(elsewhere)] = False
    return [end & is_once[operand] for operand, end in zip(step.operands, ends, strict=True)]
