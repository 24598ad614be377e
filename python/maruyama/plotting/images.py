"""A grid of images."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from maruyama.arguments import real_array, whole_number

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["plot_images"]


def plot_images(axes: Axes, images: ArrayLike, shape: tuple[int, int], columns: int = 10) -> Axes:
    """Draw images, row by row of a grid, dark where they are large.

    Parameters
    ----------
    axes : matplotlib.axes.Axes
        Where to draw.
    images : array_like, shape (n, height * width)
        One image a row.
    shape : (height, width)
        Of an image.
    columns : int
        Images in a row of the grid, at most.

    Returns
    -------
    matplotlib.axes.Axes
        The axes that were given.

    Raises
    ------
    ValueError
        If shape is not a pair, the images do not have it, or there are none.

    Examples
    --------
    >>> import maruyama as mr
    >>> from matplotlib.figure import Figure
    >>> from maruyama import plotting
    >>> law = mr.UniformBox(np.zeros(64), np.ones(64))
    >>> axes = plotting.plot_images(Figure().subplots(), law.sample(20, seed=7), (8, 8))
    >>> axes.images[0].get_size()  # two rows of ten, with a frame of one pixel
    (18, 90)
    """
    pixels = real_array(images, "images").astype(np.float64)
    height, width = _size(shape)
    across = min(whole_number(columns, "columns", least=1), max(len(pixels), 1))
    if pixels.ndim != 2 or pixels.shape[1] != height * width or not len(pixels):
        raise ValueError(
            f"images has shape {pixels.shape}, expected (n, {height * width}) for images of {shape}, n > 0"
        )
    down = -(-len(pixels) // across)
    grid = np.full((down * across, height, width), np.nan)
    grid[: len(pixels)] = pixels.reshape(-1, height, width)
    framed = np.pad(grid, ((0, 0), (0, 1), (0, 1)), constant_values=np.nan)
    canvas = framed.reshape(down, across, height + 1, width + 1).swapaxes(1, 2).reshape(down * (height + 1), -1)
    finite = pixels[np.isfinite(pixels)]  # one lost image leaves the others as they are
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 1.0)
    axes.imshow(canvas, cmap="Greys", vmin=low, vmax=high)
    axes.set_axis_off()
    return axes


def _size(shape: tuple[int, int]) -> tuple[int, int]:
    if np.shape(shape) != (2,):
        raise ValueError(f"shape={shape}, expected (height, width)")
    return whole_number(shape[0], "height", least=1), whole_number(shape[1], "width", least=1)
