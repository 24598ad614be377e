"""DiffusionModel: X_0 ~ p_init, dX = u(X, t) dt + sigma dW."""

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike

from maruyama.distributions import Distribution
from maruyama.hints import label_hints
from maruyama.integrate import euler_maruyama
from maruyama.models.labels import labelled, takes_label, without_label
from maruyama.models.model import Model
from maruyama.parameter_order import require_state_first
from maruyama.result import Paths
from maruyama.run import CoefficientArgument
from maruyama.seeding import KnownSeed

__all__ = ["DiffusionModel"]


class DiffusionModel(Model):
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
        super().__init__(init)
        for name, field in (("drift", drift), ("sigma", sigma)):
            require_state_first(field, name)
        self.drift, self.sigma, self.noise = drift, sigma, noise

    def _followed(
        self, x0: ArrayLike | Paths, seed: KnownSeed | None, y: Any, args: Sequence[Any], **options: Any
    ) -> Paths:
        paths = len(x0.paths) if isinstance(x0, Paths) else len(np.asarray(x0))
        every = labelled(y, tuple(args), paths, drift=self.drift)
        sigma = self.sigma
        if y is not None and callable(sigma) and not takes_label(sigma, tuple(args)):
            sigma = without_label(sigma)
        with label_hints(y):
            return euler_maruyama(self.drift, sigma, x0, noise=self.noise, seed=seed, args=every, **options)

    def __repr__(self) -> str:
        return f"DiffusionModel({self.drift!r}, sigma={self.sigma!r}, init={self.init!r})"
