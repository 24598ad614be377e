"""Samples beside their exact law: paths under a mean and a band, a histogram under a normal density."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from maruyama.arguments import real_array
from maruyama.plotting.inputs import BLUE, ORANGE

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["plot_band", "plot_histogram"]

Floats = NDArray[np.floating[Any]]


def plot_band(axes: Axes, t: ArrayLike, x: ArrayLike, mean: ArrayLike, deviation: ArrayLike) -> Axes:
    """Draw sample paths under their exact mean and two-sigma band.

    Parameters
    ----------
    axes : matplotlib.axes.Axes
        Where to draw.
    t : array_like, shape (saves,)
        The times.
    x : array_like, shape (saves, paths)
        One column for each path.
    mean, deviation : array_like, shape (saves,)
        Of the exact law at these times.

    Returns
    -------
    matplotlib.axes.Axes
        The axes that were given.

    Raises
    ------
    ValueError
        If the shapes are others.

    Examples
    --------
    >>> import maruyama as mr
    >>> from matplotlib.figure import Figure
    >>> from maruyama import plotting
    >>> ou = mr.processes.OrnsteinUhlenbeck()
    >>> run = ou.simulate([1.0], paths=20, steps=50, seed=7, save="all")
    >>> mean, deviation = ou.mean(1.0, run.t), ou.variance(1.0, run.t) ** 0.5
    >>> axes = plotting.plot_band(Figure().subplots(), run.t, run.x[:, :, 0], mean, deviation)
    >>> axes.get_title()
    '20 paths'
    """
    t, x = real_array(t, "t"), real_array(x, "x")
    mean, deviation = real_array(mean, "mean"), real_array(deviation, "deviation")
    _refuse_other_shapes(t, x, mean, deviation)
    axes.plot(t, x, color=BLUE, linewidth=0.5, alpha=0.5)
    low, high = mean - 2 * deviation, mean + 2 * deviation
    axes.fill_between(t, low, high, color=ORANGE, alpha=0.25, linewidth=0, label="exact two-sigma band")
    axes.plot(t, mean, color=ORANGE, linewidth=1.5, label="exact mean")
    axes.set(xlabel="t", ylabel="X", xlim=(float(np.min(t)), float(np.max(t))), title=f"{x.shape[1]} paths")
    axes.legend(loc="upper right", frameon=False)
    return axes


def _refuse_other_shapes(t: Floats, x: Floats, mean: Floats, deviation: Floats) -> None:
    saves = np.shape(t)
    got = {"x": np.shape(x)[:1], "mean": np.shape(mean), "deviation": np.shape(deviation)}
    if len(saves) != 1 or np.ndim(x) != 2 or any(shape != saves for shape in got.values()):
        raise ValueError(
            f"t has shape {saves}, x {np.shape(x)}, mean {np.shape(mean)}, deviation {np.shape(deviation)}, expected "
            "(saves,), (saves, paths), (saves,), (saves,): choose one dimension, paths.x[:, :, 0]"
        )


def plot_histogram(axes: Axes, x: ArrayLike, mean: float, deviation: float) -> Axes:
    """Draw a histogram of final states under the exact normal density N(mean, deviation^2).

    Parameters
    ----------
    axes : matplotlib.axes.Axes
        Where to draw.
    x : array_like, shape (paths,)
        The final states.
    mean, deviation : float
        Of the exact law at the final time.

    Returns
    -------
    matplotlib.axes.Axes
        The axes that were given.

    Raises
    ------
    ValueError
        If x has another shape, or the deviation is not positive.

    Examples
    --------
    >>> import maruyama as mr
    >>> from matplotlib.figure import Figure
    >>> from maruyama import plotting
    >>> axes = plotting.plot_histogram(Figure().subplots(), mr.standard_normal(1000, seed=7), 0.0, 1.0)
    >>> axes.get_title()
    '1,000 paths'
    """
    x = real_array(x, "x")
    if np.ndim(x) != 1 or not len(x):
        raise ValueError(f"x has shape {np.shape(x)}, expected (paths,), paths > 0: choose one dimension, x[:, 0]")
    if not deviation > 0:
        raise ValueError(f"deviation must be positive, got {deviation}")
    bins = np.linspace(mean - 5 * deviation, mean + 5 * deviation, 121)
    counts, _ = np.histogram(x, bins=bins)
    axes.stairs(counts / (x.size * np.diff(bins)), bins, fill=True, color=BLUE, alpha=0.5, label="samples")
    z = (bins - mean) / deviation
    axes.plot(bins, np.exp(-0.5 * z * z) / (deviation * np.sqrt(2 * np.pi)), color=ORANGE, label="exact density")
    axes.set(xlabel="X at the last time", ylabel="density", title=f"{x.size:,} paths")
    axes.legend(loc="upper right", frameon=False)
    return axes
