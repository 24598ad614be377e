"""The graph: scalar values known by number, each with its rate, and the groups of operations that make them.

A value is computed once whatever asks for it: equal operations of equal operands are one value, and what depends on
constants alone is a constant. Nothing here knows shapes, paths or NumPy's functions.

A constant is two numbers: what it is in float64, which meets t, and what it is in the dtype of the states, which meets
the paths. They differ where the states are float32: what is computed of t alone is rounded once, when it is done.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Sequence
from typing import Any, Literal, NamedTuple, TypeAlias

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
    weights: NDArray[Any] | None  # of a product: (terms, size); of a lookup its table
    line: Line

    @property
    def out(self) -> Ids:
        """The values made."""
        return np.arange(self.first, self.first + self.size)


class Graph:
    """Values 0 = t, then ``leaves`` features of the path and ``numbers`` of the run, then whatever is made of them.

    The numbers of a run are read as t is: each run may have others. ``simplified`` is asked for a cheaper form of every
    operation; it answers with the values, or None.
    """

    def __init__(
        self,
        dtype: np.dtype[Any],
        leaves: int,
        simplified: "Callable[[Graph, str, tuple[Ids, ...]], Ids | None]" = lambda *operation: None,
        numbers: int = 0,
    ) -> None:
        self.dtype = dtype
        self._simplified = simplified
        self.groups: list[Group] = []
        self.count = 0
        self._rates = np.empty(_ROOM, np.int8)
        self._values = np.empty(_ROOM, np.float64)
        self._rounded = np.empty(_ROOM, np.float64)
        self._negated = np.empty(_ROOM, np.int64)
        self.has_negated = False  # whether `negated` knows any
        self._constants: dict[Hashable, int] = {}
        self._known: dict[Hashable, dict[Hashable, int]] = defaultdict(dict)
        self._answers: dict[Hashable, Ids] = {}  # what apply, fold and product have answered
        self._new(1, TIME)
        self.leaves = self._new(leaves, LANE)
        self.run_numbers = self._new(numbers, TIME)
        self._of_numbers = set(self.run_numbers.tolist())

    def are_of_numbers(self, ids: Ids) -> bool:
        """Whether any of these is made of the numbers of the run and of no state."""
        return bool(self._of_numbers) and not self._of_numbers.isdisjoint(np.asarray(ids).reshape(-1).tolist())

    def more_leaves(self, count: int) -> Ids:
        """Further features of the path, after all that there are."""
        made = self._new(count, LANE)
        self.leaves = np.append(self.leaves, made)
        return made

    def rates(self, ids: Ids) -> NDArray[np.int8]:
        """CONSTANT, TIME or LANE of each value."""
        return self._rates[ids]

    def values(self, ids: Ids) -> NDArray[np.float64]:
        """The numbers that constants are in float64; not a number where a value is no constant."""
        return self._values[ids]

    def rounded(self, ids: Ids) -> NDArray[np.float64]:
        """The numbers that they are for the paths, in the graph's dtype."""
        return self._rounded[ids]

    def numbers(self, ids: Ids, operands: Sequence[Ids]) -> NDArray[np.float64]:
        """The numbers of constants as an operation of these operands reads them.

        One of constants alone is done with both: not a number where they differ.
        """
        values, rounded = self.values(ids), self.rounded(ids)
        if self.dtype == np.float64:
            return values
        rates = np.maximum.reduce([self.rates(operand) for operand in operands])
        return np.where(rates == LANE, rounded, np.where((rates == TIME) | (values == rounded), values, np.nan))

    def negated(self, ids: Ids) -> Ids:
        """The value u where a value was made as -u, else -1."""
        return self._negated[ids]

    def constants(self, numbers: NDArray[Any], rounded: NDArray[Any] | None = None) -> Ids:
        """Constants of these numbers, rounded once for the paths if it is not said what they are there."""
        with np.errstate(all="ignore"):
            values = np.asarray(numbers).astype(np.float64)
            rounded = np.asarray(numbers if rounded is None else rounded).astype(self.dtype).astype(np.float64)
        keys = self._keys(values, rounded)
        fresh = [key for key in dict.fromkeys(keys) if key not in self._constants]
        if fresh:
            pairs = np.array([(key, key) if isinstance(key, int) else key for key in fresh], np.int64)
            made = self._new(len(fresh), CONSTANT, *np.ascontiguousarray(pairs.T).view(np.float64))
            self._constants.update(zip(fresh, made.tolist(), strict=True))
        return np.array([self._constants[key] for key in keys], np.int64).reshape(values.shape)

    def _keys(self, values: NDArray[np.float64], rounded: NDArray[np.float64]) -> list[Any]:
        """The bits of each constant: of one number, or of two."""
        bits = values.reshape(-1).view(np.int64).tolist()
        if self.dtype == np.float64:
            return bits
        return list(zip(bits, rounded.reshape(-1).view(np.int64).tolist(), strict=True))

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

    def product(self, factors: Ids, weights: NDArray[Any], rounded: NDArray[Any] | None = None) -> Ids:
        """``(terms,)`` values times a constant matrix ``(terms, count)``; ``rounded`` is what it is for the paths.

        The sum runs over the terms in order, fused multiply-adds; of more than a few factors that are the same for all
        paths it is made apart, once a step, and added at the end.
        """
        weights = np.asarray(weights, np.float64)
        rounded = weights if rounded is None else np.asarray(rounded, np.float64)
        key = factors.tobytes(), weights.tobytes(), rounded.tobytes(), weights.shape
        if key not in self._answers:
            self._answers[key] = self._product(factors, weights, rounded)
        return self._answers[key]

    def _product(self, factors: Ids, weights: NDArray[np.float64], rounded: NDArray[np.float64]) -> Ids:
        rates = self.rates(factors)
        lane = rates == LANE
        if not lane.any():
            return self._uniform_product(factors, weights, rounded)
        if 0 < (~lane).sum() <= _FEW_UNIFORM:
            factors = self._at_rate(factors, LANE)
            lane[:] = True
        out = self._made("matmul", (factors[lane],), LANE, weights.shape[1], rounded[lane])
        if lane.all():
            return out
        return self.apply("add", out, self._uniform_product(factors[~lane], weights[~lane], rounded[~lane]))

    def _uniform_product(self, factors: Ids, weights: NDArray[np.float64], rounded: NDArray[np.float64]) -> Ids:
        if (self.rates(factors) == CONSTANT).all():
            for_paths = self.rounded(factors).astype(self.dtype) @ rounded.astype(self.dtype)
            return self.constants(self.values(factors) @ weights, for_paths)
        return self._made("matmul", (self._at_rate(factors, TIME),), TIME, weights.shape[1], weights)

    def search(self, values: Ids, knots: NDArray[np.float64], side: Literal["left", "right"]) -> Ids:
        """How many of the knots, which ascend, are below each value, or for the side "right" not above it.

        It is 0 for what is no number.
        """

        def counted(numbers: NDArray[Any], among: NDArray[Any]) -> NDArray[np.int64]:
            return np.where(np.isnan(numbers), 0, np.searchsorted(among, numbers, side))

        def made(rate: int, now: Ids) -> Ids:
            if rate == CONSTANT or not len(knots):
                for_paths = counted(self.rounded(now), knots.astype(self.dtype).astype(np.float64))
                return self.constants(counted(self.values(now), knots), for_paths)
            return self._made(f"search_{side}", (self._at_rate(now, rate),), rate, len(now), knots[:, None])

        return self._answered(("search", side, knots.tobytes()), values, made)

    def take(self, rows: Ids, table: NDArray[np.float64]) -> Ids:
        """The rows of a constant table ``(rows, width)`` that the values number: ``(count, width)`` values."""
        width = table.shape[1]

        def rows_of(numbers: NDArray[np.float64]) -> NDArray[np.float64]:
            places = numbers.astype(np.int64).clip(0, len(table) - 1)
            return np.ravel(table[places])

        def made(rate: int, now: Ids) -> Ids:
            if rate == CONSTANT:
                return self.constants(rows_of(self.values(now)), rows_of(self.rounded(now))).reshape(-1, width)
            return self._made("take", (self._at_rate(now, rate),), rate, len(now) * width, table).reshape(-1, width)

        return self._answered(("take", table.shape, table.tobytes()), rows, made, width)

    def pick(self, rows: Ids, values: Ids) -> Ids:
        """Those of the values, which are computed, that ``rows`` number."""

        def made(rate: int, now: Ids) -> Ids:
            if rate == CONSTANT:
                return np.take(values, self.values(now).astype(np.int64), mode="clip")
            rate = max(rate, int(self.rates(values).max()))
            own, chosen = self._at_rate(now, rate), self._pickable(values, rate)
            return np.concatenate([self._made("pick", (chosen[None], own[[i]]), rate, 1) for i in range(len(own))])

        return self._answered(("pick", values.tobytes()), rows, made)

    def _answered(self, key: Hashable, values: Ids, make: Callable[[int, Ids], Ids], width: int = 0) -> Ids:
        """What is made of values of each rate apart, as before where it was asked for before."""
        key = key, values.tobytes()
        if key not in self._answers:
            rates = self.rates(values)
            answer = np.empty((len(values), width) if width else len(values), np.int64)
            for rate in set(rates.tolist()):
                answer[rates == rate] = make(rate, values[rates == rate])
            self._answers[key] = answer
        return self._answers[key]

    def _at_rate(self, values: Ids, rate: int) -> Ids:
        """The values, of those that change less often, and of t itself, copies that are computed."""
        values = values.copy()
        less = (self.rates(values) < rate) | (values == 0)
        values[less] = self._copies(values[less], rate)
        return values

    def _pickable(self, values: Ids, rate: int) -> Ids:
        """The values, either all of them uniform where they are read or none."""
        rates = self.rates(values)
        return values if rate == LANE and (rates < LANE).all() else self._at_rate(values, rate)

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
        with np.errstate(all="ignore"):
            values = OPERATIONS[operation](*map(self.values, operands))
            if self.dtype == np.float64:
                return self.constants(values)
            rounded = (self.rounded(operand).astype(self.dtype) for operand in operands)
            return self.constants(values, OPERATIONS[operation](*rounded))

    def _note_numbers(self, out: Ids, operands: tuple[Ids, ...]) -> None:
        made_of = np.stack(np.broadcast_arrays(*operands)) if operands[0].shape == out.shape else None
        for place, value in enumerate(out.tolist()):
            if self.are_of_numbers(operands[0] if made_of is None else made_of[:, place]):
                self._of_numbers.add(value)

    def _made(
        self, operation: str, operands: tuple[Ids, ...], rate: int, count: int = -1,
        weights: NDArray[Any] | None = None,
    ) -> Ids:  # fmt: skip
        out = self._new(len(operands[0]) if count < 0 else count, rate)
        if rate == TIME and self._of_numbers:
            self._note_numbers(out, operands)
        if operation == "negative":
            self._negated[out] = operands[0]
            self.has_negated = True
        if len(out):
            self.groups.append(Group(operation, int(out[0]), len(out), operands, weights, user_line()))
        return out

    def _new(
        self, count: int, rate: int, values: NDArray[Any] | float = np.nan, rounded: NDArray[Any] | float = np.nan
    ) -> Ids:
        ids = np.arange(self.count, self.count + count)
        self.count += count
        if self.count > len(self._rates):
            self._rates = np.resize(self._rates, 2 * self.count)
            self._values = np.resize(self._values, 2 * self.count)
            self._rounded = np.resize(self._rounded, 2 * self.count)
            self._negated = np.resize(self._negated, 2 * self.count)
        self._rates[ids], self._negated[ids] = rate, -1
        self._values[ids], self._rounded[ids] = values, rounded
        return ids


def _ids(keys: Sequence[Any]) -> Ids:
    return np.array(keys, np.int64)


def _halves(keys: Ids) -> tuple[Ids, Ids]:
    return keys >> 32, keys & 0xFFFFFFFF
