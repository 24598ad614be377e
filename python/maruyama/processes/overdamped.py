"""Overdamped: motion down a potential under noise, and the law that it tends to."""

from collections.abc import Callable
from typing import Any, ClassVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from maruyama.arguments import real_array
from maruyama.processes.law import points
from maruyama.processes.process import Process, coefficient

__all__ = ["Overdamped"]

_REACH, _NODES = 8.0, 20_001  # x = sinh(u), u from -8 to 8: abs(x) up to 1490, with nodes 8e-4 apart near 0


class Overdamped(Process):
    """dX = -grad V(X) dt + sqrt(2 / beta) dW, with the stationary density exp(-beta V(x)) / Z.

    A subclass is a dataclass with these three, as fields or methods.
    """

    unknown: ClassVar[str] = "of a potential in general only the stationary law is known, not the way there"

    beta: float
    grad: Callable[[Any], Any]  # of x: (paths, dim), giving (paths, dim)
    potential: Callable[[Any], Any] | None  # V at x: (points, dim), giving (points,)

    @coefficient
    def drift(self, x: Any, t: float) -> Any:
        """-grad V(x)."""
        return -self.grad(x)

    @coefficient
    def diffusion(self, x: Any, t: float) -> Any:
        """sqrt(2 / beta)."""
        return np.sqrt(2 / self.beta)

    def stationary_density(self, x: ArrayLike) -> NDArray[Any]:
        """exp(-beta V(x)) / Z at the points ``x`` of the line; dim 1 only."""
        _, lowest, total = self._quadrature()
        with np.errstate(over="ignore"):
            return np.asarray(np.exp(-self.beta * (self._potential_at(x) - lowest)) / total)

    def stationary_expectation(self, f: Callable[[NDArray[np.float64]], ArrayLike]) -> float:
        """E f(X) of the stationary law; dim 1 only.

        Parameters
        ----------
        f : callable
            Of an array of points of the line, ``(points,)``, giving one number for each, ``(points,)``.

        Raises
        ------
        ValueError, TypeError
            If ``f`` gives another shape, or what is not real; if there is no stationary law.

        Examples
        --------
        >>> import maruyama as mr
        >>> print(f"{mr.processes.DoubleWell(beta=3.0).stationary_expectation(abs):.4f}")
        0.9065
        """
        masses, _, total = self._quadrature()
        x, counts = _nodes(), masses > 0
        with np.errstate(over="ignore"):  # where there is no mass
            values = real_array(f(x), "the result of f")
        if values.shape not in ((), x.shape):
            raise ValueError(
                f"f returned shape {values.shape} for {x.size} points of the line, expected {x.shape}: give one "
                "expectation at a time, and f one number for each point"
            )
        return float(np.sum(masses[counts] * np.broadcast_to(values, x.shape)[counts]) / total)

    def _quadrature(self) -> tuple[NDArray[np.float64], float, float]:
        """Masses exp(-beta (V - lowest)) dx of the nodes, the lowest V, and the sum of the masses.

        The trapezoidal rule after x = sinh(u) converges exponentially (Trefethen and Weideman, SIAM Rev. 56 (2014)):
        to rounding where wells are wider than 2e-3 near 0, and lie within 100.
        """
        if self.dim != 1:
            raise NotImplementedError(
                f"the stationary density is normalised in dim 1 only, and this has dim {self.dim}: it is "
                "proportional to exp(-beta * potential(x))"
            )
        x = _nodes()
        with np.errstate(over="ignore"):
            v = self._potential_at(x)
        masses = np.exp(-self.beta * (v - v.min())) * np.sqrt(1 + x**2) * (2 * _REACH / (_NODES - 1))
        if not (masses[[0, -1]] < 1e-12 * masses.max()).all():
            raise ValueError(
                "exp(-beta V) does not vanish towards infinity: there is no stationary density, or it is wider than "
                "the abs(x) < 1490 of the quadrature: take a larger beta, or other units of x"
            )
        total = float(masses.sum())
        if abs(2 * float(masses[::2].sum()) - total) > 1e-2 * total:  # half of the nodes: the error's root
            raise ValueError(
                "the wells of the potential are too narrow, or too far from 0, for the quadrature of the stationary "
                "law: take a smaller beta, or other units of x, in which they are near 0 and wide"
            )
        return masses, float(v.min()), total

    def _potential_at(self, x: ArrayLike) -> NDArray[np.float64]:
        if self.potential is None:
            raise ValueError(f"the stationary law needs the potential: {type(self).__name__}(grad, potential)")
        where = points(x, "x")
        values = np.asarray(self.potential(where.reshape(-1, 1)), np.float64)
        if values.size != where.size:
            raise ValueError(
                f"potential returned shape {values.shape}, expected ({where.size},): one value for each point"
            )
        return values.reshape(where.shape)


def _nodes() -> NDArray[np.float64]:
    return np.sinh(np.linspace(-_REACH, _REACH, _NODES))
