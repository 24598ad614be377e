"""DiffusionModel: X_0 ~ p_init, dX = u(X, t) dt + sigma dW."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Literal, Unpack

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from maruyama.distributions import Distribution
from maruyama.integrate import euler_maruyama
from maruyama.models.labels import labelled, takes_label, without_label
from maruyama.models.options import RunOptions
from maruyama.models.start import initial_draws, initial_law
from maruyama.path_numbers import PathsArgument, path_numbers
from maruyama.result import Paths
from maruyama.run import CoefficientArgument
from maruyama.seeding import Seed, known_seed

__all__ = ["DiffusionModel"]


class DiffusionModel:
    """Generation by an SDE, in the sense of Ito: draw X_0 ~ p_init and follow dX = u(X, t) dt + sigma dW to X_1.

    Parameters
    ----------
    drift : callable, CompiledFunction, number, array_like or C function
        u, as of `euler_maruyama`: ``u(x, t)``, or ``u(x, t, y)`` for conditional generation.
    sigma : number, array_like of shape (dim,), callable, CompiledFunction or C function
        The diffusion coefficient, in one of three forms.

        - A number, or one for each dimension: the same noise at all times.
        - A function ``sigma(x, t)`` that uses t alone and returns a number or ``(dim,)``: noise that changes with time.
        - A function of x too: noise that depends on the state, ``(paths, dim)``. The library takes it as it is: the law
          of X_t is that of the Ito equation, and the correction of `with_noise` is no longer the right one.

        Where there is a label, a function of three arguments is given it.
    init : Distribution or int
        p_init; a number is the dimensions of a `StandardNormal`.
    noise : "diagonal" or "general"
        As of `euler_maruyama`.

    Notes
    -----
    Sample i is a function of the seed and of the number i alone, its initial draw as well as its noise, which have
    keys of their own: see `FlowModel`.

    References
    ----------
    Song, Sohl-Dickstein, Kingma, Kumar, Ermon and Poole, "Score-based generative modeling through stochastic
    differential equations", ICLR 2021.

    Examples
    --------
    >>> import maruyama as mr
    >>> model = mr.DiffusionModel(lambda x, t: -x, sigma=lambda x, t: 2 * t, init=mr.StandardNormal(2))
    >>> model.sample(1000, steps=50, seed=7).shape
    (1000, 2)
    >>> model.trajectories(3, steps=50, seed=7, save=25)
    Paths(3 paths, 2 dimensions, 3 saves from t = 0 to 1, float64, seed=7, drift: callback, diffusion: callback)
    """

    def __init__(
        self,
        drift: CoefficientArgument,
        sigma: CoefficientArgument,
        init: Distribution | int,
        *,
        noise: Literal["diagonal", "general"] = "diagonal",
    ) -> None:
        self.drift, self.sigma, self.noise = drift, sigma, noise
        self.init = initial_law(init)

    @property
    def dim(self) -> int:
        """Dimensions of a sample."""
        return self.init.dim

    def sample(
        self,
        n: PathsArgument,
        *,
        seed: Seed = None,
        y: Any = None,
        args: Sequence[Any] = (),
        dtype: DTypeLike = np.float64,
        **options: Unpack[RunOptions],
    ) -> NDArray[Any]:
        """X_1 of new samples.

        Parameters
        ----------
        n : int, range or array of int
            How many samples, or their numbers.
        seed : int, SeedSequence, Generator or None
            What the draws of p_init and the noise are functions of; None draws fresh entropy.
        y : number, array_like of shape (n, ...), or None
            One label for all samples, or one row for each: the third argument of the drift.
        args : tuple
            More arguments of the coefficients, after y.
        dtype : float64 or float32
            Of the states.
        steps, t, threads, progress, nonfinite, out
            As of `euler_maruyama`; the times are 0 to 1 unless ``t`` says otherwise.

        Returns
        -------
        ndarray, shape (n, dim)
            The states at the last time.

        Raises
        ------
        TypeError, ValueError
            If ``y`` is neither one label nor one row a sample, or the drift takes none; if the initial law gives what
            does not fit; and what `euler_maruyama` raises.
        """
        return self.trajectories(n, seed=seed, y=y, args=args, dtype=dtype, save="final", **options).final

    def trajectories(
        self,
        n: PathsArgument,
        *,
        seed: Seed = None,
        y: Any = None,
        args: Sequence[Any] = (),
        dtype: DTypeLike = np.float64,
        save: str | int | ArrayLike = "all",
        **options: Unpack[RunOptions],
    ) -> Paths:
        """The samples on their way, every state by default; arguments as of `sample`, ``save`` as of `euler`.

        ``Paths.seed`` repeats the run.
        """
        known = known_seed(seed)
        x0 = initial_draws(self.init, n, known, dtype)
        every = labelled(y, tuple(args), path_numbers(n).count, drift=self.drift)
        sigma = self.sigma
        if y is not None and callable(sigma) and not takes_label(sigma, tuple(args)):
            sigma = without_label(sigma)
        run = euler_maruyama(
            self.drift, sigma, x0, noise=self.noise, seed=known, paths=n, args=every, save=save, **options
        )
        return replace(run, seed=known)

    def __repr__(self) -> str:
        return f"DiffusionModel({self.drift!r}, sigma={self.sigma!r}, init={self.init!r})"
