"""Reads a parameter of a law: finite numbers of float64 that nobody can change afterwards."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from maruyama.arguments import real_array

__all__ = ["finite_array", "points", "vector"]


def finite_array(value: ArrayLike, name: str, dtype: DTypeLike = np.float64) -> NDArray[Any]:
    """A read-only copy, or an error where an entry is infinite or not a number."""
    array = np.array(real_array(value, name), dtype, order="C")
    if not np.isfinite(array).all():
        raise ValueError(f"{name} must be finite, got {array[~np.isfinite(array)][0]}")
    array.flags.writeable = False
    return array


def vector(value: ArrayLike, name: str) -> NDArray[np.float64]:
    """``(dim,)``; a number is a vector of one dimension."""
    array = np.atleast_1d(finite_array(value, name))
    if array.ndim != 1:
        raise ValueError(f"{name} has shape {array.shape}, expected (dim,), or a number where dim is 1")
    return array


def points(x: ArrayLike, dim: int) -> NDArray[np.float64]:
    """Where a density is asked for: ``(n, dim)``."""
    array = real_array(x, "x").astype(np.float64)
    if array.ndim != 2 or array.shape[1] != dim:
        raise ValueError(f"x has shape {array.shape}, expected (n, {dim})")
    return array
