"""Samples in the plane, against those of their target."""

from __future__ import annotations

from typing import TYPE_CHECKING

from numpy.typing import ArrayLike

from maruyama.plotting.inputs import BLUE, GREY, plane_points

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["plot_samples"]


def plot_samples(axes: Axes, x: ArrayLike, target: ArrayLike | None = None, most: int = 5000) -> Axes:
    """Draw points of the plane, over those of the target where it is given.

    Parameters
    ----------
    axes : matplotlib.axes.Axes
        Where to draw.
    x : array_like, shape (n, 2)
        Samples.
    target : array_like, shape (m, 2), optional
        Draws of the law that they should have.
    most : int
        The first so many of each are drawn.

    Returns
    -------
    matplotlib.axes.Axes
        The axes that were given.

    Raises
    ------
    ValueError
        If the points are not in the plane.
    """
    samples = plane_points(x, "x")[:most]
    size = 3.0 if len(samples) > 1000 else 8.0
    if target is not None:
        drawn = plane_points(target, "target")[:most]
        axes.scatter(drawn[:, 0], drawn[:, 1], s=4 * size, color=GREY, alpha=0.25, linewidths=0, label="target")
    axes.scatter(samples[:, 0], samples[:, 1], s=size, color=BLUE, alpha=0.7, linewidths=0, label="samples")
    axes.set(xlabel="first dimension", ylabel="second dimension", aspect="equal")
    if target is not None:
        for handle in axes.legend(loc="upper right", markerscale=2).legend_handles:
            if handle is not None:
                handle.set_alpha(1.0)
    return axes
