"""Samples in the plane, against those of their target or its density."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from maruyama.arguments import whole_number
from maruyama.plotting.inputs import BLUE, GREY, ORANGE, plane_points, styled

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["plot_samples"]


def plot_samples(
    axes: Axes,
    x: ArrayLike,
    target: ArrayLike | Callable[[Any], ArrayLike] | None = None,
    most: int = 2000,
    **style: Any,
) -> Axes:
    """Draw points of the plane, over those of the target or level lines of its density where it is given.

    Parameters
    ----------
    axes : matplotlib.axes.Axes
        Where to draw.
    x : array_like, shape (n, 2)
        Samples.
    target : array_like, shape (m, 2), or callable, optional
        Draws of the law that they should have, or its density: points (n, 2) -> (n,), up to a factor.
    most : int
        The first so many of each are drawn.
    **style
        Of the samples, passed on to ``Axes.scatter``.

    Returns
    -------
    matplotlib.axes.Axes
        The axes that were given.

    Raises
    ------
    ValueError
        If the points are not in the plane, or the density does not give one number for each.

    Examples
    --------
    >>> import maruyama as mr
    >>> from matplotlib.figure import Figure
    >>> from maruyama import plotting
    >>> law = mr.StandardNormal(2)
    >>> axes = plotting.plot_samples(Figure().subplots(), law.sample(100, seed=7), target=law.sample(100, seed=8))
    >>> [text.get_text() for text in axes.get_legend().get_texts()]
    ['target', 'samples']
    """
    from matplotlib.collections import PathCollection

    count = whole_number(most, "most")
    samples = plane_points(x, "x")[:count]
    size = 4.0 if len(samples) > 500 else 10.0
    if callable(target):
        _level_lines(axes, samples, target)
    elif target is not None:
        drawn = plane_points(target, "target")[:count]
        axes.scatter(drawn[:, 0], drawn[:, 1], s=8 * size, color=GREY, alpha=0.2, linewidths=0, label="target")
    look: dict[str, Any] = {"s": size, "color": BLUE, "alpha": 0.6, "linewidth": 0, "label": "samples"}
    if "c" in style:  # numbers or colors, one a point, in place of the one color
        del look["color"]
    axes.scatter(samples[:, 0], samples[:, 1], **styled(look, style, PathCollection))
    axes.set(xlabel="first dimension", ylabel="second dimension", aspect="equal")
    if target is not None and not callable(target):
        _legend(axes)
    return axes


def _legend(axes: Axes) -> None:
    """Dots large and strong enough to tell their colors, where they hide the fewest points."""
    from matplotlib.collections import PathCollection

    for handle in axes.legend(loc="best", framealpha=0.6, handletextpad=0.2).legend_handles:
        if isinstance(handle, PathCollection):
            handle.set(alpha=1.0, sizes=[30.0])


def _level_lines(axes: Axes, samples: NDArray[np.float64], density: Callable[[Any], ArrayLike]) -> None:
    """Five of them, over the box of the samples and a tenth on each side."""
    if len(samples) == 0:
        raise ValueError("x holds no samples: a density is drawn where they are")
    low, high = samples.min(axis=0), samples.max(axis=0)
    margin = np.where(high > low, 0.1 * (high - low), 0.5)
    grids = np.meshgrid(*np.linspace(low - margin, high + margin, 120).T)
    points = np.stack([grid.ravel() for grid in grids], axis=1)
    values = np.asarray(density(points), np.float64)
    if values.shape != (len(points),):
        raise ValueError(f"target gave shape {values.shape} for {len(points)} points, expected {(len(points),)}")
    axes.contour(*grids, values.reshape(grids[0].shape), levels=5, colors=ORANGE, linewidths=1.2, zorder=3)
