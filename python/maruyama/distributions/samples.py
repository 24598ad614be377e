"""Samples: the empirical measure of a data set."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from maruyama.arguments import float_dtype, real_array
from maruyama.distributions.draws import uniforms
from maruyama.distributions.parameters import finite_array
from maruyama.path_numbers import PathsArgument
from maruyama.seeding import Seed

__all__ = ["Samples"]


class Samples:
    """The law that gives every row of a data set the same probability.

    Parameters
    ----------
    data : array_like, shape (n, dim)
        Copied. float32 stays; any other dtype becomes float64.

    Notes
    -----
    A path draws row floor(n u) with a uniform u of 52 bits, so a row's probability differs from 1/n by at most 2^-52.

    Examples
    --------
    >>> import maruyama as mr
    >>> law = mr.Samples([[0.0], [1.0], [5.0]])
    >>> law.sample(8, seed=7).ravel().tolist()
    [0.0, 1.0, 5.0, 5.0, 0.0, 0.0, 0.0, 0.0]
    >>> law.mean.tolist()
    [2.0]
    """

    def __init__(self, data: ArrayLike) -> None:
        given = real_array(data, "data")
        if given.ndim != 2 or not len(given):
            one = "; for n numbers give data[:, None]" if given.ndim == 1 else ""
            raise ValueError(f"data has shape {given.shape}, expected (n, dim) with at least one row{one}")
        self.data = finite_array(given, "data", np.float32 if given.dtype == np.float32 else np.float64)

    @property
    def dim(self) -> int:
        """Dimensions of a state."""
        return int(self.data.shape[1])

    @property
    def mean(self) -> NDArray[np.float64]:
        """Of the rows: ``(dim,)``."""
        return np.asarray(self.data.mean(axis=0, dtype=np.float64))

    @property
    def variance(self) -> NDArray[np.float64]:
        """Of the measure, which divides by n: ``(dim,)``."""
        return np.asarray(self.data.var(axis=0, dtype=np.float64))

    @property
    def covariance(self) -> NDArray[np.float64]:
        """Of the measure, which divides by n: ``(dim, dim)``."""
        apart = self.data - self.mean
        return np.asarray(apart.T @ apart / len(apart))

    def rows(self, paths: PathsArgument, *, seed: Seed) -> NDArray[np.int64]:
        """Which row of the data each path draws: ``(paths,)``. It finds labels and the like for `sample`."""
        # below n even for the largest u = 1 - 2^-53: n u rounds to a number below n
        return np.floor(uniforms(paths, 1, seed)[:, 0] * len(self.data)).astype(np.int64)

    def sample(self, paths: PathsArgument, *, seed: Seed, dtype: DTypeLike = np.float64) -> NDArray[Any]:
        """One row for each path: ``(paths, dim)``, row i a function of the seed and of path number i alone."""
        wanted = float_dtype(dtype)
        return self.data[self.rows(paths, seed=seed)].astype(wanted, copy=False)

    def __repr__(self) -> str:
        return f"Samples({len(self.data)} rows of {self.dim} dimensions, {self.data.dtype})"
