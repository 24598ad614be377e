"""What a user's field returned, made an array of the run; or the sentence that says how to return one."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from maruyama.arguments import real_array

__all__ = ["Conform"]


class Conform:
    """Turns results of the field ``name`` into arrays ``(rows, *tail)`` of ``dtype``, broadcast as NumPy would."""

    def __init__(self, name: str, tail: tuple[int, ...], dtype: np.dtype[Any], paths: int, flat: str) -> None:
        self.name, self.tail, self.dtype, self.paths = name, tail, dtype, paths
        self.flat = flat  # the remedy of a 1-d per_path array, where there is one

    def __call__(self, result: object, rows: int) -> NDArray[Any]:
        """The result for a block of ``rows`` paths, C-contiguous; it may be the user's own memory."""
        if result is None:
            raise TypeError(f"{self.name} returned None: it must return an array; did you forget `return`?")
        values = real_array(result, f"the result of {self.name}")
        shape = (rows, *self.tail)
        try:
            values = np.broadcast_to(values, shape)
        except ValueError:
            raise ValueError(
                f"{self.name} returned shape {values.shape}, expected {shape}: {self._remedy(values.shape, rows)}"
            ) from None
        with np.errstate(over="ignore"):  # what overflows float32 is infinite, and found as such
            return np.ascontiguousarray(values, self.dtype)

    def _remedy(self, got: tuple[int, ...], rows: int) -> str:
        if got and got[0] == self.paths != rows:
            return (
                f"it is called on blocks of paths, here {rows} of {self.paths}; hand an array with one row per path "
                "over in args, as mr.per_path(array)"
            )
        if self.flat and len(got) > 1 and got[-1] == rows:
            return self.flat
        if len(self.tail) == 2:
            return f"with noise='general' return (paths, dim, m) = (paths, {self.tail[0]}, {self.tail[1]}) every time"
        if got == (rows,) and self.tail == (1,):
            return "keep the axis of the dimensions, e.g. result[:, None], or x[:, :1] in place of x[:, 0]"
        return "return one value per dimension, e.g. np.stack([...], axis=1)"
