"""A field called on other rows than a run has: to see which axis is that of the paths, and that they keep apart."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from maruyama.per_path import PerPath, block_arguments, keeps_marks
from maruyama.state import State

__all__ = ["RowByRow", "other_number", "result_of_rows"]


def other_number(apart_from: set[int]) -> int:
    """The least number of rows that is neither 1 nor one of these."""
    return next(rows for rows in range(2, len(apart_from) + 3) if rows not in apart_from)


def result_of_rows(function: Callable[..., Any], rows: int, state: State, t0: float, args: tuple[Any, ...]) -> Any:
    """What the field returns at t0 for the first rows of a run, which begin again where there are too few.

    A field that would compile for a new shape has an attribute ``shaped``, which gives an array of the result's shape.
    """
    x = state.x0[np.arange(rows) % len(state.x0)]
    x.flags.writeable = False
    tiled = tuple(
        _chosen(value, np.arange(rows) % len(value)) if isinstance(value, PerPath) else value for value in args
    )
    arguments = block_arguments(tiled, keep_marks=keeps_marks(function))
    return getattr(function, "shaped", function)(x, t0, *(arguments(0, rows) if arguments else ()))


_FEW = 8  # rows that a block is compared with
_DIGITS = {np.dtype(np.float64): (1e-4, 1e-6)}  # of the largest value of a column, and of all: float32 may be inside
_FEWER_DIGITS = (2.0**-6, 1e-4)  # of float32: bfloat16 may be inside


class RowByRow:
    """A field of which some rows of a block are computed alone as well, and must come out as they do in the block.

    A run calls a field on blocks of its paths. What a field computes of all rows of a block, as their mean, or of their
    places, would depend on how the run is cut. The first call is compared, the second, the fourth, and so on: paths
    that begin alike differ later. A field that gives another result for the same rows cannot be judged.
    """

    def __init__(
        self, function: Callable[..., Any], name: str, tail: tuple[int, ...], args: tuple[Any, ...], paths: int
    ) -> None:
        self.function, self._name, self._tail, self._paths = function, name, tail, paths
        self._marked = [isinstance(value, PerPath) for value in args]
        self._calls, self._next = 0, 1
        self.t = 0.0  # of the latest call

    def __call__(self, x: NDArray[Any], t: float, *args: Any) -> Any:
        """What the field returns."""
        self.t = t
        self._calls += 1
        result = self.function(x, t, *args)
        if self._calls < self._next or len(x) == self._paths:
            return result
        self._next *= 2
        if isinstance(result, np.ndarray):
            result = result.copy()  # the next call may write where this one did
        self._compare(result, x, t, args)
        return result

    def _compare(self, result: Any, x: NDArray[Any], t: float, args: tuple[Any, ...]) -> None:
        values = _numbers(result)
        if values is None or not _fits(values.shape, (len(x), *self._tail)):
            return
        some = np.linspace(len(x) - 1, 0, min(_FEW, max(len(x) - 1, 1))).astype(np.intp)
        if self._gives(values, some, x, t, args) or not self._gives(values, np.arange(len(x)), x, t, args):
            return
        raise ValueError(
            f"{self._name} gives other values for {len(some)} rows alone than for the same rows among {len(x)}. A run "
            "is cut into blocks: paths must not depend on each other, on their place or on their number. What has one "
            "row per path goes into args, as mr.per_path(array). Paths that act on each other are one path: x0 of "
            "shape (1, particles * dim), and x.reshape(-1, particles, dim) in the function"
        )

    def _gives(
        self, values: NDArray[Any], rows: NDArray[np.intp], x: NDArray[Any], t: float, args: tuple[Any, ...]
    ) -> bool:
        """Whether the field gives these rows of values once more, or nothing that could be compared."""
        states = x[rows]
        states.flags.writeable = False
        own = [_chosen(value, rows) if marked else value for value, marked in zip(args, self._marked, strict=True)]
        try:
            others = _numbers(self.function(states, t, *own))
        except Exception:  # of a field that takes some numbers of rows alone
            return True
        has_rows = values.ndim > 1 and len(values) == len(x)  # else it is one result for all paths
        wanted = values[rows] if has_rows else values
        if others is None or others.shape != wanted.shape or np.array_equal(others, wanted, equal_nan=True):
            return True
        with np.errstate(all="ignore"):
            sizes = np.where(np.isfinite(values), np.abs(values), 0.0)
            of_column, of_all = _DIGITS.get(values.dtype, _FEWER_DIGITS)
            columns = sizes.max(axis=0, initial=0.0) if has_rows else sizes
            close = np.maximum(of_column * columns, of_all * sizes.max(initial=0.0))
            return bool(np.isclose(others, wanted, rtol=0.0, atol=close, equal_nan=True).all())


def _fits(shape: tuple[int, ...], wanted: tuple[int, ...]) -> bool:
    """Whether NumPy broadcasts it; what else it may be is said where it is used."""
    try:
        return np.broadcast_shapes(shape, wanted) == wanted
    except ValueError:
        return False


def _chosen(value: Any, rows: NDArray[np.intp]) -> Any:
    return PerPath(value.array[rows]) if isinstance(value, PerPath) else value[rows]


def _numbers(result: Any) -> NDArray[Any] | None:
    """A field's result as an array of numbers, if it is one."""
    try:
        array = np.asarray(result)
    except Exception:
        return None
    return array if array.dtype.kind in "biuf" else None
