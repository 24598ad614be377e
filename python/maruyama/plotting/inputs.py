"""What the pictures are made from, checked: saved paths, points of the plane."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from maruyama.arguments import real_array, whole_number
from maruyama.result import Paths

if TYPE_CHECKING:
    from matplotlib.artist import Artist

__all__ = ["BLUE", "GREY", "ORANGE", "known_law", "one_dimension", "plane_points", "require_saves", "styled"]

# of the palette of Okabe and Ito, which colour-blind readers can tell apart
BLUE, ORANGE, GREY = "#0072b2", "#d55e00", "#777777"


def require_saves(paths: Paths, least: int = 2) -> None:
    """Refuse a run that kept fewer states than the picture needs."""
    _require_paths(paths)
    if len(paths.t) < least:
        raise ValueError(
            f"paths has {len(paths.t)} saved states, expected {least} or more: run with save='all' or save=k"
        )


def one_dimension(paths: Paths, dimension: int) -> NDArray[Any]:
    """The states of one dimension, ``(saves, paths)``."""
    _require_paths(paths)
    dim = paths.x.shape[2]
    if not 0 <= whole_number(dimension, "dimension") < dim:
        raise ValueError(f"dimension={dimension}, but the states have dimensions 0 to {dim - 1}")
    values: NDArray[Any] = paths.x[:, :, dimension]
    return values


def known_law(x: NDArray[Any]) -> NDArray[Any]:
    """States ``(saves, paths)`` that have quantiles: there are some, and all are finite."""
    if x.shape[1] == 0:
        raise ValueError("paths holds no path, expected 1 or more")
    finite = np.isfinite(x).all(axis=0)
    if not finite.all():
        raise ValueError(
            f"{np.count_nonzero(~finite)} of {finite.size} paths are not finite: leave them out, "
            "dataclasses.replace(paths, x=paths.x[:, np.isfinite(paths.x).all(axis=(0, 2))])"
        )
    return x


def _require_paths(paths: Paths) -> None:
    if not isinstance(paths, Paths):
        raise TypeError(f"paths must be what a run returns, maruyama.Paths, got {type(paths).__name__}")


def plane_points(points: ArrayLike, name: str) -> NDArray[np.float64]:
    """Points ``(n, 2)``."""
    values = real_array(points, name).astype(np.float64)
    if values.ndim != 2 or values.shape[1] != 2:
        raise ValueError(f"{name} has shape {values.shape}, expected (n, 2): choose two dimensions, {name}[:, [0, 1]]")
    return values


def styled(defaults: dict[str, Any], style: dict[str, Any], artist: type[Artist]) -> dict[str, Any]:
    """The defaults under the style that was given, where ``lw`` is ``linewidth`` and so on, as matplotlib has it."""
    from matplotlib.cbook import normalize_kwargs

    return {**defaults, **normalize_kwargs(style, artist)}
