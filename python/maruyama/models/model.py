"""Model: what flow and diffusion models have in common, a law to start from and a run of its draws."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Unpack

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from maruyama.arguments import float_dtype, shown
from maruyama.beginning import grid_from, require_the_same
from maruyama.distributions import Distribution
from maruyama.errors import NonFiniteError
from maruyama.grid import Grid
from maruyama.models.arrival import to_the_end
from maruyama.models.options import RunOptions
from maruyama.models.start import initial_draws, initial_law
from maruyama.option_names import options_by_name
from maruyama.path_numbers import PathsArgument, path_numbers
from maruyama.per_path import PerPath
from maruyama.result import Paths
from maruyama.seeding import KnownSeed, Seed, known_seed, seed_text

__all__ = ["Model"]


class Model(ABC):
    """X_0 ~ p_init and an equation to follow. Sample i is a function of the seed and of the number i alone."""

    def __init__(self, init: Distribution | int) -> None:
        self.init = initial_law(init)

    @property
    def dim(self) -> int:
        """Dimensions of a sample."""
        return self.init.dim

    @options_by_name
    def sample(
        self,
        n: PathsArgument | Paths,
        *,
        seed: Seed = None,
        y: Any = None,
        args: Sequence[Any] = (),
        dtype: DTypeLike | None = None,
        **options: Unpack[RunOptions],
    ) -> NDArray[Any]:
        """X_1 of new samples.

        Parameters
        ----------
        n : int, range or array of int; or Paths
            How many samples, or their numbers. A run, `Paths`, as `trajectories` returns it, goes on to t = 1: by
            the steps that are left, or as ``t`` and ``steps`` say.
        seed : int, SeedSequence, integers, Generator or None
            What the draws of p_init, and the noise where there is some, are functions of; None draws fresh entropy.
        y : number, array_like of shape (n, ...), or None
            One label for all samples, or one row for each: the third argument of the field.
        args : tuple
            More arguments of the field, after y.
        dtype : float64 or float32
            Of the states, float64 by default.
        steps, t, threads, progress, nonfinite, out
            As of `euler`; the times are 0 to 1 unless ``t`` says otherwise.

        Returns
        -------
        ndarray, shape (n, dim)
            The states at the last time.

        Raises
        ------
        NonFiniteError
            If a state stops being finite: it names the call that shows that sample alone.
        TypeError, ValueError
            If ``y`` is neither one label nor one row a sample, or the field takes none; if the initial law gives what
            does not fit; if a run that goes on would not end at t = 1 and ``t`` does not say so; and what `euler` or
            `euler_maruyama` raises.
        """
        options = to_the_end(n, options, may_stop=False)
        return self.trajectories(n, seed=seed, y=y, args=args, dtype=dtype, save="final", **options).final

    @options_by_name
    def trajectories(
        self,
        n: PathsArgument | Paths,
        *,
        seed: Seed = None,
        y: Any = None,
        args: Sequence[Any] = (),
        dtype: DTypeLike | None = None,
        save: str | int | ArrayLike = "all",
        **options: Unpack[RunOptions],
    ) -> Paths:
        """The samples on their way, every state by default; arguments as of `sample`, ``save`` as of `euler`.

        ``Paths.seed`` repeats the run. A run that goes on may stop before t = 1.
        """
        options = to_the_end(n, options, may_stop=True)
        self._grid(n, options)
        known, x0, paths = self._start(n, seed, dtype)
        try:
            run = self._followed(x0, known, y, args, paths=paths, save=save, **options)
        except NonFiniteError as error:
            call = _replay(error.path, n, known, y, args, dtype, options)
            raise NonFiniteError(error.path, error.step, error.t, call) from None
        return replace(run, seed=known)

    def _grid(self, n: PathsArgument | Paths, options: RunOptions) -> Grid:
        """The times of a run; what cannot be followed is refused before anything is drawn."""
        return grid_from(n, options.get("t"), options.get("steps"))

    def _start(
        self, n: PathsArgument | Paths, seed: Seed, dtype: DTypeLike | None
    ) -> tuple[KnownSeed | None, NDArray[Any] | Paths, PathsArgument | None]:
        """The seed, the states to start from, and their path numbers where they do not bring them."""
        if not isinstance(n, Paths):
            known = known_seed(seed)
            return known, initial_draws(self.init, n, known, float_dtype(dtype)), n
        require_the_same(n, seed, None, dtype)
        if n.x.shape[2] != self.dim:
            raise ValueError(
                f"the run that goes on has {n.x.shape[2]} dimensions, but the states of this model have {self.dim}"
            )
        return n.seed, n, None

    @abstractmethod
    def _followed(
        self, x0: ArrayLike | Paths, seed: KnownSeed | None, y: Any, args: Sequence[Any], **options: Any
    ) -> Paths:
        """The equation from the states ``x0``."""


def _replay(
    path: int, n: PathsArgument | Paths, seed: KnownSeed | None, y: Any, args: Sequence[Any], dtype: DTypeLike | None,
    options: RunOptions,
) -> str:  # fmt: skip
    """The call that shows one sample alone, in the names of its own arguments."""
    goes_on = isinstance(n, Paths)
    numbers = path_numbers(n.paths if isinstance(n, Paths) else n).array()
    row = int(np.flatnonzero(numbers == np.uint64(path))[0])
    grid = {name: options.get(name) for name in ("steps", "t")}
    given = {
        "seed": "" if goes_on or seed is None else seed_text(seed),
        "y": _label(y, row),
        "args": "args" if len(args) else "",
        "dtype": "" if goes_on or float_dtype(dtype) == np.float64 else f"'{float_dtype(dtype)}'",
        **{name: "" if value is None else _spelled(name, value) for name, value in grid.items()},
        "nonfinite": "'propagate'",
    }
    first = f"n.take([{row}])" if goes_on else f"[{path}]"
    return f"model.trajectories({first}, {', '.join(f'{key}={value}' for key, value in given.items() if value)})"


def _label(y: Any, row: int) -> str:
    if isinstance(y, PerPath):
        return f"y.array[{row}:{row + 1}]"
    return "" if y is None else shown(y) if np.ndim(y) == 0 else f"y[{row}:{row + 1}]"


def _spelled(name: str, value: Any) -> str:
    return repr(value) if isinstance(value, int | tuple) else name
