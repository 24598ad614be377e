"""Rules of matrix products: @, dot, einsum and their kind are one contraction of two arrays.

With a constant matrix it is one instruction, which sums over the terms in order by fused multiply-adds. Two traced
arrays are multiplied and summed, from left to right.
"""

import operator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from maruyama.tracing.array import Traced
from maruyama.tracing.elementwise import check_dtype, elementwise, with_one_row
from maruyama.tracing.errors import refusal
from maruyama.tracing.graph import CONSTANT, Ids
from maruyama.tracing.movement import moved, tracer_of
from maruyama.tracing.reductions import total
from maruyama.tracing.rules import FUNCTIONS, UFUNCS
from maruyama.tracing.tracer import Tracer

__all__ = ["einsum", "matmul"]

_LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"


class _Matrices:
    """The constant operands of a product. Their numbers are no values of the graph: they are named by ~place here."""

    def __init__(self, tracer: Tracer) -> None:
        self.tracer = tracer
        self._numbers = np.empty(0)

    def read(self, operand: Any) -> Traced:
        """An operand; numbers of a plain array are kept here."""
        if not _is_matrix(operand) or self.tracer.rows in operand.shape:
            return self.tracer.lifted(operand)
        if (reading := self.tracer.lookups.reading(operand)) is not None:
            return Traced(self.tracer, reading.ids, reading.axis, operand.dtype.kind == "b")
        first = len(self._numbers)
        self._numbers = np.append(self._numbers, operand)
        ids = ~np.arange(first, first + operand.size).reshape(operand.shape)
        return Traced(self.tracer, ids, None, operand.dtype.kind == "b")

    def are_constant(self, ids: Ids) -> bool:
        """Whether all of these are numbers of kept arrays, or constants of the graph."""
        return bool((ids < 0).all() or ((ids >= 0).all() and (self.tracer.graph.rates(ids) == CONSTANT).all()))

    def values(self, ids: Ids) -> NDArray[np.float64]:
        """The numbers."""
        return self._numbers[~ids] if (ids < 0).all() else self.tracer.graph.values(ids)

    def rounded(self, ids: Ids) -> NDArray[np.float64]:
        """The numbers as the paths read them; the core rounds those of kept arrays."""
        return self._numbers[~ids] if (ids < 0).all() else self.tracer.graph.rounded(ids)

    def ids(self, ids: Ids) -> Ids:
        """Values of the graph in place of kept numbers."""
        if not (ids < 0).any():
            return ids
        places, inverse = np.unique(ids, return_inverse=True)
        known = np.where(places < 0, self.tracer.graph.constants(self._numbers[~places]), places)
        return known[inverse].reshape(ids.shape)

    def registered(self, array: Traced) -> Traced:
        """The array in values of the graph."""
        return Traced(self.tracer, self.ids(array.ids), array.axis, array.is_bool, array.row)


def _is_matrix(operand: Any) -> bool:
    return isinstance(operand, np.ndarray) and operand.dtype.kind in "biuf" and not _has_rules_of_its_own(operand)


def _has_rules_of_its_own(operand: Any) -> bool:
    return isinstance(operand, np.matrix | np.ma.MaskedArray)


def einsum(subscripts: Any, *operands: Any, optimize: Any = None, dtype: Any = None) -> Traced:
    """``np.einsum`` in its form with a string; several operands are taken from left to right."""
    if not isinstance(subscripts, str):
        raise refusal("np.einsum without a string of subscripts cannot be traced", "write np.einsum('ni,ij->nj', x, W)")
    check_dtype(dtype, operands)
    tracer = tracer_of(operands)
    matrices = _Matrices(tracer)
    arrays = [matrices.read(operand) for operand in operands]
    labels, result = _parsed(subscripts, [array.ndim for array in arrays])
    name, array = _prepared(labels[0], arrays[0], matrices)
    for place in range(1, len(arrays)):
        wanted = set(result).union(*labels[place + 1 :])
        name, array = _pair(name, array, *_prepared(labels[place], arrays[place], matrices), wanted, matrices)
    name, array = _summed(name, array, result, matrices)
    order = [name.index(label) for label in result]
    output: Traced = moved(tracer, [array], lambda codes: np.transpose(codes, order))
    return elementwise("not_equal", output, 0) if all(each.is_bool for each in arrays) else output


