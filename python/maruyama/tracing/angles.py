"""Sines and cosines of the same angles become one operation: it computes what both need once."""

from collections.abc import Iterator, Sequence, Set
from itertools import islice

import numpy as np

from maruyama.tracing.graph import Ids
from maruyama.tracing.schedule import Part

__all__ = ["with_shared_angles"]

_TOGETHER = 16  # angles of an operation, which is never parted: more would all wait for the last that is read


def with_shared_angles(parts: Sequence[Part]) -> list[Part]:
    """The parts, with "sincos" in place of a sine and a cosine of one value, where the first of the two was."""
    sines, cosines = (_by_angle(parts, name) for name in ("sin", "cos"))
    waiting = {angle: (sines[angle], cosines[angle]) for angle in sines.keys() & cosines.keys()}
    shared = set(waiting)
    return [each for part in parts for each in _with_shared(part, shared, waiting)] if shared else list(parts)


def _by_angle(parts: Sequence[Part], name: str) -> dict[int, int]:
    chosen = [part for part in parts if part.operation == name]
    return {a: v for part in chosen for a, v in zip(part.operands[0].tolist(), part.out.tolist(), strict=True)}


def _with_shared(part: Part, shared: Set[int], waiting: dict[int, tuple[int, int]]) -> Iterator[Part]:
    """What takes the place of a part; the angles whose turn it is wait no more."""
    if part.operation not in ("sin", "cos"):
        yield part
        return
    angles = part.operands[0].tolist()
    alone = np.array([angle not in shared for angle in angles], bool)
    if alone.any():
        yield part.chosen(alone)
    both = {angle: waiting.pop(angle) for angle in angles if angle in waiting}
    for first in range(0, len(both), _TOGETHER):
        yield _both(part, dict(islice(both.items(), first, first + _TOGETHER)))


def _both(part: Part, values: dict[int, tuple[int, int]]) -> Part:
    sines_and_cosines: Ids = np.array(list(values.values()), np.int64).T.reshape(-1)
    return Part("sincos", sines_and_cosines, (np.array(list(values), np.int64)[:, None],), None, part.line)
