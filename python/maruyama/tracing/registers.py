"""Registers for the values of a program: few, lying side by side where they can, outputs each in a row of their own.

A value takes the place of an operand that dies at the same position, else free registers in one run, else any that are.
Registers of outputs are kept for them, and lent meanwhile to values that are gone before the output is made.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from maruyama.tracing.errors import Line
from maruyama.tracing.graph import Ids

__all__ = ["Step", "registers"]

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
    positions = [_single_positions(step.operands) if step.works_in_place else {} for step in steps]
    pool = _Pool(kept, made, last, _heirs(steps, positions, kept, last))
    for number, step in enumerate(steps):
        dying = np.concatenate([operand.reshape(-1) for operand in step.operands])
        dying = dying[(last[dying] == number) & (made[dying] >= 0)]
        pool.place(step, dying, positions[number])
    return pool.count, pool.register


class _Pool:
    """The registers while the program is walked through."""

    def __init__(self, kept: Ids, made: NDArray[np.int64], last: NDArray[np.int64], heirs: dict[int, int]) -> None:
        self.last, self._heirs = last, heirs
        self.count = len(kept)
        self.register = np.full(len(made), -1)
        self.register[kept] = np.arange(len(kept))
        self._is_kept = np.zeros(len(made), bool)
        self._is_kept[kept] = True
        self._free = np.ones(len(kept), bool)
        self._until = made[kept]  # when the register is wanted for its output

    def place(self, step: Step, dying: Ids, positions: dict[int, int]) -> None:
        """Give the results of a step their registers, and free those of the values that it reads last."""
        waiting = self._before_heirs(step.out[~self._is_kept[step.out]])
        if step.works_in_place and len(waiting) and len(dying):
            waiting = self._in_place(step, dying, waiting, positions)
        if len(waiting):
            self.register[waiting] = self._found(len(waiting), int(self.last[waiting].max()))
        self._free[self.register[dying]] = True
        self._free[self.register[step.out]] = False

    def _before_heirs(self, waiting: Ids) -> Ids:
        """Results that live where an output will take their place; what is left of those that wait."""
        for value in waiting.tolist():
            if (heir := self._heirs.get(value)) is not None and self._free[self.register[heir]]:
                self.register[value] = self.register[heir]
                self._free[self.register[value]] = False
        return waiting[self.register[waiting] < 0]

    def _in_place(self, step: Step, dying: Ids, waiting: Ids, positions: dict[int, int]) -> Ids:
        """Results that take an operand's place; what is left of those that wait."""
        dead = set(dying.tolist())
        registers = {source: int(self.register[source]) for source in dead}
        still = set(waiting.tolist())
        for place, (value, *sources) in enumerate(zip(step.out.tolist(), *_lists(step.operands), strict=True)):
            for source in sources if value in still else ():
                if source in dead and positions[source] == place and self._may_follow(registers[source], value):
                    dead.discard(source)
                    self.register[value] = registers[source]
                    break
        return waiting[self.register[waiting] < 0]

    def _may_follow(self, register: int, value: int) -> bool:
        """Whether the register is not wanted before the value is read last, or is wanted by its heir."""
        heir = self._heirs.get(value)
        heirs_own = heir is not None and bool(self.register[heir] == register)
        return heirs_own or bool(self._until[register] > self.last[value])

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


def _heirs(
    steps: Sequence[Step], positions: Sequence[dict[int, int]], kept: Ids, last: NDArray[np.int64]
) -> dict[int, int]:
    """The output that at last takes the place of a value, each time at the position at which it is read last."""
    heirs = {value: value for value in kept.tolist()}
    for number in range(len(steps) - 1, -1, -1):
        out = steps[number].out.tolist()
        for value, place in positions[number].items():
            if place >= 0 and (heir := heirs.get(out[place])) is not None and last[value] == number:
                heirs[value] = heir
    return heirs


def _lists(operands: tuple[Ids, ...]) -> list[list[int]]:
    return [operand.tolist() for operand in operands]


def _single_positions(operands: tuple[Ids, ...]) -> dict[int, int]:
    """The position at which an operand is read, -1 where there are several."""
    numbers = _lists(operands)
    positions = {value: place for operand in numbers for place, value in enumerate(operand)}
    if len(positions) == sum(map(len, numbers)):
        return positions  # each is read once
    for operand in numbers:
        for place, value in enumerate(operand):
            if positions.setdefault(value, place) != place:
                positions[value] = -1
    return positions
