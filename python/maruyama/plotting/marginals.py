"""How the law changes: densities at some times, one above the other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from maruyama.arguments import whole_number
from maruyama.plotting.inputs import BLUE, one_dimension, require_paths
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
        The nearest saved times are taken; by default up to seven of them, evenly chosen.
    bins : int
        Of each histogram, over the common range of the middle 99.8 % of all states.

    Returns
    -------
    matplotlib.axes.Axes
        The axes that were given.

    Raises
    ------
    ValueError
        If there is no such dimension, no path, or no finite state.

    Notes
    -----
    Areas are equal, but for a law of one point: its ridge would be so high that the others were flat, and is cut off.

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
    require_paths(paths)
    x = one_dimension(paths, dimension)
    rows = _rows(paths.t, times)
    if not np.isfinite(x[rows]).any():
        raise ValueError("paths has no finite state at these times, expected some: choose earlier times")
    edges = _edges(x[rows], whole_number(bins, "bins", least=2))
    for place, height in reversed(list(enumerate(_heights(x[rows], edges)))):
        order = 2 * (len(rows) - place)
        axes.stairs(place + height, edges, baseline=place, fill=True, color=BLUE, alpha=0.8, zorder=order)
        axes.stairs(place + height, edges, baseline=place, color="white", linewidth=0.8, zorder=order + 1)
    axes.set_yticks(range(len(rows)), [f"t = {paths.t[row]:.2g}" for row in rows])
    axes.set(xlabel="X", xlim=(edges[0], edges[-1]))
    return axes


def _edges(x: NDArray[Any], bins: int) -> NDArray[np.float64]:
    low, high = np.quantile(x[np.isfinite(x)], [0.001, 0.999]).tolist()
    if low == high:
        low, high = low - 0.5, high + 0.5
    return np.linspace(low, high, bins + 1)


def _heights(x: NDArray[Any], edges: NDArray[np.float64]) -> list[NDArray[np.float64]]:
    """Of each row's histogram, in steps from one ridge to the next: equal areas, points cut off."""
    shares = [np.histogram(row, bins=edges)[0] / len(row) for row in x]
    peaks = [share.max() for share in shares if np.count_nonzero(share) > 1] or [1.0]
    return [np.minimum(_OVERLAP * share / max(peaks), _OVERLAP) for share in shares]


def _rows(saved: NDArray[np.float64], times: ArrayLike | None) -> list[int]:
    if times is None:
        return sorted({int(row) for row in np.linspace(0, len(saved) - 1, min(7, len(saved))).round()})
    wanted = np.atleast_1d(np.asarray(times, np.float64))
    return [int(np.abs(saved - time).argmin()) for time in wanted]