def _parsed(subscripts: str, ndims: list[int]) -> tuple[list[str], str]:
    """Labels of the operands and of the result, the dots written out."""
    left, arrow, result = subscripts.replace(" ", "").partition("->")
    parts = left.split(",")
    if len(parts) != len(ndims):
        raise ValueError("more operands provided to einstein sum function than specified in the subscripts string")
    free = [letter for letter in _LETTERS if letter not in subscripts]
    dots = max((ndim - len(part) + 3 for part, ndim in zip(parts, ndims, strict=True) if "..." in part), default=0)
    spread = "".join(free[:dots])
    names = []
    for part, ndim in zip(parts, ndims, strict=True):
        names.append(part.replace("...", spread[dots - (ndim - len(part) + 3) :]))
        if len(names[-1]) != ndim:
            raise ValueError(f"einsum: operand of {ndim} axes does not match the subscripts {part!r}")
    every = "".join(names)
    if strange := set(every + result.replace("...", "")) - set(_LETTERS):
        raise ValueError(f"einsum: {strange.pop()!r} in {subscripts!r} is no letter")
    wrong = [label for label in result.replace("...", "") if label not in every or result.count(label) > 1]
    if wrong:
        raise ValueError(f"einsum: the output label {wrong[0]!r} of {subscripts!r} must be one of an operand's, once")
    if not arrow:
        result = spread + "".join(sorted(label for label in set(every) - set(spread) if every.count(label) == 1))
    return names, result.replace("...", spread)


def _prepared(labels: str, array: Traced, matrices: _Matrices) -> tuple[str, Traced]:
    """Without repeated labels."""
    while len(set(labels)) < len(labels):
        label = next(label for label in labels if labels.count(label) > 1)
        first, second = [place for place, each in enumerate(labels) if each == label][:2]
        array = FUNCTIONS[np.diagonal](array, axis1=first, axis2=second)
        labels = "".join(each for place, each in enumerate(labels) if place not in (first, second)) + label
    return labels, array


def _summed(labels: str, array: Traced, wanted: str, matrices: _Matrices) -> tuple[str, Traced]:
    """Summed over the labels that are not wanted."""
    if alone := tuple(place for place, label in enumerate(labels) if label not in wanted):
        array = total(matrices.registered(array), alone)
    return "".join(label for label in labels if label in wanted), array


def _pair(left: str, a: Traced, right: str, b: Traced, wanted: set[str], matrices: _Matrices) -> tuple[str, Traced]:
    """Two operands contracted: labels that nobody else wants are summed over, those of one operand alone as well."""
    terms = "".join(label for label in dict.fromkeys(left + right) if label not in wanted)
    left, a = _with_labels(left, a, terms)
    right, b = _with_labels(right, b, terms)
    batch = "".join(label for label in left if label in right and label in wanted)
    rows = "".join(label for label in left if label not in right)
    columns = "".join(label for label in right if label not in left)
    if any(array.axis is not None and labels[array.axis] in terms for labels, array in ((left, a), (right, b))):
        raise refusal("this product sums over the paths, and each path knows only its own values")
    a_ids, b_ids, axis_label = _one_row_each(left, a, right, b)
    lengths = _lengths(left, a_ids, right, b_ids)
    first = _blocks(left, a_ids, (batch, rows, terms), lengths)
    second = _blocks(right, b_ids, (batch, terms, columns), lengths)
    ids = _contracted(matrices, first, second).reshape([lengths[label] for label in batch + rows + columns])
    name = batch + rows + columns
    return name, Traced(a.tracer, ids, None if axis_label is None else name.index(axis_label))


