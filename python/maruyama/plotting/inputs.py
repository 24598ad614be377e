"""What the pictures are made from, checked: saved paths, how many of them, points of the plane."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from maruyama.arguments import real_array, whole_number
from maruyama.result import Paths

__all__ = ["BLUE", "GREY", "ORANGE", "one_dimension", "plane_points", "require_paths", "require_saves"]

# of the palette of Okabe and Ito, which colour-blind readers can tell apart
BLUE, ORANGE, GREY = "#0072b2", "#d55e00", "#777777"


def require_saves(paths: Paths, least: int = 2) -> None:
    """Refuse a run that kept fewer states than the picture needs."""
    if len(paths.t) < least:
        raise ValueError(
            f"paths has {len(paths.t)} saved states, expected {least} or more: run with save='all' or save=k"
        )


def require_paths(paths: Paths) -> None:
    """Refuse a run of no paths, which has no quantiles and no histogram."""
    if not paths.x.shape[1]:
        raise ValueError("paths has 0 paths, expected 1 or more: run with paths=1 or more")


def one_dimension(paths: Paths, dimension: int) -> NDArray[Any]:
    """The states of one dimension, ``(saves, paths)``."""
    dim = paths.x.shape[2]
    if not 0 <= whole_number(dimension, "dimension") < dim:
        raise ValueError(f"dimension={dimension}, but the states have dimensions 0 to {dim - 1}")
    values: NDArray[Any] = paths.x[:, :, dimension]
    return values


def plane_points(points: ArrayLike, name: str) -> NDArray[np.float64]:
    """Points ``(n, 2)``."""
    values = real_array(points, name).astype(np.float64)
    if values.ndim != 2 or values.shape[1] != 2:
        raise ValueError(f"{name} has shape {values.shape}, expected (n, 2): choose two dimensions, {name}[:, [0, 1]]")
    return values
