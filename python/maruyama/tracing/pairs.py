"""Two operations in one instruction, each rounded as before: a product and a sum, where nobody else reads the first."""

from collections.abc import Sequence

import numpy as np

from maruyama.tracing.graph import Ids
from maruyama.tracing.operations import PAIRS
from maruyama.tracing.schedule import Part

__all__ = ["paired"]

_FIRST = ("none", *dict.fromkeys(made for _, _, made in PAIRS))


def paired(parts: Sequence[Part], outputs: Sequence[Ids], count: int) -> list[Part]:
    """The parts with pairs in place of operations and what they read alone; ``count`` is that of all values."""
    reads = np.zeros(count, np.int64)
    for values in [*(operand.reshape(-1) for part in parts for operand in part.operands), *outputs]:
        np.add.at(reads, values, 1)
    made_by = np.zeros(count, np.int64)  # places in _FIRST
    operands = np.zeros((2, count), np.int64)
    result: list[Part] = []
    for part in parts:
        left = np.ones(len(part.out), bool)
        for (operation, place, first), pair in PAIRS.items():
            if operation != part.operation:
                continue
            read = part.operands[place]
            mask = left & (reads[read] == 1) & (made_by[read] == _FIRST.index(first))
            if mask.any():
                left &= ~mask
                chosen = (*operands[:, read[mask]], part.operands[1 - place][mask])
                result.append(Part(pair, part.out[mask], chosen, None, part.line))
                reads[read[mask]] = 0
        if left.any():
            result.append(rest := part.chosen(left))
            name = "multiply" if rest.operation == "square" else rest.operation
            if name in _FIRST:
                made_by[rest.out] = _FIRST.index(name)
                operands[:, rest.out] = rest.operands[0], rest.operands[-1]
    return [part.chosen(mask) for part in result if (mask := reads[part.out] > 0).any()]
