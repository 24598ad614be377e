"""The numbers of the paths of a run: a path's noise depends on its number, never on its place in the run."""

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from maruyama.arguments import refuse_masked, whole_number

__all__ = ["PathNumbers", "PathsArgument", "path_numbers"]

PathsArgument: TypeAlias = int | range | ArrayLike

_LIMIT = 2**64


@dataclass(frozen=True)
class PathNumbers:
    """``count`` numbers below 2^64, in the order of the rows of the run."""

    numbers: range | NDArray[np.uint64]
    count: int

    def __getitem__(self, row: int) -> int:
        return int(self.numbers[row])

    @property
    def first(self) -> int:
        """The number of row 0; 0 where there are no rows."""
        return self[0] if self.count else 0

    def listed(self) -> NDArray[np.uint64] | None:
        """All of them, or None where they are first, first + 1, ..."""
        if not isinstance(self.numbers, range):
            return self.numbers
        if self.numbers.step == 1 or self.count < 2:
            return None
        return self.array()

    def array(self) -> NDArray[np.uint64]:
        """All of them, ``(count,)``."""
        if not isinstance(self.numbers, range):
            return self.numbers
        offsets = np.arange(self.count, dtype=np.uint64)
        return np.uint64(self.first) + np.uint64(self.numbers.step if self.count > 1 else 1) * offsets


def path_numbers(paths: PathsArgument) -> PathNumbers:
    """Read ``paths``: a count, a range, or an array of path numbers."""
    if isinstance(paths, range):
        return _of_range(paths)
    if isinstance(paths, int | np.integer):
        return _of_range(range(whole_number(paths, "paths")))
    numbers = _array(paths)
    if numbers.dtype.kind == "O" and all(isinstance(number, int) for number in numbers.flat):
        raise OverflowError("path numbers must fit in 64 bits, none of them negative")
    if numbers.ndim != 1 or (numbers.dtype.kind not in "iu" and numbers.size):
        raise TypeError(
            f"paths must be a count, a range or a one-dimensional array of integers, got {_described(numbers)}"
        )
    if numbers.size and numbers.min() < 0:
        raise ValueError(f"path numbers must not be negative, got {numbers.min()}")
    return PathNumbers(numbers.astype(np.uint64), numbers.size)


def _array(paths: ArrayLike) -> NDArray[Any]:
    """``paths`` as NumPy reads it, but for lists such as ``[0, 2**63]``, of which NumPy makes floats, and objects."""
    refuse_masked(paths, "paths")
    numbers: NDArray[Any] = np.asarray(paths)
    if not (numbers.dtype.kind == "O" or (isinstance(paths, list | tuple) and numbers.dtype.kind == "f")):
        return numbers
    whole = list(numbers.flat if numbers.dtype.kind == "O" else paths)  # type: ignore[arg-type]
    if whole and all(isinstance(path, int | np.integer) for path in whole):
        numbers = np.asarray(paths, object)
        return numbers.astype(np.uint64) if min(numbers) >= 0 and max(numbers) < _LIMIT else numbers
    return numbers


def _of_range(numbers: range) -> PathNumbers:
    if numbers.step < 1:
        raise ValueError(f"paths={numbers} must go upwards: list the numbers in an array to run them in another order")
    count = max(0, -(-(numbers.stop - numbers.start) // numbers.step))  # len() overflows where this does not
    if count and numbers.start < 0:
        raise ValueError(f"path numbers must not be negative, got {numbers}")
    if count and numbers.start + (count - 1) * numbers.step >= _LIMIT:
        raise OverflowError(f"path numbers must fit in 64 bits, got {numbers}")
    return PathNumbers(numbers, count)


def _described(numbers: NDArray[Any]) -> str:
    if numbers.dtype.kind == "b":
        return "a mask: say np.flatnonzero(mask)"
    return f"dtype {numbers.dtype} and shape {numbers.shape}"
