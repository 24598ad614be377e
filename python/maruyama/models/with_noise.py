"""with_noise: the family of SDEs that have the marginals of a flow."""

import inspect
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from maruyama.arguments import real_array
from maruyama.cfunctions import refuse_c_function
from maruyama.distributions import Distribution
from maruyama.grid import Grid
from maruyama.models.diffusion_model import DiffusionModel
from maruyama.models.labels import called, wants_marks
from maruyama.models.options import RunOptions
from maruyama.parameter_order import require_state_first
from maruyama.path_numbers import PathsArgument
from maruyama.result import Paths
from maruyama.tracing import CompiledFunction, compile

__all__ = ["with_noise"]

Sigma = float | Callable[[float], Any]


def with_noise(
    velocity: Callable[..., Any], score: Callable[..., Any], sigma: Sigma, init: Distribution | int
) -> DiffusionModel:
    """The SDE dX = (u + sigma^2/2 grad log p_t)(X, t) dt + sigma dW, whose marginals p_t are those of dx = u(x, t) dt.

    Noise alone would spread the law out. The score pulls it back by as much: in the Fokker-Planck equation the two
    terms cancel, sigma^2/2 div(p grad log p) = sigma^2/2 Laplace p. This holds in continuous time; the law of the
    scheme is off by O(dt), the more so the larger sigma is.

    Parameters
    ----------
    velocity, score : callable or CompiledFunction
        u and grad log p_t, functions of ``(x, t)``, or of ``(x, t, y)`` for conditional generation.
    sigma : number or function of t
        The noise: a number, one for each dimension, or a function ``sigma(t)`` that returns these. It may not depend on
        x: the correction would then need the divergence of sigma^2 as well.
    init : Distribution or int
        p_init = p_0, as of `FlowModel`.

    Returns
    -------
    DiffusionModel
        Compiled where both fields are. Where sigma is 0 the score is not asked, and the samples are the flow's. With
        noise it runs forwards in time only: backwards, the SDE that keeps the marginals has the drift
        u - sigma^2/2 grad log p.

    Raises
    ------
    TypeError
        If sigma takes x, or a field is no function.

    References
    ----------
    Song et al., "Score-based generative modeling through stochastic differential equations", ICLR 2021, appendix D.1.
    Albergo, Boffi and Vanden-Eijnden, "Stochastic interpolants: a unifying framework for flows and diffusions", 2023,
    section 2.3.

    Examples
    --------
    >>> import maruyama as mr
    >>> path = mr.GaussianPath.straight(mr.Gaussian(2.0, 0.25))
    >>> model = mr.with_noise(path.velocity, path.score, sigma=1.0, init=1)
    >>> x1 = model.sample(10_000, steps=400, seed=7)
    >>> bool(abs(x1.mean() - 2.0) < 0.02), bool(abs(x1.std() - 0.5) < 0.02)
    (True, True)
    """
    for name, field in (("velocity", velocity), ("score", score)):
        if not callable(field):
            raise TypeError(f"{name} must be a function of (x, t), got {type(field).__name__}")
        refuse_c_function(field, name)
        require_state_first(field, name)
    strength = _of_time(sigma)
    if not callable(sigma) and not np.any(sigma):
        return DiffusionModel(velocity, 0.0, init)
    compiled = isinstance(velocity, CompiledFunction) and isinstance(score, CompiledFunction)
    drift: Any = partial(_traced if compiled else _called, velocity, score, strength)  # these go into pickles
    diffusion: Any = partial(_at_time, strength)
    drift.__name__, diffusion.__name__ = "drift", "diffusion"
    drift.keeps_marks = wants_marks(velocity) or wants_marks(score)
    if compiled:
        drift, diffusion = compile(drift), compile(diffusion)
    return _Forwards(drift, diffusion if callable(sigma) else sigma, init)


class _Forwards(DiffusionModel):
    """A model whose drift is right in one direction of time."""

    def _grid(self, n: PathsArgument | Paths, options: RunOptions) -> Grid:
        grid = super()._grid(n, options)
        if grid.t1 < grid.t0:
            raise ValueError(
                f"t goes from {grid.t0:g} to {grid.t1:g}, but the score of mr.with_noise keeps the marginals "
                "forwards in time: backwards give mr.DiffusionModel the drift u - sigma^2/2 score"
            )
        return grid


def _of_time(sigma: Sigma) -> Callable[[Any], Any]:
    if not callable(sigma):
        number = real_array(sigma, "sigma").astype(np.float64)
        if not np.isfinite(number).all() or number.ndim > 1:
            raise ValueError(f"sigma must be a finite number, or one for each dimension, got {sigma!r}")
        return partial(_constant, number if number.ndim else float(number))
    try:
        inspect.signature(sigma).bind(0.0)
    except TypeError:
        raise TypeError(
            "sigma must be a number or a function of t alone: noise that depends on x keeps the marginals only with "
            "the divergence of sigma^2 in the drift; write that drift yourself and give both to mr.DiffusionModel"
        ) from None
    except ValueError:
        pass  # a function that does not show its arguments
    return sigma


def _constant(number: Any, t: Any) -> Any:
    return number


def _at_time(sigma: Callable[[Any], Any], x: Any, t: Any, *args: Any) -> Any:
    return sigma(t)


def _called(velocity: Any, score: Any, sigma: Callable[[Any], Any], x: Any, t: float, *args: Any) -> Any:
    half = np.square(sigma(t)) / 2
    u = called(velocity, x, t, args)
    if not np.any(half):
        return u
    with np.errstate(invalid="ignore"):  # 0 * inf, in dimensions without noise
        return np.where(half == 0, u, u + half * called(score, x, t, args))


def _traced(velocity: Any, score: Any, sigma: Callable[[Any], Any], x: Any, t: Any, *args: Any) -> Any:
    half = np.square(sigma(t)) / 2
    u = velocity(x, t, *args)
    return np.where(half == 0, u, u + half * score(x, t, *args))
