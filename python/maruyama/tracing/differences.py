"""The rule of np.gradient: differences along features, in NumPy's order of operations."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from maruyama.tracing.array import Traced
from maruyama.tracing.errors import refusal
from maruyama.tracing.movement import axis_of, tracer_of
from maruyama.tracing.rules import FUNCTIONS

__all__: list[str] = []

Spacing = NDArray[Any] | float  # the distances between neighbours, or the one distance that all have


def _gradient(f: Any, *varargs: Any, axis: Any = None, edge_order: int = 1) -> Any:
    """``np.gradient`` along feature axes."""
    array = tracer_of((f, varargs)).lifted(f)
    axes = _places(array, axis)
    if edge_order > 2:
        raise ValueError("'edge_order' greater than 2 not supported")
    found = [
        _along(array, place, spacing, edge_order)
        for place, spacing in zip(axes, _spacings(varargs, array, axes), strict=True)
    ]
    return found[0] if len(found) == 1 else _several(found)


def _several(found: list[Any]) -> Any:
    """NumPy 2 gives a tuple, NumPy 1 a list."""
    return found if np.__version__.startswith("1.") else tuple(found)


def _places(array: Traced, axis: Any) -> list[int]:
    axes = range(array.ndim) if axis is None else axis if isinstance(axis, tuple | list) else (axis,)
    places = [axis_of(array, each) for each in axes]
    if len(set(places)) < len(places):
        raise ValueError("repeated axis")
    if array.axis in places:
        raise refusal(
            f"np.gradient of shape {array.shape_text()} over {'all axes' if axis is None else f'axis {axis}'} takes "
            "differences between paths, and each path knows only its own values",
            "say axis=1 or axis=-1",
        )
    return places


def _spacings(given: Sequence[Any], array: Traced, places: list[int]) -> list[Spacing]:
    if any(isinstance(each, Traced) for each in given):
        raise refusal("np.gradient with a traced spacing cannot be traced", "divide the result by it, with spacing 1")
    if not given:
        return [1.0] * len(places)
    if len(given) == 1 and np.ndim(given[0]) == 0:
        return [given[0]] * len(places)
    if len(given) != len(places):
        raise TypeError(f"np.gradient takes one spacing, or one for each of {len(places)} axes, not {len(given)}")
    return [_distances(np.asarray(each), array.shape[place]) for each, place in zip(given, places, strict=True)]


def _distances(points: NDArray[Any], length: int) -> Spacing:
    if points.ndim == 0:
        return float(points)
    if points.ndim != 1 or len(points) != length:
        raise ValueError(f"the distances of np.gradient should be a number or {length} points, not {points.shape}")
    distances = np.diff(points.astype(float))
    return float(distances[0]) if (distances == distances[0]).all() else distances


def _along(f: Traced, place: int, spacing: Spacing, edge_order: int) -> Any:
    length = f.shape[place]
    if length < edge_order + 1:
        raise ValueError(f"np.gradient needs edge_order + 1 = {edge_order + 1} elements along an axis, not {length}")
    between = (slice(None),) * place

    def part(start: int | None, stop: int | None) -> Any:
        return f[(*between, slice(start, stop))]

    inner = _inner(spacing, part(None, -2), part(1, -1), part(2, None), f.ndim - place - 1)
    if edge_order == 1:
        h = np.broadcast_to(spacing, length - 1)
        first, last = (part(1, 2) - part(0, 1)) / h[0], (part(-1, None) - part(-2, -1)) / h[-1]
    else:
        first = _weighted(_first_edge(spacing), part(0, 1), part(1, 2), part(2, 3))
        last = _weighted(_last_edge(spacing), part(-3, -2), part(-2, -1), part(-1, None))
    return np.concatenate([first, inner, last], axis=place)


def _inner(spacing: Spacing, before: Any, at: Any, after: Any, axes_after: int) -> Any:
    """The central difference of second order."""
    if not isinstance(spacing, np.ndarray):
        return (after - before) / (2.0 * spacing)
    h, k = (each.reshape(-1, *(1,) * axes_after) for each in (spacing[:-1], spacing[1:]))
    return _weighted((-k / (h * (h + k)), (k - h) / (h * k), h / (k * (h + k))), before, at, after)


def _first_edge(spacing: Spacing) -> tuple[Any, Any, Any]:
    if not isinstance(spacing, np.ndarray):
        return -1.5 / spacing, 2.0 / spacing, -0.5 / spacing
    h, k = spacing[:2]
    return -(2.0 * h + k) / (h * (h + k)), (h + k) / (h * k), -h / (k * (h + k))


def _last_edge(spacing: Spacing) -> tuple[Any, Any, Any]:
    if not isinstance(spacing, np.ndarray):
        return 0.5 / spacing, -2.0 / spacing, 1.5 / spacing
    h, k = spacing[-2:]
    return k / (h * (h + k)), -(k + h) / (h * k), (2.0 * k + h) / (k * (h + k))


def _weighted(weights: tuple[Any, Any, Any], a: Any, b: Any, c: Any) -> Any:
    return weights[0] * a + weights[1] * b + weights[2] * c


FUNCTIONS[np.gradient] = _gradient
