"""Quantile bands over time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from maruyama.plotting.inputs import BLUE, one_dimension, require_finite_states, require_saves
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
        Passed on to ``Axes.fill_between``.

    Returns
    -------
    matplotlib.axes.Axes
        The axes that were given.

    Raises
    ------
    ValueError
        If there is one saved state only, no such dimension, or a level that is no share; if there are no paths, or
        some that are not finite.
    """
    require_saves(paths)
    if not all(0 < level < 1 for level in levels):
        raise ValueError(f"levels must lie between 0 and 1, got {tuple(levels)}")
    x = one_dimension(paths, dimension)
    require_finite_states(x)
    for level in sorted(levels, reverse=True):
        low, high = np.quantile(x, [(1 - level) / 2, (1 + level) / 2], axis=1)
        look = {"color": BLUE, "alpha": 0.25, "linewidth": 0, "label": f"{level:.0%} of the paths", **style}
        axes.fill_between(paths.t, low, high, **look)
    axes.plot(paths.t, np.median(x, axis=1), color=BLUE, linewidth=1.5, label="median")
    first, last = sorted((float(paths.t[0]), float(paths.t[-1])))
    axes.set(xlabel="t", ylabel="X", xlim=(first, last))
    axes.legend(frameon=False)
    return axes
