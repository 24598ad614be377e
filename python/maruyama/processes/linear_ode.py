"""LinearODE: the equation whose flow and whose Euler method are both known."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from maruyama.processes.independent import IndependentDimensions
from maruyama.processes.law import even_steps, points
from maruyama.processes.limits import grown, power
from maruyama.processes.parameters import real
from maruyama.processes.process import Noise, coefficient

__all__ = ["LinearODE"]


@dataclass(frozen=True)
class LinearODE(IndependentDimensions):
    """dx/dt = -theta x.

    The flow is exp(-theta t) x0; n steps of the Euler method give (1 - theta dt)^n x0.

    Parameters
    ----------
    theta : float or (dim,) array_like
        Rate of decay; growth where it is negative.

    References
    ----------
    Hairer, Norsett and Wanner, "Solving Ordinary Differential Equations I", Springer 1993, chapter I.7.

    Examples
    --------
    >>> import maruyama as mr
    >>> ode = mr.processes.LinearODE(theta=2.0)
    >>> print(f"{ode.simulate([[1.0]], steps=4).final[0, 0]:.4f} {ode.scheme_mean(1.0, 1.0, 4):.4f}")
    0.0625 0.0625
    """

    theta: ArrayLike = real(1.0)

    @property
    def noise(self) -> Noise:
        """None: an ODE."""
        return None

    @coefficient
    def drift(self, x: Any, t: float) -> Any:
        """-theta x."""
        return -np.asarray(self.theta) * x

    @coefficient
    def diffusion(self, x: Any, t: float) -> Any:
        """0."""
        return 0.0

    def flow(self, x0: ArrayLike, t: ArrayLike) -> NDArray[Any]:
        """phi_t(x0) = exp(-theta t) x0, for t of either sign."""
        return grown(points(x0), -np.multiply(self.theta, t))

    def mean(self, x0: ArrayLike, t: ArrayLike) -> NDArray[Any]:
        """The flow: nothing is random."""
        return self.flow(x0, t)

    def variance(self, x0: ArrayLike, t: ArrayLike) -> NDArray[Any]:
        """0."""
        return np.zeros_like(self.flow(x0, t))

    def scheme_mean(self, x0: ArrayLike, t: ArrayLike, steps: ArrayLike) -> NDArray[Any]:
        """(1 - theta dt)^n x0."""
        dt, n = even_steps(t, steps)
        return power(np.multiply(self.theta, dt), n).times(points(x0))

    def scheme_variance(self, x0: ArrayLike, t: ArrayLike, steps: ArrayLike) -> NDArray[Any]:
        """0."""
        return np.zeros_like(self.scheme_mean(x0, t, steps))
