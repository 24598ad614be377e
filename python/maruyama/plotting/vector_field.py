"""A vector field of the plane at a time, with trajectories over it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from maruyama.arguments import real_array, whole_number
from maruyama.parameter_order import require_state_first
from maruyama.plotting.inputs import BLUE, GREY, ORANGE, require_saves
from maruyama.result import Paths

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["plot_vector_field"]

Limits = tuple[tuple[float, float], tuple[float, float]]


def plot_vector_field(
    axes: Axes,
    velocity: Callable[..., Any],
    t: float,
    limits: Limits = ((-3.0, 3.0), (-3.0, 3.0)),
    count: int = 15,
    paths: Paths | None = None,
    most: int = 30,
    dt: float | None = None,
) -> Axes:
    """Draw arrows of u(x, t) on a grid of the plane.

    Parameters
    ----------
    axes : matplotlib.axes.Axes
        Where to draw.
    velocity : callable
        ``u(x, t)``, compiled or not, as of `maruyama.euler`.
    t : float
        The time at which the field is drawn.
    limits : ((x_low, x_high), (y_low, y_high))
        The part of the plane.
    count : int
        Arrows in a row.
    paths : Paths, optional
        Trajectories in two dimensions: lines from a dot to a larger dot.
    most : int
        The first so many of them are drawn.
    dt : float, optional
        An arrow is ``u dt`` long, a step of Euler's method: give it to compare fields. By default the longest arrow is
        as long as the arrows are apart.

    Returns
    -------
    matplotlib.axes.Axes
        The axes that were given.

    Raises
    ------
    ValueError
        If the field or the paths are not of two dimensions, or the limits are not two intervals.

    Examples
    --------
    >>> import maruyama as mr
    >>> from matplotlib.figure import Figure
    >>> from maruyama import plotting
    >>> axes = plotting.plot_vector_field(Figure().subplots(), lambda x, t: -x, 0.5)
    >>> axes.get_title()
    't = 0.5'
    """
    whole_number(count, "count", least=1)
    _refuse_other_limits(limits)
    grids = np.meshgrid(*(np.linspace(low, high, count) for low, high in limits))
    x = np.stack([grid.ravel() for grid in grids], axis=1)
    u = _values(velocity, x, float(t))
    arrows = u * (_fitting(u, limits, count) if dt is None else dt)
    axes.quiver(*x.T, *arrows.T, color=GREY, alpha=0.8, angles="xy", scale_units="xy", scale=1.0, width=0.004)
    if paths is not None:
        _trajectories(axes, paths, most)
    axes.set(xlabel="first dimension", ylabel="second dimension", title=f"t = {t:g}")
    axes.set(xlim=limits[0], ylim=limits[1], aspect="equal")
    return axes


def _values(velocity: Callable[..., Any], x: NDArray[np.float64], t: float) -> NDArray[np.float64]:
    if not callable(velocity):
        raise TypeError(f"velocity must be a function of (x, t), got {type(velocity).__name__}")
    require_state_first(velocity, "velocity")
    u = np.asarray(velocity(x, t), np.float64)
    try:
        return np.broadcast_to(u, x.shape)  # as `maruyama.euler` takes it
    except ValueError:
        message = f"velocity gave shape {u.shape} for {len(x)} points of the plane, expected {x.shape}"
        raise ValueError(message) from None


def _fitting(u: NDArray[np.float64], limits: Limits, count: int) -> float:
    """The dt with which the longest arrow is as long as the arrows are apart; a singular point has none."""
    apart = max(abs(high - low) for low, high in limits) / count
    lengths = np.linalg.norm(u, axis=1)
    longest = float(lengths[np.isfinite(lengths)].max(initial=0.0))
    return apart / longest if longest > 0 else 1.0


def _refuse_other_limits(limits: Limits) -> None:
    ends = real_array(limits, "limits")
    if ends.shape != (2, 2) or not np.isfinite(ends).all() or (ends[:, 0] == ends[:, 1]).any():
        raise ValueError(f"limits={limits}, expected two intervals, ((x_low, x_high), (y_low, y_high))")


def _trajectories(axes: Axes, paths: Paths, most: int) -> None:
    require_saves(paths)
    if paths.x.shape[2] != 2:
        raise ValueError(f"paths has {paths.x.shape[2]} dimensions, expected 2")
    x = paths.x[:, : whole_number(most, "most")]
    axes.plot(x[:, :, 0], x[:, :, 1], color=BLUE, linewidth=0.9, alpha=0.8)
    axes.scatter(x[0, :, 0], x[0, :, 1], s=6, color=BLUE, zorder=3)
    axes.scatter(x[-1, :, 0], x[-1, :, 1], s=18, color=ORANGE, zorder=3)
