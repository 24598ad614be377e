"""StandardNormal: N(0, I), the usual p_init."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from maruyama.arguments import whole_number
from maruyama.distributions.draws import normals
from maruyama.distributions.parameters import points
from maruyama.path_numbers import PathsArgument
from maruyama.seeding import Seed

__all__ = ["StandardNormal"]


@dataclass(frozen=True)
class StandardNormal:
    """The law N(0, I) on R^dim.

    Parameters
    ----------
    dim : int
        Dimensions of a state.

    Examples
    --------
    >>> import maruyama as mr
    >>> x0 = mr.StandardNormal(2).sample(1000, seed=7)
    >>> bool((x0[500:] == mr.StandardNormal(2).sample(range(500, 1000), seed=7)).all())
    True
    """

    dim: int

    def __post_init__(self) -> None:
        object.__setattr__(self, "dim", whole_number(self.dim, "dim"))

    @property
    def mean(self) -> NDArray[np.float64]:
        """Zero: ``(dim,)``."""
        return np.zeros(self.dim)

    @property
    def variance(self) -> NDArray[np.float64]:
        """One: ``(dim,)``."""
        return np.ones(self.dim)

    @property
    def covariance(self) -> NDArray[np.float64]:
        """The identity: ``(dim, dim)``."""
        return np.eye(self.dim)

    def log_density(self, x: ArrayLike) -> NDArray[np.float64]:
        """At each row of ``x: (n, dim)`` log p(x), which is ``-(|x|^2 + dim log(2 pi)) / 2``."""
        where = points(x, self.dim)
        return np.asarray(-0.5 * ((where**2).sum(axis=1) + self.dim * np.log(2 * np.pi)))

    def sample(self, paths: PathsArgument, *, seed: Seed, dtype: DTypeLike = np.float64) -> NDArray[Any]:
        """One draw for each path: ``(paths, dim)``, row i a function of the seed and of path number i alone."""
        return normals(paths, self.dim, seed, dtype)
