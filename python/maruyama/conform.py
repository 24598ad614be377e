"""What a user's field returned, made an array of the run; or the sentence that says how to return one."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from maruyama.arguments import real_array

__all__ = ["Again", "Conform"]

Again = Callable[[int], tuple[object, int]]  # given the rows of a block: the field's result for others, and how many


class Conform:
    """Turns results of the field ``name`` into arrays ``(rows, *tail)`` of ``dtype``, broadcast as NumPy would.

    Where a block has one path, or as many as dimensions, a wrong shape can look like a right one. The first result of a
    run that has such a shape is doubted: the field is called ``again`` with another number of rows, and that result has
    to fit.
    """

    def __init__(
        self, name: str, tail: tuple[int, ...], dtype: np.dtype[Any], paths: int, flat: str, again: Again | None = None
    ) -> None:
        self.name, self.tail, self.dtype, self.paths = name, tail, dtype, paths
        self.flat = flat  # the remedy of a 1-d per_path array, where there is one
        self.again = again
        self._known: set[tuple[int, ...]] = set()  # shapes that were doubted and fit
        self._asks = False

    def __call__(self, result: object, rows: int) -> NDArray[Any]:
        """The result for a block of ``rows`` paths, C-contiguous; it may be the user's own memory."""
        values = self._read(result)
        spread = self._spread(values, rows)
        with np.errstate(all="ignore"):  # what overflows float32 is infinite, and found as such
            conformed = np.ascontiguousarray(spread, self.dtype)
        if self.again is None or values.shape in self._known or not self._is_in_doubt(values.shape, rows):
            return conformed
        conformed = conformed.copy()  # the next call may write where this one did
        self._known.add(values.shape)
        self._ask(self.again, rows)
        return conformed

    def _read(self, result: object) -> NDArray[Any]:
        if result is None:
            raise TypeError(f"{self.name} returned None: it must return an array; did you forget `return`?")
        return real_array(result, f"the result of {self.name}")

    def _spread(self, values: NDArray[Any], rows: int) -> NDArray[Any]:
        shape = (rows, *self.tail)
        try:
            return np.broadcast_to(values, shape)
        except ValueError:
            raise ValueError(
                f"{self.name} returned shape {values.shape}, expected {shape}: {self._remedy(values.shape, rows)}"
            ) from None

    def _is_in_doubt(self, shape: tuple[int, ...], rows: int) -> bool:
        """Whether another axis than the first could be that of the paths; of one path and dimension all is the same."""
        dim = self.tail[0]
        return dim > 1 and (rows in shape if rows == dim else rows == 1 and shape in ((1,), (1, 1)))

    def _ask(self, again: Again, rows: int) -> None:
        """Refuse a field whose result for another number of rows does not fit."""
        self._asks = True
        try:
            result, others = again(rows)
            self._spread(self._read(result), others)
        except Exception as error:
            error.add_note(
                f"{self.name} was called once more with another number of rows than {rows}, for a result of {rows} "
                f"rows and {self.tail[0]} dimensions can be read in two ways. A field takes any number of rows: "
                + (self.flat or "write a function of one state as mr.pointwise(f), and " + PER_PATH)
                + "."
            )
            raise
        self._asks = False

    def _remedy(self, got: tuple[int, ...], rows: int) -> str:
        if got and got[0] == self.paths != rows and not self._asks:
            return f"it is called on blocks of paths, here {rows} of {self.paths}; {PER_PATH}"
        if self.flat and len(got) > 1 and got[-1] == rows:
            return self.flat
        if len(self.tail) == 2:
            return f"with noise='general' return (paths, dim, m) = (paths, {self.tail[0]}, {self.tail[1]}) every time"
        if got == (rows,) and self.tail == (1,):
            return "keep the axis of the dimensions, e.g. result[:, None], or x[:, :1] in place of x[:, 0]"
        if self.name == "diffusion" and got and _is_matrix(got, rows, self.tail[0]):
            return f"{ONE_VALUE}; a matrix, (dim, m) or (paths, dim, m), needs noise='general'"
        return f"{ONE_VALUE}; a function of one state (dim,) goes through mr.pointwise(f)"


PER_PATH = "hand an array with one row per path over in args, as mr.per_path(array)"
ONE_VALUE = "return one value per dimension, e.g. np.stack([...], axis=1)"


def _is_matrix(shape: tuple[int, ...], rows: int, dim: int) -> bool:
    """Whether it looks as the matrix of one path or those of all."""
    return (len(shape) == 2 and shape[0] == dim != rows) or (len(shape) == 3 and shape[:2] in ((rows, dim), (1, dim)))
