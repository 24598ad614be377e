"""Rules of small vectors and matrices: cross, trace, tril, triu, det, inv, solve.

A matrix is one for each path, as ``(paths, k, k)``, or the same for all.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from maruyama.tracing.array import Traced
from maruyama.tracing.elementwise import check_dtype
from maruyama.tracing.errors import refusal
from maruyama.tracing.graph import CONSTANT
from maruyama.tracing.movement import axis_of, tracer_of
from maruyama.tracing.reductions import total
from maruyama.tracing.rules import FUNCTIONS

__all__: list[str] = []

_LARGEST = 4  # rows of a matrix that is traced: the number of operations grows as its cube
_ANY_DIMS = int(np.__version__.split(".")[0]) < 2  # whether solve(a, b) takes b of a.ndim - 1 axes for vectors

Lines = list[list[Any]]  # a matrix: its elements, each an array over paths and whatever axes come before


# products


def _cross(
    a: Any, b: Any, axisa: int = -1, axisb: int = -1, axisc: int = -1, axis: int | None = None
) -> Any:  # fmt: skip
    """``np.cross``, in NumPy's order of operations."""
    if axis is not None:
        axisa = axisb = axisc = axis
    tracer = tracer_of((a, b))
    a, b = tracer.lifted(a), tracer.lifted(b)
    for array, place in ((a, axisa), (b, axisb)):
        axis_of(array, place)
    _refuse_paths(a, axisa, "np.cross")
    _refuse_paths(b, axisb, "np.cross")
    first, second = _components(a, axisa), _components(b, axisb)
    np.cross(np.zeros(len(first)), np.zeros(len(second)))  # says what NumPy says of other lengths
    if len(first) == len(second) == 2:
        return first[0] * second[1] - first[1] * second[0]
    x, y, z = (*first, None)[:3]
    u, v, w = (*second, None)[:3]
    parts = [_difference(y, w, z, v), _difference(z, u, x, w), _difference(x, v, y, u)]
    return np.stack(np.broadcast_arrays(*parts), axis=axisc)


def _difference(a: Any, b: Any, c: Any, d: Any) -> Any:
    """The difference a b - c d, where None is a component that is not there."""
    if a is None or b is None:
        return -(c * d)
    return a * b if c is None or d is None else a * b - c * d


def _cross_of_three(x1: Any, x2: Any, /, *, axis: int = -1) -> Any:
    tracer = tracer_of((x1, x2))
    x1, x2 = tracer.lifted(x1), tracer.lifted(x2)
    if x1.shape[axis] != 3 or x2.shape[axis] != 3:
        raise ValueError(f"np.linalg.cross takes vectors of 3, but axis {axis} has {x1.shape[axis]}, {x2.shape[axis]}")
    return _cross(x1, x2, axis=axis)


def _components(array: Traced, axis: int) -> list[Any]:
    along = (slice(None),) * (axis % array.ndim)
    return [array[(*along, k)] for k in range(array.shape[axis])]


def _refuse_paths(array: Traced, axis: int, name: str) -> None:
    if array.axis == axis % array.ndim:
        raise refusal(
            f"{name} along axis {axis} of shape {array.shape_text()} mixes the paths, and each path knows only its own "
            "values",
            "say axis=1, or axis=-1",
        )


# parts of matrices


def _trace(a: Any, offset: int = 0, axis1: int = 0, axis2: int = 1, dtype: Any = None) -> Any:
    check_dtype(dtype, a)
    array = tracer_of(a).lifted(a)
    for axis in (axis1, axis2):
        if array.axis == axis_of(array, axis):
            raise refusal(f"a diagonal along axis {axis} mixes the paths", "say axis1=1, axis2=2 of (paths, k, k)")
    return total(FUNCTIONS[np.diagonal](array, offset, axis1, axis2), -1)


def _trace_of_last(x: Any, /, *, offset: int = 0, dtype: Any = None) -> Any:
    return _trace(x, offset, -2, -1, dtype)


def _diagonal_of_last(x: Any, /, *, offset: int = 0) -> Any:
    return FUNCTIONS[np.diagonal](x, offset, -2, -1)


def _triangle(below: bool) -> Callable[..., Any]:
    """``np.tril`` or ``np.triu``."""

    def rule(m: Any, k: int = 0) -> Any:
        array = tracer_of(m).lifted(m)
        name = "np.tril" if below else "np.triu"
        for axis in range(-min(array.ndim, 2), 0):
            _refuse_paths(array, axis, name)
        mask = np.tri(array.shape[-2:][0], array.shape[-1], k if below else k - 1, dtype=bool)
        return np.where(mask if below else ~mask, array, np.zeros(1, array.dtype))

    return rule


# linear systems: Gaussian elimination with partial pivoting, the method of LAPACK (Golub, Van Loan, Matrix
# Computations, algorithm 3.4.1). The pivot of each path is its own: rows change places by np.where. So the result is
# that of a matrix within a few k units in the last place of its elements, as LAPACK's is.


