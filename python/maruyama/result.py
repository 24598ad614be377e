"""The result of a run."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, NoReturn

import numpy as np
from numpy.typing import ArrayLike, NDArray

from maruyama.course import Course
from maruyama.path_numbers import path_numbers
from maruyama.paths_file import File, read_fields, write_fields
from maruyama.seeding import KnownSeed, seed_text

__all__ = ["Paths"]


@dataclass(frozen=True, eq=False, repr=False)
class Paths:
    """The saved states of many paths.

    Given to a run in place of ``x0`` it is continued: ``mr.euler_maruyama(drift, diffusion, run, steps=...)`` begins
    at its last states and takes over its path numbers, its seed, its time and the count of its steps, and so gives the
    bits of one long run.

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
    course : Course or None
        What a run that goes on from this one must know; only the library makes it.

    Examples
    --------
    >>> import maruyama as mr
    >>> mr.euler_maruyama(-1.0, [0.5, 0.1], [1.0, 2.0], paths=5, steps=10, save=5, seed=7)
    Paths(5 paths, 2 dimensions, 3 saves from t = 0 to 1, float64, seed=7, drift: constant, diffusion: constant)

    One long run, and the same in two pieces:

    >>> whole = mr.euler_maruyama(-1.0, 0.5, [1.0], paths=5, steps=20, t=(0.0, 2.0), seed=7)
    >>> half = mr.euler_maruyama(-1.0, 0.5, [1.0], paths=5, steps=10, t=(0.0, 1.0), seed=7)
    >>> bool((mr.euler_maruyama(-1.0, 0.5, half, steps=10).final == whole.final).all())
    True
    """

    t: NDArray[np.float64]
    x: NDArray[Any]
    seed: KnownSeed | None
    paths: Sequence[int] | NDArray[np.uint64]
    route: str
    course: Course | None = None

    @property
    def final(self) -> NDArray[Any]:
        """The last saved state of every path, ``(paths, dim)``: a view of ``x[-1]``."""
        last: NDArray[Any] = self.x[-1]
        return last

    @property
    def steps(self) -> int | None:
        """How many steps the paths have taken, those of the runs that this one goes on from included."""
        return None if self.course is None else self.course.steps

    @property
    def method(self) -> str | None:
        """The function that ran: "euler" or "euler_maruyama"."""
        return None if self.course is None else self.course.method

    def take(self, rows: ArrayLike | slice) -> "Paths":
        """Some of the paths, by their rows in ``x``, with their numbers: all else stays as it is.

        Parameters
        ----------
        rows : slice, or array_like of int or bool
            As NumPy takes them; ``np.flatnonzero(np.isin(run.paths, numbers))`` finds the rows of path numbers.

        Returns
        -------
        Paths
            It can go on as the whole can, with the same bits for these paths.

        Examples
        --------
        >>> import maruyama as mr
        >>> run = mr.brownian(1000, steps=10, seed=7)
        >>> few = mr.brownian(run.take([3, 999]), steps=10, save="final").final
        >>> bool((few == mr.brownian(run, steps=10, save="final").final[[3, 999]]).all())
        True
        """
        if isinstance(rows, slice):
            paths = self.paths[rows]
            if isinstance(paths, range) and paths.step < 0:
                paths = np.fromiter(paths, np.uint64, len(paths))
            return replace(self, x=self.x[:, rows], paths=paths)
        index = np.asarray(rows)
        if index.ndim != 1 or (index.size and index.dtype.kind not in "iub"):
            raise TypeError(f"rows must be a slice, integers or a mask, in one row, got {rows!r}")
        index = index if index.size else index.astype(np.int64)
        return replace(self, x=self.x[:, index], paths=path_numbers(self.paths).array()[index])

    def save(self, file: File) -> None:
        """Write everything into a file of NumPy's ``.npz`` format, without pickle.

        Parameters
        ----------
        file : str, path or binary file
            Of a path, the name is taken as it is, and the file appears when it is complete: a run that is stopped
            while it writes leaves an older file as it was.

        Examples
        --------
        >>> import tempfile
        >>> import maruyama as mr
        >>> run = mr.brownian(1000, steps=10, seed=7)
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     run.save(f"{folder}/run.npz")
        ...     kept = mr.Paths.load(f"{folder}/run.npz")
        >>> bool((mr.brownian(kept, steps=10).x == mr.brownian(run, steps=10).x).all())
        True
        """
        fields = {name: getattr(self, name) for name in ("t", "x", "seed", "paths", "route", "course")}
        write_fields(file, fields)

    @classmethod
    def load(cls, file: File) -> "Paths":
        """Read what `save` wrote: the run goes on from it with the same bits. Nothing in the file is executed.

        Parameters
        ----------
        file : str, path or binary file

        Raises
        ------
        ValueError
            If the file holds no run, or one that a later version of the library wrote.
        """
        return cls(**read_fields(file))

    def __array__(self, *_: object, **__: object) -> NoReturn:
        raise TypeError("a run was given where an array is expected: say which of its states, run.final or run.x")

    def __repr__(self) -> str:
        saves, paths, dim = self.x.shape
        times = f"t = {self.t[0]:g}" if saves == 1 else f"{saves} saves from t = {self.t[0]:g} to {self.t[-1]:g}"
        seed = "" if self.seed is None else f", seed={seed_text(self.seed)}"
        sizes = f"{_counted(paths, 'path')}, {_counted(dim, 'dimension')}"
        return f"Paths({sizes}, {times}, {self.x.dtype}{seed}, {self.route})"


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"
