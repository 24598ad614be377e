"""Rules of tables: where a value lies among constant knots, and what stands in the row of a table."""

from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from maruyama.tracing.array import Traced
from maruyama.tracing.choices import where
from maruyama.tracing.elementwise import as_numbers
from maruyama.tracing.errors import refusal
from maruyama.tracing.graph import Ids
from maruyama.tracing.movement import is_symbolic, tracer_of
from maruyama.tracing.rules import FUNCTIONS

__all__: list[str] = []

Side: TypeAlias = Literal["left", "right"]

_FEW = 4  # knots: choosing between so many takes less than looking for the interval


# places among knots


def _searchsorted(a: Any, v: Any, side: Side = "left", sorter: Any = None) -> Any:
    if sorter is not None:
        raise refusal("np.searchsorted with a sorter cannot be traced", "sort the array before")
    if side not in ("left", "right"):
        raise ValueError(f"search side must be 'left' or 'right' (got {side!r})")
    knots = _ascending(a, "np.searchsorted", "the array a")
    v = as_numbers(v)
    return where(v == v, _place(v, knots, side), len(knots))


def _digitize(x: Any, bins: Any, right: bool = False) -> Any:
    edges = np.asarray(bins) if not is_symbolic(bins) else bins
    side: Side = "left" if right else "right"
    if is_symbolic(edges) or edges.ndim != 1 or not (edges[1:] < edges[:-1]).any():
        return _searchsorted(_ascending(edges, "np.digitize", "bins"), x, side)
    return len(edges) - _searchsorted(_ascending(edges[::-1], "np.digitize", "bins"), x, side)


def _ascending(knots: Any, function: str, name: str) -> NDArray[np.float64]:
    if is_symbolic(knots):
        raise refusal(f"{function} where {name} depends on x or t cannot be traced", f"give {name} as numbers")
    array = np.asarray(knots)
    if array.ndim != 1:
        raise ValueError(f"{function}: {name} must have one axis, got shape {array.shape}")
    if array.dtype.kind not in "biuf" or not (array[:-1] <= array[1:]).all():
        raise refusal(f"{function} needs numbers that increase", f"sort {name}")
    return array.astype(np.float64)


def _place(x: Traced, knots: NDArray[np.float64], side: Side) -> Traced:
    """How many knots are below each value, or for the side "right" not above it; 0 for what is no number."""
    return _like(x, x.tracer.graph.search(x.ids.reshape(-1), knots, side))


# interpolation


def _interp(x: Any, xp: Any, fp: Any, left: Any = None, right: Any = None, period: Any = None) -> Any:
    """NumPy's formula, slope * (x - xp[j]) + fp[j], with the j of the last knot that is not above x."""
    if period is not None:
        raise refusal("np.interp with a period cannot be traced", "give x % period and knots from 0 to the period")
    if is_symbolic(xp):
        raise refusal(
            "np.interp with knots xp that depend on x or t cannot be traced",
            "give constant xp, and scale or add what depends on x or t to x",
        )
    tracer = tracer_of((x, fp))
    x = as_numbers(tracer.lifted(x))
    knots, heights = _table(xp, fp)
    between = _between(x, knots, heights)
    below = np.where(x < knots[0], heights[0] if left is None else left, between)
    above = np.where(x > knots[-1], heights[-1] if right is None else right, below)
    return np.where(x == knots[-1], heights[-1], above)


def _table(xp: Any, fp: Any) -> tuple[NDArray[np.float64], Any]:
    """Knots and values as NumPy accepts them; its results of knots that do not increase are of no use."""
    knots, heights = np.asarray(xp, float), _heights(fp)
    if knots.ndim != 1 or heights.ndim != 1:
        raise ValueError("np.interp: xp and fp must have one axis")
    if not len(knots):
        raise ValueError("array of sample points is empty")
    if len(knots) != heights.shape[0]:
        raise ValueError(f"fp and xp are not of same length: {heights.shape[0]} and {len(knots)}")
    if not (knots[:-1] <= knots[1:]).all():
        raise refusal("np.interp needs xp that increase", "sort xp, and fp with it")
    return knots, heights


def _heights(fp: Any) -> Any:
    if not is_symbolic(fp):
        return np.asarray(fp, float)
    heights = as_numbers(tracer_of(fp).lifted(fp))
    if heights.axis is None:
        return heights
    raise refusal(
        "np.interp with values fp of which each path has its own cannot be traced",
        "find the interval by np.searchsorted and compute the line from np.take, or leave mr.compile away",
    )


def _between(x: Traced, knots: NDArray[np.float64], heights: Any) -> Any:
    """The line through the knots beside x, taken from the left one, and where that is no number from the right one.

    At a knot it is the knot's own value.
    """
    if len(knots) == 1:
        return np.where(x == x, heights[0], heights[0])
    with np.errstate(all="ignore"):
        slopes = np.diff(heights) / np.diff(knots)
    places = np.flatnonzero(knots[:-1] < knots[1:])
    intervals = _Intervals(x, knots, places)
    slope, knot, height = intervals.of(slopes, knots[:-1], heights[:-1])
    line = slope * (x - knot) + height
    if not is_symbolic(heights) and all(np.isfinite(each).all() for each in (slopes[places], knots, heights)):
        return line
    next_knot, next_height = intervals.of(knots[1:], heights[1:])
    line = np.where(np.isnan(line), slope * (x - next_knot) + next_height, line)
    line = np.where(np.isnan(line) & (height == next_height), height, line)
    return np.where(np.isnan(x), x, np.where(x == knot, height, line))


class _Intervals:
    """In which of the intervals that begin at ``places`` each value lies; below all of them in the first."""

    def __init__(self, x: Traced, knots: NDArray[np.float64], places: NDArray[np.int64]) -> None:
        self.x, self.knots, self.places = x, knots, places
        if len(places) > _FEW:
            self._row = _place(x, knots[places[1:]], "right")

    def of(self, *columns: Any) -> list[Any]:
        """The entries of the columns, one for each knot but the last, that belong to the interval."""
        if len(self.places) <= _FEW:
            return [self._chosen(column) for column in columns]
        numbers = [column[self.places] for column in columns if not isinstance(column, Traced)]
        looked_up = iter(_columns(self._row, np.stack(numbers, axis=1)) if numbers else [])
        return [
            _picked(self._row, column[self.places]) if isinstance(column, Traced) else next(looked_up)
            for column in columns
        ]

    def _chosen(self, column: Any) -> Any:
        result = column[self.places[0]]
        for place in self.places[1:]:
            result = np.where(self.x >= self.knots[place], column[place], result)
        return result


# rows


def _columns(row: Traced, table: NDArray[np.float64]) -> list[Traced]:
    """``table[row, j]`` for each column j, of rows that exist."""
    found = row.tracer.graph.take(row.ids.reshape(-1), table)
    return [_like(row, found[:, column]) for column in range(table.shape[1])]


def _picked(row: Traced, values: Traced) -> Traced:
    """``values[row]`` of values that are computed of t, for rows that exist."""
    return _like(row, row.tracer.graph.pick(row.ids.reshape(-1), values.ids))


def _like(array: Traced, values: Ids) -> Traced:
    return Traced(array.tracer, values.reshape(array.ids.shape), array.axis, False, array.row)


FUNCTIONS |= {
    np.digitize: _digitize,
    np.interp: _interp,
    np.searchsorted: _searchsorted,
}