def _det(a: Any) -> Any:
    lines, sign = _eliminated(_matrix(a, "np.linalg.det"), [])
    for k, line in enumerate(lines):
        sign = sign * line[k]
    return sign


def _inv(a: Any) -> Any:
    lines = _matrix(a, "np.linalg.inv")
    size = range(len(lines))
    return _assembled(_solved(lines, [[1.0 if i == j else 0.0 for j in size] for i in size]))


def _solve(a: Any, b: Any) -> Any:
    tracer = tracer_of((a, b))
    a, b = tracer.lifted(a), tracer.lifted(b)
    lines = _matrix(a, "np.linalg.solve")
    is_vector = b.ndim == 1 or (_ANY_DIMS and b.ndim == a.ndim - 1)
    b = b[..., None] if is_vector else b
    if b.axis == b.ndim - 2 or b.shape[-2] != len(lines):
        raise ValueError(
            f"np.linalg.solve: a has {len(lines)} rows and b, of shape {b.shape_text()}, should have as many along its "
            "last axis but one; vectors, one for each path, are b[..., None], and the result's [..., 0]"
        )
    columns = np.moveaxis(b, -2, 0)  # rows of b, each with its columns along the last axis
    wide = [[element[..., None] for element in line] for line in lines]
    solved = _solved(wide, [[columns[k]] for k in range(len(lines))])
    result = np.stack(np.broadcast_arrays(*(line[0] for line in solved)), axis=-2)
    return result[..., 0] if is_vector else result


def _matrix(a: Any, name: str) -> Lines:
    """The elements of a square matrix."""
    array = tracer_of(a).lifted(a) if not isinstance(a, Traced) else a
    if array.ndim < 2 or array.shape[-1] != array.shape[-2]:
        raise np.linalg.LinAlgError(f"{name} takes square matrices, (..., k, k), not {array.shape_text()}")
    _refuse_paths(array, -1, name)
    _refuse_paths(array, -2, name)
    size = array.shape[-1]
    if size > _LARGEST and not (array.tracer.graph.rates(array.ids) == CONSTANT).all():
        raise refusal(
            f"{name} is traced for matrices of up to {_LARGEST} rows, not {size}",
            "hand the function over without mr.compile",
        )
    return [[array[..., i, j] for j in range(size)] for i in range(size)]


def _eliminated(lines: Lines, right: Lines) -> tuple[Lines, Any]:
    """The upper triangle, and the sign of the permutation; the right sides change with it, in place."""
    lines = [[*line] for line in lines]
    sign: Any = 1.0
    for k in range(len(lines)):
        for i in range(k + 1, len(lines)):
            swap = np.greater(abs(lines[i][k]), abs(lines[k][k]))
            sign = np.where(swap, -sign, sign)
            for rows in (lines, right):
                if rows:
                    rows[k], rows[i] = _exchanged(swap, rows[k], rows[i])
        for i in range(k + 1, len(lines)):
            pivot = lines[k][k]
            factor = np.where(pivot == 0, 0.0, lines[i][k] / pivot)
            lines[i][k + 1 :] = [a - factor * b for a, b in zip(lines[i][k + 1 :], lines[k][k + 1 :], strict=True)]
            if right:
                right[i] = [a - factor * b for a, b in zip(right[i], right[k], strict=True)]
    return lines, sign


def _exchanged(swap: Any, first: Sequence[Any], second: Sequence[Any]) -> tuple[list[Any], list[Any]]:
    pairs = list(zip(first, second, strict=True))
    return [np.where(swap, b, a) for a, b in pairs], [np.where(swap, a, b) for a, b in pairs]


def _solved(lines: Lines, right: Lines) -> Lines:
    """The rows x of A x = right; not finite where A is singular."""
    right = [[*line] for line in right]
    upper, _ = _eliminated(lines, right)
    for i in reversed(range(len(upper))):
        for j in range(i + 1, len(upper)):
            right[i] = [b - upper[i][j] * x for b, x in zip(right[i], right[j], strict=True)]
        right[i] = [b / upper[i][i] for b in right[i]]
    return right


def _assembled(lines: Lines) -> Any:
    return np.stack([np.stack(np.broadcast_arrays(*line), axis=-1) for line in lines], axis=-2)


FUNCTIONS |= {
    np.cross: _cross,
    np.trace: _trace,
    np.tril: _triangle(below=True),
    np.triu: _triangle(below=False),
    np.linalg.det: _det,
    np.linalg.inv: _inv,
    np.linalg.solve: _solve,
}
if not _ANY_DIMS:
    FUNCTIONS |= {
        np.linalg.cross: _cross_of_three,
        np.linalg.trace: _trace_of_last,
        np.linalg.diagonal: _diagonal_of_last,
    }
