"""UniformBox: the uniform law on a box."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from maruyama.arguments import float_dtype
from maruyama.distributions.draws import uniforms
from maruyama.distributions.parameters import points, vector
from maruyama.path_numbers import PathsArgument
from maruyama.seeding import Seed

__all__ = ["UniformBox"]


class UniformBox:
    """The uniform law between ``low`` and ``high``, dimension by dimension.

    Parameters
    ----------
    low, high : array_like, shape (dim,), or float
        Corners of the box. A number stands for all dimensions of the other, or for the one dimension there is.

    Examples
    --------
    >>> import maruyama as mr
    >>> x = mr.UniformBox([0.0, -1.0], 1.0).sample(1000, seed=7)
    >>> x.shape, bool((x > [0.0, -1.0]).all() and (x < 1.0).all())
    ((1000, 2), True)
    """

    def __init__(self, low: ArrayLike, high: ArrayLike) -> None:
        low, high = vector(low, "low"), vector(high, "high")
        if low.size != high.size and 1 not in (low.size, high.size):
            raise ValueError(f"low has {low.size} dimensions, but high has {high.size}")
        self.low, self.high = np.broadcast_arrays(low, high)
        if not (self.low < self.high).all():
            place = int(np.argmin(self.low < self.high))
            raise ValueError(
                f"low must be below high, got {self.low[place]} and {self.high[place]} in dimension {place}"
            )
        with np.errstate(over="ignore"):
            if not np.isfinite(self.high - self.low).all():
                raise ValueError("high - low must be finite")

    @property
    def dim(self) -> int:
        """Dimensions of a state."""
        return int(self.low.size)

    @property
    def mean(self) -> NDArray[np.float64]:
        """The centre: ``(dim,)``."""
        return np.asarray(self.low + (self.high - self.low) / 2)

    @property
    def variance(self) -> NDArray[np.float64]:
        """Of each dimension, (high - low)^2 / 12: ``(dim,)``."""
        return np.asarray(np.square(self.high - self.low) / 12)

    @property
    def covariance(self) -> NDArray[np.float64]:
        """Diagonal: ``(dim, dim)``."""
        return np.diag(self.variance)

    def sample(self, paths: PathsArgument, *, seed: Seed, dtype: DTypeLike = np.float64) -> NDArray[Any]:
        """One draw for each path: ``(paths, dim)``, row i a function of the seed and of path number i alone.

        A value may be ``low`` or ``high`` itself, but only by rounding.
        """
        u = uniforms(paths, self.dim, seed)
        x = np.clip(self.low + (self.high - self.low) * u, self.low, self.high)
        return np.asarray(x, float_dtype(dtype))

    def log_density(self, x: ArrayLike) -> NDArray[np.float64]:
        """The log of p(x) at each row of ``x: (n, dim)``: ``(n,)``, -log(volume), or -inf outside."""
        where = points(x, self.dim)
        outside = ((where < self.low) | (where > self.high)).any(axis=1)
        density = np.where(outside, -np.inf, -np.log(self.high - self.low).sum())
        return np.where(np.isnan(where).any(axis=1), np.nan, density)

    def __repr__(self) -> str:
        return f"UniformBox({self.low.tolist()}, {self.high.tolist()})"
