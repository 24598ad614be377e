"""Cheaper forms of an operation that give the same bits; one table line each.

Powers with a small whole exponent are the exception: they are made of one or two roundings, as the line says.
"""

from collections.abc import Callable
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from maruyama.tracing.graph import CONSTANT, Graph, Ids

__all__ = ["simplified"]

Mask: TypeAlias = NDArray[np.bool_]
# Where it applies (None: nowhere), and what is then computed in its place.
Form: TypeAlias = tuple[Callable[..., Mask | None], Callable[..., Ids]]


def simplified(graph: Graph, operation: str, operands: tuple[Ids, ...]) -> Ids | None:
    """The values by a cheaper form where there is one for some of them, else None."""
    for applies, form in _FORMS.get(operation, ()):
        mask = applies(graph, *operands)
        if mask is not None and mask.any():
            out = np.empty(len(mask), np.int64)
            out[mask] = form(graph, *(operand[mask] for operand in operands))
            if not mask.all():
                out[~mask] = graph.apply(operation, *(operand[~mask] for operand in operands))
            return out
    return None


def _is(number: float, place: int) -> Callable[..., Mask]:
    """Operand ``place`` is this constant, signed zeros being different."""

    def applies(graph: Graph, *operands: Ids) -> Mask:
        values = graph.numbers(operands[place], operands)
        mask = np.asarray(values == number)
        return mask & (np.signbit(values) == np.signbit(number)) if number == 0 else mask

    return applies


def _negative(place: int) -> Callable[..., Mask | None]:
    return lambda graph, *operands: graph.negated(operands[place]) >= 0 if graph.has_negated else None


def _negative_by_constant(graph: Graph, a: Ids, b: Ids) -> Mask | None:
    return (graph.negated(a) >= 0) & (graph.rates(b) == CONSTANT) if graph.has_negated else None


def _same(first: int, second: int) -> Callable[..., Mask]:
    return lambda graph, *operands: operands[first] == operands[second]


def _power_of_two(graph: Graph, a: Ids, b: Ids) -> Mask:
    """Division by 2**k is multiplication by 2**-k, where that is a normal number."""
    values = graph.numbers(b, (a, b))
    fractions, exponents = np.frexp(values)
    limits = np.finfo(graph.dtype)
    return np.asarray((np.abs(fractions) == 0.5) & (exponents >= limits.minexp) & (exponents < limits.maxexp))


def _constant_condition(graph: Graph, condition: Ids, a: Ids, b: Ids) -> Mask:
    same = (graph.values(condition) != 0) == (graph.rounded(condition) != 0)
    return np.asarray((graph.rates(condition) == CONSTANT) & same)


def _first(graph: Graph, a: Ids, *others: Ids) -> Ids:
    return a


def _minus(graph: Graph, a: Ids) -> Ids:
    return graph.apply("negative", a)


def _chosen(graph: Graph, condition: Ids, a: Ids, b: Ids) -> Ids:
    ids: Ids = np.where(graph.values(condition) != 0, a, b)
    return ids


def _square(graph: Graph, a: Ids, *others: Ids) -> Ids:
    return graph.apply("square", a)


_FORMS: dict[str, tuple[Form, ...]] = {
    "negative": ((_negative(0), lambda g, a: g.negated(a)),),
    "absolute": ((_negative(0), lambda g, a: g.apply("absolute", g.negated(a))),),
    "square": ((_negative(0), lambda g, a: g.apply("square", g.negated(a))),),
    "add": (
        (_is(-0.0, 1), _first),
        (_negative(1), lambda g, a, b: g.apply("subtract", a, g.negated(b))),
        (_negative(0), lambda g, a, b: g.apply("subtract", b, g.negated(a))),
    ),
    "subtract": (
        (_is(0.0, 1), _first),
        (_negative(1), lambda g, a, b: g.apply("add", a, g.negated(b))),
    ),
    "multiply": (
        (_is(1.0, 1), _first),
        (_is(-1.0, 1), lambda g, a, b: _minus(g, a)),
        (_negative_by_constant, lambda g, a, b: g.apply("multiply", g.negated(a), _minus(g, b))),
        (_negative(0), lambda g, a, b: _minus(g, g.apply("multiply", g.negated(a), b))),
        (_negative(1), lambda g, a, b: _minus(g, g.apply("multiply", a, g.negated(b)))),
        (_same(0, 1), _square),
    ),
    "divide": (
        (_is(1.0, 1), _first),
        (_is(-1.0, 1), lambda g, a, b: _minus(g, a)),
        (_is(1.0, 0), lambda g, a, b: g.apply("reciprocal", b)),
        (_power_of_two, lambda g, a, b: g.apply("multiply", a, g.apply("reciprocal", b))),
        (_negative_by_constant, lambda g, a, b: g.apply("divide", g.negated(a), _minus(g, b))),
        (_negative(0), lambda g, a, b: _minus(g, g.apply("divide", g.negated(a), b))),
        (_negative(1), lambda g, a, b: _minus(g, g.apply("divide", a, g.negated(b)))),
    ),
    "power": (
        (_is(1.0, 1), _first),
        (_is(2.0, 1), _square),
        (_is(-1.0, 1), lambda g, a, b: g.apply("reciprocal", a)),
        (_is(3.0, 1), lambda g, a, b: g.apply("multiply", _square(g, a), a)),  # 1 ulp: two roundings
        (_is(4.0, 1), lambda g, a, b: _square(g, _square(g, a))),  # 1.5 ulp: two roundings, the first one squared
        (_is(0.0, 1), lambda g, a, b: g.constants(np.ones(len(a)))),
    ),
    "where": (
        (_constant_condition, _chosen),
        (_same(1, 2), lambda g, c, a, b: a),
    ),
}
