"""Langevin: overdamped motion in a potential of your own."""

from collections.abc import Callable
from dataclasses import dataclass, fields
from typing import Any

from maruyama.arguments import shown, whole_number
from maruyama.processes.overdamped import Overdamped
from maruyama.processes.parameters import positive

__all__ = ["Langevin"]


@dataclass(frozen=True, repr=False)
class Langevin(Overdamped):
    """dX = -grad V(X) dt + sqrt(2 / beta) dW: sampling from exp(-beta V(x)) / Z.

    Euler-Maruyama is the unadjusted Langevin algorithm: its stationary law differs by O(dt).

    Parameters
    ----------
    grad : callable
        Of V, at ``x: (paths, dim)``, giving ``(paths, dim)``, from what `compile` can trace.
    potential : callable, optional
        V itself, at ``x: (points, dim)``, giving ``(points,)``; only the stationary law asks for it.
    beta : float
        Inverse temperature, positive.
    dim : int
        Dimensions of the state.

    References
    ----------
    Roberts and Tweedie, "Exponential convergence of Langevin distributions and their discrete approximations",
    Bernoulli 2 (1996) 341-363.

    Examples
    --------
    >>> import maruyama as mr
    >>> quartic = mr.processes.Langevin(lambda x: x**3, lambda x: x[:, 0] ** 4 / 4)
    >>> run = quartic.simulate(0.0, paths=20_000, steps=200, t=(0.0, 4.0), seed=7)
    >>> print(f"{run.final.var():.2f} stationary {quartic.stationary_expectation(lambda x: x**2):.2f}")
    0.67 stationary 0.68
    """

    grad: Callable[[Any], Any]
    potential: Callable[[Any], Any] | None = None
    beta: float = positive(1.0)
    dim: int = 1

    def __post_init__(self) -> None:
        super().__post_init__()
        for name in ("grad", "potential"):
            given = getattr(self, name)
            if not callable(given) and (name == "grad" or given is not None):
                raise TypeError(f"{name} must be a function of x: (paths, dim), got {shown(given)}")
        object.__setattr__(self, "dim", whole_number(self.dim, "dim", least=1))

    def __repr__(self) -> str:
        values = {each.name: getattr(self, each.name) for each in fields(self)}
        return f"Langevin({', '.join(f'{name}={_named(value)}' for name, value in values.items())})"


def _named(value: object) -> str:
    """A function by its name, without an address."""
    name = getattr(value, "__name__", None)
    return name if isinstance(name, str) else shown(value)
