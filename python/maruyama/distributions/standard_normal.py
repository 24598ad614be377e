"""StandardNormal: N(0, I), the usual p_init."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from maruyama.arguments import whole_number
from maruyama.distributions.draws import normals
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

    def sample(self, paths: PathsArgument, *, seed: Seed, dtype: DTypeLike = np.float64) -> NDArray[Any]:
        """One draw for each path: ``(paths, dim)``, row i a function of the seed and of path number i alone."""
        return normals(paths, self.dim, seed, dtype)
