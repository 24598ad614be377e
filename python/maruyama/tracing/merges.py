"""Several operations in one instruction, each rounded as before, where nobody else reads what is between them."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from maruyama.tracing.graph import LANE, Graph, Ids
from maruyama.tracing.operations import MERGED, MERGES, Merge
from maruyama.tracing.schedule import Part

__all__ = ["merged"]

_FIRST = ("", *dict.fromkeys(merge.first for merges in MERGES.values() for merge in merges))  # "" is any other


def merged(parts: Sequence[Part], outputs: Sequence[Ids], graph: Graph) -> list[Part]:
    """The parts with one operation in place of several, for each path of which one reads the other alone."""
    made = _Made(parts, outputs, graph)
    result: list[Part] = []
    waiting = [*reversed(parts)]
    while waiting:
        part = waiting.pop()
        for merge in MERGES.get(part.operation, ()):
            if (mask := made.can_merge(part, merge)).any():
                waiting += [part.chosen(~mask)] if not mask.all() else []
                waiting.append(made.one_of(part.chosen(mask), merge))
                break
        else:
            if (product := made.product_before(part)) is not None:
                part = made.with_bias(part, product)
            result.append(made.noted(part))
    return [part.chosen(mask) for part in result if (mask := made.reads[part.out] > 0).any()]


class _Made:
    """How each value was made, and how often it is read: never again where it was merged."""

    def __init__(self, parts: Sequence[Part], outputs: Sequence[Ids], graph: Graph) -> None:
        self.graph = graph
        self.reads = np.zeros(graph.count, np.int64)
        for values in [*(operand.reshape(-1) for part in parts for operand in part.operands), *outputs]:
            np.add.at(self.reads, values, 1)
        self._by = np.zeros(graph.count, np.int64)  # places in _FIRST
        self._of = np.zeros((3, graph.count), np.int64)  # operands
        self._products: dict[int, Part] = {}  # by their first value

    def noted(self, part: Part) -> Part:
        """The part, remembered."""
        name = "multiply" if part.operation == "square" else part.operation
        if part.operation == "matmul":
            self._products[int(part.out[0])] = part
        elif name in _FIRST:
            operands = part.operands * 2 if part.operation == "square" else part.operands
            self._by[part.out] = _FIRST.index(name)
            for place, operand in enumerate(operands):
                self._of[place, part.out] = operand
        return part

    def can_merge(self, part: Part, merge: Merge) -> NDArray[np.bool_]:
        """Where the operand was made by the first operation for this part alone."""
        read = part.operands[merge.place]
        mask = (self.reads[read] == 1) & (self._by[read] == _FIRST.index(merge.first))
        if merge.constant is not None:
            mask &= self.graph.rounded(part.operands[1 - merge.place]) == merge.constant
        return np.asarray(mask)

    def one_of(self, part: Part, merge: Merge) -> Part:
        """The part and what made its operand in one."""
        read = part.operands[merge.place]
        others = () if merge.constant is not None else _without(part.operands, merge.place)
        firsts = MERGED[merge.merged].__code__.co_argcount - len(others)
        self.reads[read] = 0
        return Part(merge.merged, part.out, (*self._of[:firsts, read], *others), None, part.line)

    def product_before(self, part: Part) -> tuple[Part, Ids] | None:
        """A matrix product to which the part adds a uniform value each, and that is read by it alone; the values."""
        for place, read in enumerate(part.operands) if part.operation == "add" else ():
            product, bias = self._products.get(int(read[0])), part.operands[1 - place]
            if product is None or not np.array_equal(product.out, read) or len(product.operands) > 1:
                continue
            if (self.reads[read] == 1).all() and (self.graph.rates(bias) < LANE).all():
                return product, bias
        return None

    def with_bias(self, part: Part, product: tuple[Part, Ids]) -> Part:
        """The product with the values added at its end."""
        before, bias = product
        self.reads[before.out] = 0
        return before._replace(out=part.out, operands=(before.operands[0], bias), line=part.line)


def _without(operands: tuple[Ids, ...], place: int) -> tuple[Ids, ...]:
    return operands[:place] + operands[place + 1 :]
