"""Where a model starts: its initial law, and the draws of it for some path numbers."""

from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from maruyama.arguments import float_dtype
from maruyama.distributions import Distribution, StandardNormal
from maruyama.path_numbers import PathsArgument, path_numbers
from maruyama.seeding import KnownSeed

__all__ = ["initial_draws", "initial_law"]


def initial_law(init: Distribution | int) -> Distribution:
    """The law that ``init`` means: a number is the dimensions of a standard normal."""
    if isinstance(init, int | np.integer) and not isinstance(init, bool):
        return StandardNormal(int(init))
    if isinstance(init, type) or not isinstance(init, Distribution):
        raise TypeError(
            f"init must be the number of dimensions or a law with dim and sample(paths, seed=..., dtype=...), such as "
            f"mr.StandardNormal(2), got {type(init).__name__}: for a data set write mr.Samples(data)"
        )
    return init


def initial_draws(init: Distribution, n: PathsArgument, seed: KnownSeed, dtype: DTypeLike) -> NDArray[Any]:
    """x_0 of each path: ``(paths, dim)``. What a user's own law gives is checked."""
    wanted = (path_numbers(n).count, init.dim)
    x0: Any = init.sample(n, seed=seed, dtype=float_dtype(dtype))
    if not isinstance(x0, np.ndarray) or x0.shape != wanted:
        shape = x0.shape if isinstance(x0, np.ndarray) else type(x0).__name__
        raise ValueError(f"{type(init).__name__}.sample gave {shape}, expected (paths, dim) = {wanted}")
    return x0.astype(float_dtype(dtype), copy=False)
