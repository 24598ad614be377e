"""FlowModel: x_0 ~ p_init, dx = u(x, t) dt."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from maruyama.distributions import Distribution
from maruyama.hints import label_hints
from maruyama.integrate import euler
from maruyama.models.labels import labelled
from maruyama.models.model import Model
from maruyama.parameter_order import require_state_first
from maruyama.result import Paths
from maruyama.run import CoefficientArgument
from maruyama.seeding import KnownSeed
from maruyama.state import initial_state

__all__ = ["FlowModel"]


class FlowModel(Model):
    """Generation by an ODE: draw x_0 ~ p_init and follow the vector field u_t to x_1.

    Parameters
    ----------
    velocity : callable, CompiledFunction, number, array_like or C function
        u, as of `euler`: ``u(x, t)``, or ``u(x, t, y)`` for conditional generation.
    init : Distribution or int
        p_init; a number is the dimensions of a `StandardNormal`.

    Notes
    -----
    Sample i is a function of the seed and of the number i alone. ``sample(range(a, b), seed=s)`` gives rows a, ...,
    b - 1 of a longer run with that seed, on any machine, if the field's bits do not depend on the number of its rows.

    References
    ----------
    Lipman, Chen, Ben-Hamu, Nickel and Le, "Flow matching for generative modeling", ICLR 2023.

    Examples
    --------
    From N(0, 1) to N(2, 1/4), along the straight path between them:

    >>> import maruyama as mr
    >>> path = mr.GaussianPath.straight(mr.Gaussian(2.0, 0.25))
    >>> model = mr.FlowModel(path.velocity, init=1)
    >>> x1 = model.sample(10_000, steps=100, seed=7)
    >>> x1.shape, bool(abs(x1.mean() - 2.0) < 4 * 0.5 / 100)
    ((10000, 1), True)
    >>> bool((model.sample(range(5000, 5010), steps=100, seed=7) == x1[5000:5010]).all())
    True
    """

    def __init__(self, velocity: CoefficientArgument, init: Distribution | int) -> None:
        super().__init__(init)
        require_state_first(velocity, "velocity")
        self.velocity = velocity

    def flow(
        self, x0: ArrayLike, t: float = 1.0, *, t0: float = 0.0, y: Any = None, args: Sequence[Any] = (), **options: Any
    ) -> NDArray[Any]:
        """The map phi_t: where the points x0 at time t0 are at time t, by the Euler method.

        Parameters
        ----------
        x0 : array_like, shape (points, dim)
            States at time ``t0``.
        t, t0 : float
            The two times; ``t`` may be the smaller one.
        y, args
            As of `sample`; a row of y for each point.
        **options
            ``steps`` and the other keywords of `euler`.

        Returns
        -------
        ndarray, shape (points, dim)

        Examples
        --------
        >>> import maruyama as mr
        >>> mr.FlowModel(lambda x, t: -x, init=1).flow([[1.0], [2.0]], 1.0, steps=2).ravel().tolist()
        [0.25, 0.5]
        """
        if np.ndim(t) or np.ndim(t0):
            raise ValueError(f"t and t0 must be numbers, got {t!r} and {t0!r}: trajectories takes all the grid points")
        return self._run(x0, y, args, t=(t0, t), **options).final

    def inverse(
        self, x1: ArrayLike, *, t: ArrayLike = (0.0, 1.0), y: Any = None, args: Sequence[Any] = (), **options: Any
    ) -> NDArray[Any]:
        """The states at the first time of the grid that flow to x1, by the Euler method backwards on the same grid.

        It is the inverse of the flow itself up to the error of the method, not of the discrete map of `sample`.

        Parameters
        ----------
        x1 : array_like, shape (points, dim)
            States at the last time.
        t : (t0, t1) or array_like, shape (points,)
            The grid of the way there, as of `euler`.
        y, args
            As of `sample`; a row of y for each point.
        **options
            ``steps`` and the other keywords of `euler`.

        Returns
        -------
        ndarray, shape (points, dim)

        Examples
        --------
        >>> import maruyama as mr
        >>> model = mr.FlowModel(lambda x, t: 0 * x + t, init=1)
        >>> model.inverse([[1.0]], steps=4).tolist()  # 1 - (1 + 3/4 + 2/4 + 1/4)/4
        [[0.375]]
        """
        if np.ndim(t) != 1:
            raise ValueError(f"t must be (t0, t1) or all the grid points of the way there, got {t!r}")
        times = tuple(t)[::-1] if isinstance(t, tuple | list) else np.asarray(t)[::-1]
        return self._run(x1, y, args, t=times, **options).final

    def _run(self, x0: ArrayLike | Paths, y: Any, args: Sequence[Any], **options: Any) -> Paths:
        paths, dim = _sizes(x0, options)
        if dim != self.dim:
            raise ValueError(f"the points have {dim} dimensions, but the states of this model have {self.dim}")
        every = labelled(y, tuple(args), paths, velocity=self.velocity)
        with label_hints(y):
            return euler(self.velocity, x0, args=every, **options)

    def _followed(
        self, x0: ArrayLike | Paths, seed: KnownSeed | None, y: Any, args: Sequence[Any], **options: Any
    ) -> Paths:
        return self._run(x0, y, args, **options)

    def __repr__(self) -> str:
        return f"FlowModel({self.velocity!r}, init={self.init!r})"


def _sizes(x0: ArrayLike | Paths, options: dict[str, Any]) -> tuple[int, int]:
    """How many paths start at x0, and their dimensions."""
    if isinstance(x0, Paths):
        return x0.x.shape[1], x0.x.shape[2]
    state = initial_state(x0, options.get("paths"), options.get("dtype"))
    return state.paths, state.dim
