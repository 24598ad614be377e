"""A part of the sweep of ``scripts/sweep_functions.py``: NumPy's numbers, a refusal, or an error as NumPy's."""

import inspect
import itertools
import re
from pathlib import Path

import numpy as np
import pytest
from scipy import special

from calls_to_sweep import OTHERS, every_call, names, swept
from maruyama.tracing import rules, signatures

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


@pytest.mark.parametrize("function", rules.FUNCTIONS, ids=lambda function: function.__name__)
def test_a_rule_has_parameters_of_the_function_alone(function):
    names = list(inspect.signature(rules.FUNCTIONS[function]).parameters)
    own = signatures.signature_of(function).parameters
    assert set(names[1:]) <= {*own, *LATER}


@pytest.mark.parametrize("place", range(3), ids=["functions", "methods", "scipy.special"])
def test_the_page_lists_what_traces(place):
    prefix = ("np.", "np.ndarray.", "special.")[place]
    block = re.findall(r"```text\n(.*?)\n```", (DOCS / "traced.md").read_text(), re.DOTALL)[place]
    listed = set(re.split(r",?\s+", block))
    own = {name.removeprefix(prefix) for name in names() if name.startswith(prefix)}
    own = {name for name in own if not (place == 0 and name.startswith("ndarray."))} - NO_FUNCTIONS
    assert own <= listed
    missing = [name for name in listed - own if hasattr(module_of(prefix), name)]
    assert missing == []


def module_of(prefix):
    return {"np.": np, "np.ndarray.": np.ndarray, "special.": special}[prefix]


DOCS = Path(__file__).parent.parent / "docs"
NO_FUNCTIONS = {"copyto", "may_share_memory", "shares_memory"}  # their rules only refuse
LATER = {"min", "max", "mean", "correction", "x2"}  # of newer NumPys, or given by position alone
