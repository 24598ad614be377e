"""Lorenz: three equations that are chaotic, with noise if you like."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from maruyama.processes.parameters import not_negative, real
from maruyama.processes.process import Noise, Process, coefficient

__all__ = ["Lorenz"]


@dataclass(frozen=True)
class Lorenz(Process):
    """dX = sigma (Y - X) dt, dY = (X (rho - Z) - Y) dt, dZ = (X Y - beta Z) dt, each + epsilon dW.

    It is an ODE where epsilon = 0.

    Parameters
    ----------
    sigma, rho, beta : float
        Prandtl number, relative Rayleigh number, and the shape of the cells; chaotic as they are.
    epsilon : float
        Size of the additive noise, at least 0.

    References
    ----------
    Lorenz, "Deterministic nonperiodic flow", J. Atmos. Sci. 20 (1963) 130-141.

    Examples
    --------
    >>> import maruyama as mr
    >>> mr.processes.Lorenz().simulate([1.0, 2.0, 3.0], paths=4, steps=100)
    Paths(4 paths, 3 dimensions, t = 1, float64, compiled)
    """

    unknown: ClassVar[str] = "it is chaotic; only where it stands still is known, equilibria()"

    sigma: float = real(10.0)
    rho: float = real(28.0)
    beta: float = real(8 / 3)
    epsilon: float = not_negative(0.0)

    @property
    def dim(self) -> int:
        """3: (X, Y, Z)."""
        return 3

    @property
    def noise(self) -> Noise:
        """None where epsilon = 0: an ODE."""
        return "diagonal" if self.epsilon else None

    @coefficient
    def drift(self, x: Any, t: float) -> Any:
        """(sigma (Y - X), X (rho - Z) - Y, X Y - beta Z)."""
        X, Y, Z = x[:, 0], x[:, 1], x[:, 2]  # noqa: N806
        return np.stack([self.sigma * (Y - X), X * (self.rho - Z) - Y, X * Y - self.beta * Z], axis=1)

    @coefficient
    def diffusion(self, x: Any, t: float) -> Any:
        """``epsilon``."""
        return self.epsilon

    def equilibria(self) -> NDArray[np.float64]:
        """Where the ODE stands still, ``(points, 3)``: the origin, and for beta (rho - 1) > 0 the two eyes.

        These are (c, c, rho - 1) for c^2 = beta (rho - 1); sigma, beta != 0.

        Examples
        --------
        >>> import maruyama as mr
        >>> mr.processes.Lorenz(rho=7.0, beta=1.5).equilibria().tolist()
        [[0.0, 0.0, 0.0], [3.0, 3.0, 6.0], [-3.0, -3.0, 6.0]]
        """
        squared = self.beta * (self.rho - 1)
        c = np.sqrt(squared) if squared > 0 else 0.0
        eyes = [[c, c, self.rho - 1], [-c, -c, self.rho - 1]] if squared > 0 else []
        return np.array([[0.0, 0.0, 0.0], *eyes])
