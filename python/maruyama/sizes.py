"""Memory for results: every size is multiplied without overflow and named before anything is allocated."""

import math
import sys
from typing import Any

import numpy as np
from numpy.typing import NDArray

from maruyama.memory_limits import memory_room

__all__ = ["allocate", "check_counters"]

_SMALL = 1 << 24  # bytes for which nobody is asked
_COUNTERS = 2**64  # path numbers, and the normals of a path, are counted in 64 bits
_STEPS = 2**63  # step numbers are signed


def allocate(shape: tuple[int, ...], dtype: np.dtype[Any], name: str, remedy: str) -> NDArray[Any]:
    """An array that is not yet filled, or a MemoryError that says how many bytes it would have taken."""
    needed, too_little = math.prod(shape) * dtype.itemsize, ""
    try:
        if max(needed, *shape, 0) > sys.maxsize:
            raise MemoryError
        if too_little := _too_little_room(needed):
            raise MemoryError
        return np.empty(shape, dtype)
    except (MemoryError, ValueError):  # ValueError: NumPy's own limit on sizes
        raise MemoryError(f"{name} of shape {shape} needs {bytes_text(needed)}; {remedy}{too_little}") from None


def _too_little_room(needed: int) -> str:
    """What Linux would grant, and end the process for when it is written to, in words; nothing where there is room."""
    room = memory_room() if needed >= _SMALL else None
    return f" ({room.giver} leaves {bytes_text(room.bytes)})" if room and needed > room.bytes else ""


def bytes_text(count: int) -> str:
    """E.g. ``8.0e15 bytes (7.1 PiB)``."""
    digits, exponent = f"{count:.1e}".split("e") if count < 1e300 else ("more than 1.0", "300")
    units = ["bytes", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"]
    power = min(max(count.bit_length() - 1, 0) // 10, len(units) - 1)
    if power == 0:
        return f"{count} bytes"
    scaled = f" ({count / 1024**power:.1f} {units[power]})" if count < 2**70 else ""
    return f"{digits}e{int(exponent)} bytes{scaled}"


def check_counters(steps: int, terms: int) -> None:
    """Refuse what the noise cannot count: it never wraps."""
    if steps >= _STEPS:
        raise OverflowError(f"steps={steps} does not fit in 63 bits")
    if steps * terms > _COUNTERS:
        raise OverflowError(f"steps * normals a step = {steps} * {terms} does not fit in 64 bits")