def _with_labels(labels: str, array: Traced, wanted: str) -> tuple[str, Traced]:
    """With an axis of length 1 for each label that it has not: 0 times infinity is summed as NumPy sums it."""
    missing = "".join(label for label in wanted if label not in labels)
    ids = array.ids.reshape(array.ids.shape + (1,) * len(missing))
    return labels + missing, Traced(array.tracer, ids, array.axis, array.is_bool, array.row)


def _one_row_each(left: str, a: Traced, right: str, b: Traced) -> tuple[Ids, Ids, str | None]:
    """The values of both with one row, and the label of the paths."""
    labels = {labels[array.axis] for labels, array in ((left, a), (right, b)) if array.axis is not None}
    if len(labels) > 1 or a.row is not None or b.row is not None:
        raise refusal("this product puts values of different paths together", "each path knows only its own values")
    if not labels:
        return a.ids, b.ids, None
    label = labels.pop()

    def one_row(name: str, array: Traced) -> Ids:
        return with_one_row(array, name.index(label) - array.ndim) if label in name else array.ids

    return one_row(left, a), one_row(right, b), label


def _lengths(left: str, a: Ids, right: str, b: Ids) -> dict[str, int]:
    lengths: dict[str, int] = {}
    for label, length in [*zip(left, a.shape, strict=True), *zip(right, b.shape, strict=True)]:
        if lengths.setdefault(label, length) != length:
            if 1 not in (length, lengths[label]):
                raise ValueError(f"the operands of a product do not fit: {a.shape} and {b.shape} without the paths")
            lengths[label] = max(length, lengths[label])
    return lengths


def _blocks(labels: str, ids: Ids, groups: tuple[str, str, str], lengths: dict[str, int]) -> Ids:
    """The values as (batch, rows, columns), from axes named by the labels of three groups."""
    order = [labels.index(label) for group in groups for label in group]
    shape = [lengths[label] for group in groups for label in group]
    spread = np.broadcast_to(ids.transpose(order), shape)
    return spread.reshape([int(np.prod([lengths[label] for label in group], dtype=int)) for group in groups])


def _contracted(matrices: _Matrices, a: Ids, b: Ids) -> Ids:
    """(batch, rows, terms) times (batch, terms, columns)."""
    batch, rows, terms = a.shape
    columns, graph = b.shape[2], matrices.tracer.graph
    if not terms:
        return np.full((batch, rows, columns), graph.constants(np.array(0.0)))
    if terms > 1 and matrices.are_constant(b):
        weights, rounded = matrices.values(b), matrices.rounded(b)
        products = [graph.product(row, weights[k], rounded[k]) for k in range(batch) for row in a[k]]
        return np.array(products, np.int64).reshape(batch, rows, columns)
    if terms > 1 and matrices.are_constant(a):
        return _contracted(matrices, b.transpose(0, 2, 1), a.transpose(0, 2, 1)).transpose(0, 2, 1)
    a, b = matrices.ids(a), matrices.ids(b)
    if terms > 1 and (graph.are_of_numbers(a) or graph.are_of_numbers(b)):
        raise refusal("a matrix made of the numbers of a run is taken as it is", "")  # a product has constant weights
    left = np.broadcast_to(a[:, :, None, :], (batch, rows, columns, terms)).reshape(-1)
    right = np.broadcast_to(b.transpose(0, 2, 1)[:, None], (batch, rows, columns, terms)).reshape(-1)
    made = graph.fold("sum", graph.apply("multiply", left, right).reshape(-1, terms))
    return np.asarray(made).reshape(batch, rows, columns)


def _arrays(tracer: Tracer, *operands: Any) -> list[Any]:
    """The operands as symbolic arrays, or as plain arrays of numbers."""
    arrays = [np.asarray(each) if isinstance(each, list | tuple) else each for each in operands]
    return [each if _is_matrix(each) else tracer.lifted(each) for each in arrays]


def _shape(array: Any) -> str:
    return array.shape_text() if isinstance(array, Traced) else str(array.shape)


