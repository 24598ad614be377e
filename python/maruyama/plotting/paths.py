"""Sample paths of one dimension over time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from maruyama.arguments import whole_number
from maruyama.plotting.inputs import BLUE, one_dimension, require_saves, styled
from maruyama.result import Paths

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["plot_paths"]


def plot_paths(axes: Axes, paths: Paths, dimension: int = 0, most: int = 50, **style: Any) -> Axes:
    """Draw sample paths over time.

    Parameters
    ----------
    axes : matplotlib.axes.Axes
        Where to draw.
    paths : Paths
        A run with several saved states.
    dimension : int
        Of the state.
    most : int
        The first so many paths are drawn; 0 or more.
    **style
        Passed on to ``Axes.plot``.

    Returns
    -------
    matplotlib.axes.Axes
        The axes that were given.

    Raises
    ------
    ValueError
        If there is one saved state only, or no such dimension.

    Examples
    --------
    >>> import maruyama as mr
    >>> from matplotlib.figure import Figure
    >>> from maruyama import plotting
    >>> run = mr.brownian(100, steps=10, seed=7)
    >>> axes = plotting.plot_paths(Figure().subplots(), run, most=20)
    >>> len(axes.lines)
    20
    """
    from matplotlib.lines import Line2D

    require_saves(paths)
    drawn = one_dimension(paths, dimension)[:, : whole_number(most, "most")]
    axes.plot(paths.t, drawn, **styled({"color": BLUE, "linewidth": 0.7, "alpha": 0.6}, style, Line2D))
    first, last = sorted((float(paths.t[0]), float(paths.t[-1])))
    axes.set(xlabel="t", ylabel="X", xlim=(first, last))
    return axes
