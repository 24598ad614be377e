"""A part of the sweep of ``scripts/sweep_functions.py``: NumPy's numbers, a refusal, or an error as NumPy's."""

import itertools

import pytest

from calls_to_sweep import OTHERS, every_call, names, swept

PARTS = 8
STEP = 29  # one of so many calls of each function, in turns


def part(number):
    chosen = (each for place, each in enumerate(every_call()) if place % STEP == 0 or each[1] in OTHERS)
    return itertools.islice(chosen, number, None, PARTS)


@pytest.mark.parametrize("number", range(PARTS))
def test_what_traces_gives_numpys_numbers_or_a_refusal(number):
    tally = swept(part(number))
    assert tally.faults == []
    assert tally.same > 0
    assert tally.refused > 0


def test_the_sweep_calls_every_function_that_has_a_rule():
    assert {callee.name for callee, _ in every_call()} >= set(names())
