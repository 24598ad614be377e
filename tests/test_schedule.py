"""The order of a program's groups: found with work that grows as the groups do."""

import numpy as np
import pytest

from maruyama.tracing.errors import Line
from maruyama.tracing.schedule import Part, scheduled


class Counted(list):
    """Parts that count how often one of them is looked at."""

    looks = 0

    def __iter__(self):
        return map(self.__getitem__, range(len(self)))

    def __reversed__(self):
        return map(self.__getitem__, reversed(range(len(self))))

    def __getitem__(self, place):
        self.looks += 1
        return super().__getitem__(place)


def chains(outputs, length):
    """So many outputs, each at the end of a chain of operations on one value."""
    ids = np.arange(1, 1 + outputs * length).reshape(outputs, length)
    parts = []
    for chain in ids:
        for place, value in enumerate(chain):
            operand = np.array([chain[place - 1] if place else 0])
            parts.append(Part("sin", np.array([value]), (operand,), None, Line("", 0)))
    return Counted(parts), [ids[:, -1]], 1 + ids.size


@pytest.mark.parametrize("length", [10, 100, 400])
def test_twice_as_many_groups_are_twice_the_work(length):
    looks = []
    for outputs in (40, 80, 160):
        parts, sinks, count = chains(outputs, length)
        order = scheduled(parts, sinks, count)
        assert sorted(int(part.out[0]) for part in order) == list(range(1, count))
        looks.append(parts.looks)
    assert looks[2] < 2.5 * looks[1] < 6.25 * looks[0]


def test_a_group_comes_after_those_that_it_reads():
    rng = np.random.default_rng(7)
    parts = [
        Part("add", np.array([k]), (rng.integers(0, k, 1), rng.integers(0, k, 1)), None, Line("", 0))
        for k in range(1, 2000)
    ]
    order = scheduled(parts, [rng.permutation(1999)[:300] + 1], 2000)
    made = {0}
    for part in order:
        assert {int(operand[0]) for operand in part.operands} <= made
        made |= set(part.out.tolist())
