"""Samples in the plane, against those of their target."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from numpy.typing import ArrayLike

from maruyama.arguments import whole_number
from maruyama.plotting.inputs import BLUE, GREY, plane_points

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["plot_samples"]


def plot_samples(axes: Axes, x: ArrayLike, target: ArrayLike | None = None, most: int = 2000, **style: Any) -> Axes:
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
    **style
        Of the samples, passed on to ``Axes.scatter``.

    Returns
    -------
    matplotlib.axes.Axes
        The axes that were given.

    Raises
    ------
    ValueError
        If the points are not in the plane.

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
    count = whole_number(most, "most")
    samples = plane_points(x, "x")[:count]
    size = 4.0 if len(samples) > 500 else 10.0
    if target is not None:
        drawn = plane_points(target, "target")[:count]
        axes.scatter(drawn[:, 0], drawn[:, 1], s=8 * size, color=GREY, alpha=0.2, linewidths=0, label="target")
    look: dict[str, Any] = {"s": size, "color": BLUE, "alpha": 0.6, "linewidths": 0, "label": "samples"}
    axes.scatter(samples[:, 0], samples[:, 1], **(look | style))
    axes.set(xlabel="first dimension", ylabel="second dimension", aspect="equal")
    if target is not None:
        _legend(axes)
    return axes


def _legend(axes: Axes) -> None:
    """Dots large and strong enough to tell their colors, where they hide the fewest points."""
    from matplotlib.collections import PathCollection

    for handle in axes.legend(loc="best", framealpha=0.6, handletextpad=0.2).legend_handles:
        if isinstance(handle, PathCollection):
            handle.set(alpha=1.0, sizes=[30.0])
