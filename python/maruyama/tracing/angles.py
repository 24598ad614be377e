"""Sines and cosines of the same angles become one operation: it computes what both need once."""

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from maruyama.tracing.graph import Ids
from maruyama.tracing.schedule import Part

__all__ = ["with_shared_angles"]

_TOGETHER = 16  # angles of an operation, which is never parted: more would all wait for the last that is read


def with_shared_angles(parts: Sequence[Part]) -> list[Part]:
    """The parts, with "sincos" in place of a sine and a cosine of one value, where the first of the two was."""
    made = {name: _by_operand(parts, name) for name in ("sin", "cos")}
    shared = {angle: (made["sin"][angle], cosine) for angle, cosine in made["cos"].items() if angle in made["sin"]}
    return [each for part in parts for each in _with_shared(part, shared)] if shared else list(parts)


def _angles(part: Part) -> Ids:
    return part.operands[0]


def _values(part: Part) -> Ids:
    return part.out


def _by_operand(parts: Sequence[Part], name: str) -> dict[int, int]:
    chosen = [part for part in parts if part.operation == name]
    angles, values = ([number for part in chosen for number in ids(part).tolist()] for ids in (_angles, _values))
    return dict(zip(angles, values, strict=True))


def _with_shared(part: Part, shared: dict[int, tuple[int, int]]) -> Iterator[Part]:
    """What takes the place of a part; angles that are done are taken out of ``shared`` but for their name."""
    if part.operation not in ("sin", "cos"):
        yield part
        return
    angles = part.operands[0]
    is_shared: NDArray[np.bool_] = np.array([angle in shared for angle in angles.tolist()], bool)
    if not is_shared.all():
        yield part.chosen(~is_shared)
    fresh = [angle for angle in angles[is_shared].tolist() if shared[angle][0] >= 0]
    for first in range(0, len(fresh), _TOGETHER):
        yield _both(part, fresh[first : first + _TOGETHER], shared)


def _both(part: Part, angles: list[int], shared: dict[int, tuple[int, int]]) -> Part:
    sines, cosines = np.array([shared[angle] for angle in angles], np.int64).T
    shared.update(dict.fromkeys(angles, (-1, -1)))
    operands: tuple[Ids, ...] = (np.array(angles, np.int64)[:, None],)
    return Part("sincos", np.concatenate([sines, cosines]), operands, None, part.line)