def matmul(a: Any, b: Any, dtype: Any = None) -> Traced:
    """``a @ b``."""
    check_dtype(dtype, (a, b))
    tracer = tracer_of((a, b))
    a, b = _arrays(tracer, a, b)
    if not a.ndim or not b.ndim:
        raise ValueError("matmul: an operand has no axes, use * for scalars")
    if a.shape[-1] != b.shape[-2 if b.ndim > 1 else 0]:
        raise ValueError(f"matmul: the last axis of shape {_shape(a)} does not fit shape {_shape(b)}")
    left = "i" * (a.ndim > 1) + "k"
    right = "k" + "j" * (b.ndim > 1)
    result = "i" * (a.ndim > 1) + "j" * (b.ndim > 1)
    if a.ndim > 2 or b.ndim > 2:
        left, right, result = "..." + left, "..." + right, "..." + result
        left = left if a.ndim > 2 else left[3:]
        right = right if b.ndim > 2 else right[3:]
    return einsum(f"{left},{right}->{result}", a, b)


def _dot(a: Any, b: Any) -> Traced:
    tracer = tracer_of((a, b))
    a, b = _arrays(tracer, a, b)
    if not a.ndim or not b.ndim:
        product: Traced = a * b
        return product
    left, right = _LETTERS[: a.ndim], _LETTERS[a.ndim : a.ndim + b.ndim]
    last = right[-2] if b.ndim > 1 else right[-1]
    _check_lengths(a, -1, b, -2 if b.ndim > 1 else -1)
    return einsum(f"{left},{right.replace(last, left[-1])}->{left[:-1]}{right.replace(last, '')}", a, b)


def _inner(a: Any, b: Any) -> Traced:
    tracer = tracer_of((a, b))
    a, b = _arrays(tracer, a, b)
    if not a.ndim or not b.ndim:
        product: Traced = a * b
        return product
    left, right = _LETTERS[: a.ndim], _LETTERS[a.ndim : a.ndim + b.ndim]
    _check_lengths(a, -1, b, -1)
    return einsum(f"{left},{right[:-1]}{left[-1]}->{left[:-1]}{right[:-1]}", a, b)


def _check_lengths(a: Any, first: int, b: Any, second: int) -> None:
    """Raise what NumPy raises where the axes that are summed over have different lengths."""
    if a.shape[first] != b.shape[second]:
        raise ValueError(f"the axes of a product have different lengths, of shapes {_shape(a)} and {_shape(b)}")


def _outer(a: Any, b: Any) -> Traced:
    return einsum("i,j->ij", np.ravel(a), np.ravel(b))


def _vecdot(a: Any, b: Any, axis: int = -1) -> Traced:
    tracer = tracer_of((a, b))
    a, b = (np.moveaxis(each, operator.index(axis), -1) for each in _arrays(tracer, a, b))
    _check_lengths(a, -1, b, -1)
    return einsum("...i,...i->...", a, b)


def _tensordot(a: Any, b: Any, axes: Any = 2) -> Traced:
    tracer = tracer_of((a, b))
    a, b = _arrays(tracer, a, b)
    pairs = (range(-axes, 0), range(axes)) if isinstance(axes, int) else axes
    first, second = ([each] if isinstance(each, int) else list(each) for each in pairs)
    left, right = list(_LETTERS[: a.ndim]), list(_LETTERS[a.ndim : a.ndim + b.ndim])
    if len(first) != len(second) or len(set(first)) < len(first) or len(set(second)) < len(second):
        raise ValueError(f"tensordot: axes={axes} do not name as many axes of both arrays, each once")
    for i, j in zip(first, second, strict=True):
        _check_lengths(a, i, b, j)
        right[j] = left[i]
    result = [label for label in left if label not in right] + [label for label in right if label not in left]
    return einsum(f"{''.join(left)},{''.join(right)}->{''.join(result)}", a, b)


UFUNCS |= {
    "matmul": matmul,
    "vecdot": _vecdot,
    "matvec": lambda a, b: einsum("...ij,...j->...i", a, b),
    "vecmat": lambda a, b: einsum("...i,...ij->...j", a, b),
}
FUNCTIONS |= {
    np.einsum: einsum,
    np.dot: _dot,
    np.inner: _inner,
    np.outer: _outer,
    np.tensordot: _tensordot,
}
