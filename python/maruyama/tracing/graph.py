"""The graph: scalar values known by number, each with its rate, and the groups of operations that make them.

A value is computed once whatever asks for it: equal operations of equal operands are one value, and what depends on
constants alone is a constant. Nothing here knows shapes, paths or NumPy's functions.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Sequence
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from maruyama.tracing.errors import Line, user_line
from maruyama.tracing.operations import COMMUTATIVE, FOLDS, OPERATIONS

__all__ = ["CONSTANT", "LANE", "TIME", "Graph", "Group", "Ids"]

Ids: TypeAlias = NDArray[np.int64]

CONSTANT, TIME, LANE = 0, 1, 2  # the rates of a value: never changes, once a step, for each path and step

_ROOM = 2048  # for values, at first
_FEW_UNIFORM = 4  # factors of a matrix product: more of them are summed apart, once a step


class Group(NamedTuple):
    """One operation on ``size`` values, which makes the values ``first``, ``first + 1``, ..."""

    operation: str
    first: int
    size: int
    operands: tuple[Ids, ...]  # (size,) each; of a fold one (size, terms); of a product one (terms,)
    weights: NDArray[Any] | None  # of a product: (terms, size)
    line: Line

    @property
    def out(self) -> Ids:
        """The values made."""
        return np.arange(self.first, self.first + self.size)


class Graph:
    """Values 0 = t, then ``leaves`` features of the path, then whatever is made of them.

    ``simplified`` is asked for a cheaper form of every operation; it answers with the values, or None.
    """

    def __init__(
        self,
        dtype: np.dtype[Any],
        leaves: int,
        simplified: "Callable[[Graph, str, tuple[Ids, ...]], Ids | None]" = lambda *operation: None,
    ) -> None:
        self.dtype = dtype
        self._simplified = simplified
        self.groups: list[Group] = []
        self.count = 0
        self._rates = np.empty(_ROOM, np.int8)
        self._values = np.empty(_ROOM, np.float64)
        self._negated = np.empty(_ROOM, np.int64)
        self.has_negated = False  # whether `negated` knows any
        self._constants: dict[int, int] = {}
        self._known: dict[Hashable, dict[Hashable, int]] = defaultdict(dict)
        self._answers: dict[Hashable, Ids] = {}  # what apply, fold and product have answered
        self._new(1, TIME)
        self.leaves = self._new(leaves, LANE)

    def rates(self, ids: Ids) -> NDArray[np.int8]:
        """CONSTANT, TIME or LANE of each value."""
        return self._rates[ids]

    def values(self, ids: Ids) -> NDArray[np.float64]:
        """The numbers that constants are; not a number where a value is no constant."""
        return self._values[ids]

    def negated(self, ids: Ids) -> Ids:
        """The value u where a value was made as -u, else -1."""
        return self._negated[ids]

    def constants(self, numbers: NDArray[Any]) -> Ids:
        """Constants of these values, rounded once to the graph's dtype; the shape is kept."""
        with np.errstate(all="ignore"):
            rounded = np.asarray(numbers).astype(self.dtype).astype(np.float64)
        bits = rounded.reshape(-1).view(np.int64).tolist()
        fresh = [key for key in dict.fromkeys(bits) if key not in self._constants]
        if fresh:
            made = self._new(len(fresh), CONSTANT, np.array(fresh, np.int64).view(np.float64))
            self._constants.update(zip(fresh, made.tolist(), strict=True))
        return np.array([self._constants[key] for key in bits], np.int64).reshape(rounded.shape)

    def apply(self, operation: str, *operands: Ids) -> Ids:
        """An elementwise operation on values: ``(count,)`` each."""
        key = operation, *(operand.tobytes() for operand in operands)
        if key not in self._answers:
            self._answers[key] = self._apply(operation, operands)
        return self._answers[key]

    def _apply(self, operation: str, operands: tuple[Ids, ...]) -> Ids:
        if operation in COMMUTATIVE:
            operands = self._in_order(*operands)
        simple = self._simplified(self, operation, operands)
        return self._nodes(operation, operands) if simple is None else simple

    def fold(self, operation: str, terms: Ids) -> Ids:
        """``(count, terms)`` values folded into ``(count,)``, from left to right."""
        key = operation, terms.shape, terms.tobytes()
        if key not in self._answers:
            self._answers[key] = self._fold(operation, terms)
        return self._answers[key]

    def _fold(self, operation: str, terms: Ids) -> Ids:
        if terms.shape[1] == 1:
            return terms[:, 0]
        whole = (self.rates(terms) == LANE).all(axis=1)
        if terms.shape[1] == 2 or not whole.any():
            return self._chain(FOLDS[operation], terms)
        if whole.all():
            return self._nodes(operation, (terms,))
        out = np.empty(len(terms), np.int64)
        out[whole] = self._nodes(operation, (terms[whole],))
        out[~whole] = self._chain(FOLDS[operation], terms[~whole])
        return out

    def product(self, factors: Ids, weights: NDArray[Any]) -> Ids:
        """``(terms,)`` values times a constant matrix ``(terms, count)``.

        The sum runs over the terms in order, fused multiply-adds; of more than a few factors that are the same for all
        paths it is made apart, once a step, and added at the end.
        """
        weights = np.asarray(weights, np.float64)
        key = factors.tobytes(), weights.tobytes(), weights.shape
        if key not in self._answers:
            self._answers[key] = self._product(factors, weights)
        return self._answers[key]

    def _product(self, factors: Ids, weights: NDArray[np.float64]) -> Ids:
        rates = self.rates(factors)
        lane = rates == LANE
        if not lane.any():
            return self._uniform_product(factors, weights)
        if 0 < (~lane).sum() <= _FEW_UNIFORM:
            factors = factors.copy()
            factors[~lane] = self._copies(factors[~lane], LANE)
            lane[:] = True
        out = self._made("matmul", (factors[lane],), LANE, weights.shape[1], weights[lane])
        return out if lane.all() else self.apply("add", out, self._uniform_product(factors[~lane], weights[~lane]))

    def _uniform_product(self, factors: Ids, weights: NDArray[np.float64]) -> Ids:
        if (self.rates(factors) == CONSTANT).all():
            rounded = self.values(factors).astype(self.dtype), weights.astype(self.dtype)
            return self.constants(rounded[0] @ rounded[1])
        leaf = (self.rates(factors) == CONSTANT) | (factors == 0)
        factors = factors.copy()
        factors[leaf] = self._copies(factors[leaf], TIME)
        return self._made("matmul", (factors,), TIME, weights.shape[1], weights)

    def _chain(self, operation: str, terms: Ids) -> Ids:
        result = terms[:, 0]
        for place in range(1, terms.shape[1]):
            result = self.apply(operation, result, terms[:, place])
        return result

    def _in_order(self, a: Ids, b: Ids) -> tuple[Ids, Ids]:
        """Constants second, else by number."""
        a_last, b_last = self.rates(a) == CONSTANT, self.rates(b) == CONSTANT
        swap = np.where(a_last == b_last, a > b, a_last)
        return np.where(swap, b, a), np.where(swap, a, b)

    def _copies(self, ids: Ids, rate: int) -> Ids:
        return self._looked_up(("copy", rate), ids.tolist(), lambda keys: self._made("copy", (_ids(keys),), rate))

    def _nodes(self, operation: str, operands: tuple[Ids, ...]) -> Ids:
        if operands[0].ndim == 2:
            keys: list[Any] = list(map(tuple, operands[0].tolist()))
            return self._looked_up(
                operation, keys, lambda fresh: self._made(operation, (_ids(fresh),), LANE, len(fresh))
            )
        if len(operands) == 1:
            keys = operands[0].tolist()
            return self._looked_up(operation, keys, lambda fresh: self._computed(operation, (_ids(fresh),)))
        if len(operands) == 2:
            keys = (operands[0] << 32 | operands[1]).tolist()  # one number for two, which dicts take faster
            return self._looked_up(operation, keys, lambda fresh: self._computed(operation, _halves(_ids(fresh))))
        keys = list(zip(*(operand.tolist() for operand in operands), strict=True))
        return self._looked_up(operation, keys, lambda fresh: self._computed(operation, tuple(_ids(fresh).T)))

    def _looked_up(self, operation: Hashable, keys: Sequence[Any], make: Callable[[Sequence[Any]], Ids]) -> Ids:
        table = self._known[operation]
        fresh = [key for key in dict.fromkeys(keys) if key not in table]
        if fresh:
            made = make(fresh)
            table.update(zip(fresh, made.tolist(), strict=True))
            if len(fresh) == len(keys):
                return made
        return np.array([table[key] for key in keys], np.int64)

    def _computed(self, operation: str, operands: tuple[Ids, ...]) -> Ids:
        """New values of an elementwise operation; of constants alone they are constants."""
        rates = np.maximum.reduce([self.rates(operand) for operand in operands])
        if (rates == rates[0]).all():
            return self._computed_at(int(rates[0]), operation, operands)
        out = np.empty(len(rates), np.int64)
        for rate in (CONSTANT, TIME, LANE):
            if (now := rates == rate).any():
                out[now] = self._computed_at(rate, operation, tuple(operand[now] for operand in operands))
        return out

    def _computed_at(self, rate: int, operation: str, operands: tuple[Ids, ...]) -> Ids:
        return self._folded(operation, operands) if rate == CONSTANT else self._made(operation, operands, rate)

    def _folded(self, operation: str, operands: tuple[Ids, ...]) -> Ids:
        numbers = [self.values(operand).astype(self.dtype) for operand in operands]
        with np.errstate(all="ignore"):
            return self.constants(OPERATIONS[operation](*numbers))

    def _made(
        self, operation: str, operands: tuple[Ids, ...], rate: int, count: int = -1,
        weights: NDArray[Any] | None = None,
    ) -> Ids:  # fmt: skip
        out = self._new(len(operands[0]) if count < 0 else count, rate)
        if operation == "negative":
            self._negated[out] = operands[0]
            self.has_negated = True
        if len(out):
            self.groups.append(Group(operation, int(out[0]), len(out), operands, weights, user_line()))
        return out

    def _new(self, count: int, rate: int, values: NDArray[Any] | float = np.nan) -> Ids:
        ids = np.arange(self.count, self.count + count)
        self.count += count
        if self.count > len(self._rates):
            self._rates = np.resize(self._rates, 2 * self.count)
            self._values = np.resize(self._values, 2 * self.count)
            self._negated = np.resize(self._negated, 2 * self.count)
        self._rates[ids], self._values[ids], self._negated[ids] = rate, values, -1
        return ids


def _ids(keys: Sequence[Any]) -> Ids:
    return np.array(keys, np.int64)


def _halves(keys: Ids) -> tuple[Ids, Ids]:
    return keys >> 32, keys & 0xFFFFFFFF
