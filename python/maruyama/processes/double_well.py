"""DoubleWell: a particle that jumps between two wells."""

from dataclasses import dataclass
from typing import Any

from maruyama.processes.overdamped import Overdamped
from maruyama.processes.parameters import positive

__all__ = ["DoubleWell"]


@dataclass(frozen=True)
class DoubleWell(Overdamped):
    """dX = -4 X (X^2 - 1) dt + sqrt(2 / beta) dW, down the potential V(x) = (x^2 - 1)^2.

    The wells are at -1 and 1, with a barrier of height 1 between them. The stationary density is exp(-beta V(x)) / Z.

    Parameters
    ----------
    beta : float
        Inverse temperature, positive; sigma = sqrt(2 / beta).

    References
    ----------
    Kramers, "Brownian motion in a field of force and the diffusion model of chemical reactions", Physica 7 (1940)
    284-304.

    Examples
    --------
    >>> import maruyama as mr
    >>> well = mr.processes.DoubleWell(beta=3.0)
    >>> run = well.simulate(0.0, paths=20_000, steps=300, t=(0.0, 3.0), seed=7)
    >>> print(f"{(run.final**2).mean():.2f} stationary {well.stationary_expectation(lambda x: x**2):.2f}")
    0.89 stationary 0.89
    """

    beta: float = positive(1.0)

    @property
    def dim(self) -> int:
        """1."""
        return 1

    def grad(self, x: Any) -> Any:
        """4 x (x^2 - 1), of V."""
        return 4.0 * x * (x * x - 1.0)

    def potential(self, x: Any) -> Any:
        """(x^2 - 1)^2 at ``x: (points, 1)``: ``(points,)``."""
        return (x[:, 0] ** 2 - 1.0) ** 2
