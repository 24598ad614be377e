"""The initial state of a run, from anything NumPy can read."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from maruyama.arguments import float_dtype, real_array, shown
from maruyama.output import apart
from maruyama.path_numbers import PathNumbers, PathsArgument, path_numbers

__all__ = ["State", "initial_state", "require_finite"]


@dataclass(frozen=True)
class State:
    """``x0`` is C-contiguous and aligned, ``(paths, dim)``, or ``(1, dim)`` where ``is_shared`` by all paths."""

    x0: NDArray[Any]
    numbers: PathNumbers
    is_shared: bool

    @property
    def paths(self) -> int:
        """How many paths the run has."""
        return self.numbers.count

    @property
    def dim(self) -> int:
        """Dimensions of a path's state."""
        return int(self.x0.shape[1])

    @property
    def dtype(self) -> np.dtype[Any]:
        """float64 or float32, of the whole run."""
        return self.x0.dtype

    def apart_from(self, out: NDArray[Any]) -> "State":
        """The same state, in memory that it does not share with ``out``."""
        x0 = apart(self.x0, out)
        return self if x0 is self.x0 else replace(self, x0=x0)


def initial_state(x0: ArrayLike, paths: PathsArgument | None, dtype: DTypeLike | None) -> State:
    """Read ``x0``, ``paths`` and ``dtype`` together: float32 stays, every other real dtype becomes float64."""
    given = _real_states(x0)
    if dtype is None:
        dtype = np.float32 if given.dtype.kind == "f" and given.dtype.itemsize == 4 else np.float64
    x = _as_core_reads(given, float_dtype(dtype))
    if x.ndim == 2:
        return _one_row_each(x, paths)
    if x.ndim > 2:
        raise ValueError(
            f"x0 has shape {x.shape}, expected (paths, dim), or (dim,) with paths=...: give x0.reshape(len(x0), -1), "
            f"and in the field use x.reshape(-1, {', '.join(map(str, x.shape[1:]))}) and reshape its result back"
        )
    if paths is None:
        raise ValueError(_paths_missing(x.shape))
    return State(x.reshape(1, x.size), path_numbers(paths), is_shared=True)


def _as_core_reads(given: NDArray[Any], dtype: np.dtype[Any]) -> NDArray[Any]:
    if type(given) is np.ndarray and given.dtype == dtype and given.flags.c_contiguous and given.flags.aligned:
        return given
    with np.errstate(all="ignore"):  # what overflows float32 is found by require_finite
        return np.require(given, dtype, ["C", "A"])


def _real_states(x0: ArrayLike) -> NDArray[Any]:
    try:
        return real_array(x0, "x0")
    except TypeError as error:
        if np.asarray(x0).dtype.kind != "c":
            raise
        raise TypeError(
            f"{error}: give real and imaginary parts as dimensions, np.concatenate([x0.real, x0.imag], axis=1), and in "
            "the field use z = x[:, :n] + 1j * x[:, n:]"
        ) from None


def require_finite(state: State) -> None:
    """Refuse an initial state that is not finite, by the number of its path."""
    finite = np.isfinite(state.x0)
    if state.paths and not finite.all():
        row = int(np.argmin(finite.all(axis=1)))
        whose = "x0" if state.is_shared else f"x0 of path {state.numbers[row]}"
        raise ValueError(f"{whose} is not finite: {state.x0[row]}; let such paths go on with nonfinite='propagate'")


def _one_row_each(x: NDArray[Any], paths: PathsArgument | None) -> State:
    numbers = path_numbers(x.shape[0] if paths is None else paths)
    if numbers.count != x.shape[0]:
        one = "; x0[0] is one state for all of them" if x.shape[0] == 1 else ""
        raise ValueError(f"x0 has {x.shape[0]} rows, but paths={shown(paths)} asks for {numbers.count}{one}")
    return State(x, numbers, is_shared=False)


def _paths_missing(shape: tuple[int, ...]) -> str:
    if shape == ():
        return "x0 is a scalar: say how many paths start there, paths=..."
    return (
        f"x0 has shape {shape}, which is one state or many: for one state of {shape[0]} dimensions say paths=..., "
        f"for {shape[0]} paths of one dimension give x0[:, None]"
    )
