"""Gaussian: N(mean, covariance), with any covariance that is symmetric and has no negative eigenvalue."""

from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from maruyama.distributions.draws import normals
from maruyama.distributions.parameters import finite_array, points, vector
from maruyama.path_numbers import PathsArgument
from maruyama.seeding import Seed
from maruyama.tracing import CompiledFunction, compile

__all__ = ["Gaussian"]

_ROUNDING = (
    1e-12  # asymmetry and negative eigenvalues, relative to the largest entry, that computing a covariance leaves
)


class Gaussian:
    """The law N(mean, covariance) on R^dim.

    Parameters
    ----------
    mean : array_like, shape (dim,), or float
        A number is a mean of one dimension.
    covariance : float, or array_like of shape (dim,) or (dim, dim)
        One variance for all dimensions, one for each, or the matrix. It may be singular, even zero; then there is no
        density.

    Attributes
    ----------
    mean : ndarray, shape (dim,)
        E[x].
    axes : ndarray of shape (dim, dim), or None
        The eigenvectors of a covariance matrix, in columns; None where the dimensions are independent.
    spectrum : ndarray, shape (dim,)
        The variances along the axes, or of the dimensions.

    Notes
    -----
    A draw is mean + C^(1/2) z with the symmetric root, which is the same whatever eigenvectors LAPACK picks, and z as
    that of a `StandardNormal` with the same seed. Of a matrix the root is computed by LAPACK: on another machine such
    draws may differ in their last bits.

    Examples
    --------
    >>> import numpy as np
    >>> import maruyama as mr
    >>> law = mr.Gaussian([0.0, 2.0], [[1.0, 0.8], [0.8, 1.0]])
    >>> x = law.sample(100_000, seed=7)
    >>> np.round(np.cov(x.T), 1).tolist()
    [[1.0, 0.8], [0.8, 1.0]]
    >>> mr.Gaussian(2.0, 0.25).log_density([[2.0]]).round(4).tolist()
    [-0.2258]
    """

    def __init__(self, mean: ArrayLike, covariance: ArrayLike) -> None:
        self.mean = vector(mean, "mean")
        given = finite_array(covariance, "covariance")
        if given.shape not in [(), (self.dim,), (self.dim, self.dim)]:
            raise ValueError(
                f"covariance has shape {given.shape}, but the mean has {self.dim} dimensions: give a number, "
                f"({self.dim},) variances or ({self.dim}, {self.dim})"
            )
        self._given = given
        self.axes, self.spectrum = _axes_and_spectrum(given, self.dim)

    @property
    def dim(self) -> int:
        """Dimensions of a state."""
        return int(self.mean.size)

    @cached_property
    def covariance(self) -> NDArray[np.float64]:
        """The matrix E[(x - mean)(x - mean)^T]: ``(dim, dim)``."""
        return np.diag(self.spectrum) if self.axes is None else (self.axes * self.spectrum) @ self.axes.T

    @property
    def variance(self) -> NDArray[np.float64]:
        """Of each dimension: ``(dim,)``."""
        return self.spectrum if self.axes is None else np.diag(self.covariance)

    def sample(self, paths: PathsArgument, *, seed: Seed, dtype: DTypeLike = np.float64) -> NDArray[Any]:
        """One draw for each path: ``(paths, dim)``, row i a function of the seed and of path number i alone."""
        z = normals(paths, self.dim, seed, dtype)
        if self.axes is not None:
            drawn: NDArray[Any] = self._coloured(z, 0.0)
            return drawn
        return np.asarray(self.mean.astype(z.dtype) + np.sqrt(self.spectrum).astype(z.dtype) * z)

    def log_density(self, x: ArrayLike) -> NDArray[np.float64]:
        """At each row of ``x: (n, dim)`` log p(x), which is ``-(|C^(-1/2) (x - mean)|^2 + log det(2 pi C)) / 2``."""
        if not (self.spectrum > 0).all():
            raise ValueError("the covariance is singular: there is no density")
        apart = points(x, self.dim) - self.mean
        along = apart if self.axes is None else apart @ self.axes
        with np.errstate(over="ignore"):  # of a square beyond float64: there the density is 0
            squares = np.square(along / np.sqrt(self.spectrum)).sum(axis=1)
        return np.asarray(-0.5 * (squares + (np.log(2 * np.pi) + np.log(self.spectrum)).sum()))

    @cached_property
    def _coloured(self) -> CompiledFunction:
        """Mean + z @ C^(1/2), compiled because the bits of BLAS depend on how many rows it is given."""
        assert self.axes is not None
        root = (self.axes * np.sqrt(self.spectrum)) @ self.axes.T
        return compile(lambda z, t: self.mean + z @ root)

    def __reduce__(self) -> tuple[Any, ...]:
        return Gaussian, (self.mean, self._given)  # what was given, so that the roots have the same bits

    def __repr__(self) -> str:
        if self.dim < 5:
            return f"Gaussian(mean={self.mean.tolist()}, covariance={self._given.tolist()})"
        return f"Gaussian(dim={self.dim}, covariance of shape {self._given.shape})"


def _axes_and_spectrum(given: NDArray[np.float64], dim: int) -> tuple[NDArray[np.float64] | None, NDArray[np.float64]]:
    """The eigenvectors, or None, and the eigenvalues of a covariance in any of its three forms."""
    if given.ndim < 2:
        if (given < 0).any():
            raise ValueError(f"a variance must not be negative, got {given.min()}")
        return None, np.broadcast_to(given, dim)
    size = np.abs(given).max(initial=0.0)
    if np.abs(given - given.T).max(initial=0.0) > _ROUNDING * size:
        raise ValueError("covariance must be symmetric: (C + C.T) / 2 makes it so")
    spectrum, axes = np.linalg.eigh(given)
    if spectrum.min(initial=0.0) < -_ROUNDING * dim * size:
        raise ValueError(f"covariance must have no negative eigenvalue, got {spectrum.min()}")
    return axes, np.maximum(spectrum, 0.0)
