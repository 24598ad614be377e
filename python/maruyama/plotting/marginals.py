"""How the law changes: histograms at some times, one above the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from maruyama.arguments import real_array, whole_number
from maruyama.plotting.inputs import BLUE, known_law, one_dimension
from maruyama.result import Paths

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["plot_marginals"]

_OVERLAP = 1.3  # the height of a ridge, in steps from one to the next


def plot_marginals(
    axes: Axes, paths: Paths, dimension: int = 0, times: ArrayLike | None = None, bins: int = 80
) -> Axes:
    """Draw histograms of one dimension at some times as ridges, the first time at the bottom.

    Each ridge has a scale of its own: on a common one, a law that starts as a point would flatten all that follow.

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
        If there is no such dimension, no path or one that is not finite, or times holds none.

    Examples
    --------
    >>> import maruyama as mr
    >>> from matplotlib.figure import Figure
    >>> from maruyama import plotting
    >>> run = mr.brownian(1000, steps=10, seed=7)
    >>> axes = plotting.plot_marginals(Figure().subplots(), run, times=[0.5, 1.0])
    >>> [label.get_text() for label in axes.get_yticklabels()]
    ['t = 0.5', 't = 1']
    """
    states = one_dimension(paths, dimension)
    rows = _rows(paths.t, times)
    x = known_law(states[rows])
    edges = _edges(x, whole_number(bins, "bins", least=1))
    for place, row in reversed(list(enumerate(x))):
        order, ridge = 2 * (len(rows) - place), place + _heights(row, edges)
        axes.stairs(ridge, edges, baseline=place, fill=True, color=BLUE, zorder=order)
        axes.stairs(ridge, edges, baseline=place, color="white", linewidth=0.8, zorder=order + 1)
    axes.set_yticks(range(len(rows)), [f"t = {paths.t[row]:.3g}" for row in rows])
    axes.set(xlabel="X", xlim=(edges[0], edges[-1]))
    return axes


def _edges(x: NDArray[np.floating], bins: int) -> NDArray[np.float64]:
    low, high = np.quantile(x, [0.001, 0.999]).tolist()
    return np.linspace(low, high, bins + 1) if low < high else np.linspace(low - 0.5, high + 0.5, bins + 1)


def _heights(states: NDArray[np.floating], edges: NDArray[np.float64]) -> NDArray[np.float64]:
    counts, _ = np.histogram(states, bins=edges)
    heights: NDArray[np.float64] = _OVERLAP * counts / max(1, counts.max())  # none, where all lie in the tails
    return heights


def _rows(saved: NDArray[np.float64], times: ArrayLike | None) -> list[int]:
    if times is None:
        return sorted({int(row) for row in np.linspace(0, len(saved) - 1, min(8, len(saved))).round()})
    wanted = np.atleast_1d(real_array(times, "times")).astype(np.float64)
    if wanted.ndim != 1 or not wanted.size or not np.isfinite(wanted).all():
        raise ValueError(f"times={times}, expected one or more finite times in a row")
    return [int(np.abs(saved - time).argmin()) for time in wanted]
