"""The memory a run writes into: the user's ``out``, checked, or a new array; and what must not share that memory."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from maruyama.arguments import is_masked_array
from maruyama.sizes import allocate

__all__ = ["apart", "check_out", "result_memory"]

_REMEDY = "save fewer steps (save=...), run fewer paths at a time (paths=range(a, b)) or pass out= a memmap"


def result_memory(
    out: NDArray[Any] | None, shape: tuple[int, int, int], dtype: np.dtype[Any], *, final: bool
) -> NDArray[Any]:
    """``(saves, paths, dim)`` for the core to fill; ``out`` itself, or a view of it, where it is given."""
    if out is None:
        return allocate(shape, dtype, "x", _REMEDY)
    check_out(out, [shape, shape[1:]] if final else [shape], dtype)
    return out if out.ndim == 3 else out[None]


def check_out(out: object, shapes: list[tuple[int, ...]], dtype: np.dtype[Any]) -> None:
    """Refuse an ``out`` that cannot be filled in place."""
    if not isinstance(out, np.ndarray) or is_masked_array(out):
        raise TypeError(f"{_wanted(shapes, dtype)}, got {type(out).__name__}")
    if out.shape not in shapes or out.dtype != dtype:
        raise ValueError(f"{_wanted(shapes, dtype)}, got {out.dtype} of shape {out.shape}")
    flags = out.flags
    if not (flags.c_contiguous and flags.aligned and flags.writeable):
        has = {"writeable": flags.writeable, "C-contiguous": flags.c_contiguous, "aligned": flags.aligned}
        lacks = " and not ".join(name for name, there in has.items() if not there)
        raise ValueError(f"{_wanted(shapes, dtype)}, got one that is not {lacks}")


def _wanted(shapes: list[tuple[int, ...]], dtype: np.dtype[Any]) -> str:
    return f"out must be a writeable C-contiguous {dtype} array of shape {' or '.join(map(str, shapes))}"


def apart(array: NDArray[Any], out: NDArray[Any]) -> NDArray[Any]:
    """``array``, or a copy of it where it may share memory with ``out``."""
    return array.copy() if np.may_share_memory(array, out) else array
