"""A vector field of the plane at a time, with trajectories over it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike

from maruyama.arguments import real_array
from maruyama.plotting.inputs import BLUE, GREY, ORANGE, require_saves
from maruyama.result import Paths

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["plot_vector_field"]

Limits = tuple[tuple[float, float], tuple[float, float]]


def plot_vector_field(
    axes: Axes,
    velocity: Callable[..., Any] | ArrayLike,
    t: float,
    limits: Limits = ((-3.0, 3.0), (-3.0, 3.0)),
    count: int = 20,
    paths: Paths | None = None,
    most: int = 30,
) -> Axes:
    """Draw arrows of u(x, t) on a grid of the plane.

    Parameters
    ----------
    axes : matplotlib.axes.Axes
        Where to draw.
    velocity : callable, number or (2,) array_like
        ``u(x, t)``, compiled or not, or a constant, as of `maruyama.euler`.
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

    Returns
    -------
    matplotlib.axes.Axes
        The axes that were given.

    Raises
    ------
    ValueError
        If the field or the paths are not of two dimensions.
    """
    grids = np.meshgrid(*(np.linspace(low, high, count) for low, high in limits))
    x = np.stack([grid.ravel() for grid in grids], axis=1)
    given = real_array(velocity(x, float(t)) if callable(velocity) else velocity, "velocity").astype(np.float64)
    try:
        u = np.broadcast_to(given, x.shape)
    except ValueError:
        raise ValueError(
            f"velocity gave shape {given.shape} for {len(x)} points of the plane, expected {x.shape}"
        ) from None
    axes.quiver(*x.T, *u.T, color=GREY, alpha=0.7, angles="xy", width=0.003)
    if paths is not None:
        _trajectories(axes, paths, most)
    axes.set(xlim=limits[0], ylim=limits[1], aspect="equal", title=f"t = {t:g}")
    return axes


def _trajectories(axes: Axes, paths: Paths, most: int) -> None:
    require_saves(paths)
    if paths.x.shape[2] != 2:
        raise ValueError(f"paths has {paths.x.shape[2]} dimensions, expected 2")
    x = paths.x[:, :most]
    axes.plot(x[:, :, 0], x[:, :, 1], color=BLUE, linewidth=0.9, alpha=0.8)
    axes.scatter(x[0, :, 0], x[0, :, 1], s=6, color=BLUE, zorder=3)
    axes.scatter(x[-1, :, 0], x[-1, :, 1], s=18, color=ORANGE, zorder=3)
