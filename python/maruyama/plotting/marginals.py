"""How the law changes: densities at some times, one above the other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from maruyama.arguments import whole_number
from maruyama.plotting.inputs import BLUE, one_dimension, require_finite_states
from maruyama.result import Paths

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["plot_marginals"]

_OVERLAP = 1.6  # the height of a ridge, in steps from one to the next


def plot_marginals(
    axes: Axes, paths: Paths, dimension: int = 0, times: ArrayLike | None = None, bins: int = 80
) -> Axes:
    """Draw histograms of one dimension at some times as ridges, the first time at the bottom.

    Parameters
    ----------
    axes : matplotlib.axes.Axes
        Where to draw.
    paths : Paths
        A run.
    dimension : int
        Of the state.
    times : array_like, optional
        The nearest saved times are taken; by default up to eight of them, evenly chosen.
    bins : int
        Of each histogram, over the common range of the middle 99.8 % of all states.

    Returns
    -------
    matplotlib.axes.Axes
        The axes that were given.

    Raises
    ------
    ValueError
        If there is no such dimension; if there are no paths, or some that are not finite at these times.
    """
    x = one_dimension(paths, dimension)
    rows = _rows(paths.t, times)
    require_finite_states(x[rows])
    edges = _edges(x[rows], whole_number(bins, "bins", least=1))
    densities = [np.histogram(x[row], bins=edges)[0] / (x.shape[1] * np.diff(edges)) for row in rows]
    scale = _OVERLAP / max(density.max() for density in densities)
    for place, density in reversed(list(enumerate(densities))):
        order = 2 * (len(rows) - place)
        axes.stairs(place + scale * density, edges, baseline=place, fill=True, color=BLUE, alpha=0.7, zorder=order)
        axes.stairs(place + scale * density, edges, baseline=place, color="white", linewidth=0.8, zorder=order + 1)
    axes.set_yticks(range(len(rows)), [f"t = {paths.t[row]:.2g}" for row in rows])
    axes.set(xlabel="X", xlim=(edges[0], edges[-1]))
    return axes


def _edges(x: NDArray[Any], bins: int) -> NDArray[np.float64]:
    """Of the middle 99.8 %, of all where there are few, and of a unit around a single value."""
    low, high = float(np.quantile(x, 0.001, method="lower")), float(np.quantile(x, 0.999, method="higher"))
    return np.linspace(low, high, bins + 1) if low < high else np.linspace(low - 0.5, low + 0.5, bins + 1)


def _rows(saved: NDArray[np.float64], times: ArrayLike | None) -> list[int]:
    if times is None:
        return sorted({int(row) for row in np.linspace(0, len(saved) - 1, min(8, len(saved))).round()})
    wanted = np.atleast_1d(np.asarray(times, np.float64))
    return [int(np.abs(saved - time).argmin()) for time in wanted]
