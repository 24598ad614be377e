"""The result of a run."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from maruyama.seeding import KnownSeed, seed_text

__all__ = ["Paths"]


@dataclass(frozen=True, eq=False, repr=False)
class Paths:
    """The saved states of many paths.

    Attributes
    ----------
    t : ndarray, shape (saves,)
        The times of the saved states, float64.
    x : ndarray, shape (saves, paths, dim)
        The states; it is the memory of ``out`` where that was given.
    seed : int, SeedSequence or None
        What repeats the run; None for an ODE.
    paths : range or ndarray of uint64, shape (paths,)
        The number of each path.
    route : str
        How each coefficient was run: "callback", "c function" or "constant".

    Examples
    --------
    >>> import maruyama as mr
    >>> mr.euler_maruyama(-1.0, [0.5, 0.1], [1.0, 2.0], paths=5, steps=10, save=5, seed=7)
    Paths(5 paths, 2 dimensions, 3 saves from t = 0 to 1, float64, seed=7, drift: constant, diffusion: constant)
    """

    t: NDArray[np.float64]
    x: NDArray[Any]
    seed: KnownSeed | None
    paths: Sequence[int] | NDArray[np.uint64]
    route: str

    @property
    def final(self) -> NDArray[Any]:
        """The last saved state of every path, ``(paths, dim)``: a view of ``x[-1]``."""
        last: NDArray[Any] = self.x[-1]
        return last

    def __repr__(self) -> str:
        saves, paths, dim = self.x.shape
        times = f"t = {self.t[0]:g}" if saves == 1 else f"{saves} saves from t = {self.t[0]:g} to {self.t[-1]:g}"
        seed = "" if self.seed is None else f", seed={seed_text(self.seed)}"
        sizes = f"{_counted(paths, 'path')}, {_counted(dim, 'dimension')}"
        return f"Paths({sizes}, {times}, {self.x.dtype}{seed}, {self.route})"


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"
