"""Quantile bands over time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from maruyama.plotting.inputs import BLUE, known_law, one_dimension, require_saves, styled
from maruyama.result import Paths

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["plot_fan"]


def plot_fan(
    axes: Axes, paths: Paths, dimension: int = 0, levels: Sequence[float] = (0.5, 0.8, 0.95), **style: Any
) -> Axes:
    """Draw the median and bands that hold so much of the paths at each time.

    Parameters
    ----------
    axes : matplotlib.axes.Axes
        Where to draw.
    paths : Paths
        A run with several saved states.
    dimension : int
        Of the state.
    levels : sequence of float
        The share of the paths in each band, between 0 and 1.
    **style
        Passed on to ``Axes.fill_between``. The bands are tints of ``color``, and the median has that color.

    Returns
    -------
    matplotlib.axes.Axes
        The axes that were given.

    Raises
    ------
    ValueError
        If there is one saved state only, no such dimension, a level that is no share, no path, or one that is not
        finite.

    Examples
    --------
    >>> import maruyama as mr
    >>> from matplotlib.figure import Figure
    >>> from maruyama import plotting
    >>> run = mr.brownian(1000, steps=10, seed=7)
    >>> axes = plotting.plot_fan(Figure().subplots(), run, levels=[0.9])
    >>> [text.get_text() for text in axes.get_legend().get_texts()]
    ['90% of the paths', 'median']
    """
    from matplotlib.collections import PolyCollection

    require_saves(paths)
    if not all(0 < level < 1 for level in levels):
        raise ValueError(f"levels must lie between 0 and 1, got {tuple(levels)}")
    x = known_law(one_dimension(paths, dimension))
    color = style.pop("color", BLUE)
    for place, level in enumerate(sorted(levels, reverse=True), start=1):
        low, high = np.quantile(x, [(1 - level) / 2, (1 + level) / 2], axis=1)
        look: dict[str, Any] = {"color": _tint(color, place / len(levels)), "label": f"{level:.0%} of the paths"}
        axes.fill_between(paths.t, low, high, **styled({"linewidth": 0, **look}, style, PolyCollection))
    axes.plot(paths.t, np.median(x, axis=1), color=color, linewidth=1.5, label="median")
    first, last = sorted((float(paths.t[0]), float(paths.t[-1])))
    axes.set(xlabel="t", ylabel="X", xlim=(first, last))
    axes.legend(frameon=False)
    return axes


def _tint(color: Any, strength: float) -> NDArray[np.float64]:
    """The color on white paper, opaque: a band looks in the legend as it does in the picture."""
    from matplotlib.colors import to_rgb

    return 1.0 - 0.6 * strength * (1.0 - np.array(to_rgb(color)))
