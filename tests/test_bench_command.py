"""`maruyama bench`: the table of speeds. No test depends on a time."""

import re

import numpy as np
import pytest
from typer.testing import CliRunner

from maruyama import cli, speed
from maruyama.speed import Problem, compare_all, decay, problems, seconds_in_turns

SMALL = ["bench", "--turns", "1", "--scale", "0.001"]


def test_the_table_has_a_line_for_each_problem_and_fill():
    result = CliRunner().invoke(cli.app, SMALL, catch_exceptions=False)
    assert result.exit_code == 0
    for name in [*(problem.name for problem in problems()), "normals, float64", "normals, float32"]:
        (line,) = (line for line in result.output.splitlines() if name in line)
        assert re.search(r"\d+ \(\d+\.\d x\)", line)
    assert max(map(len, result.output.splitlines())) <= 80


@pytest.mark.parametrize("problem", problems(0.001), ids=lambda problem: problem.name)
def test_each_problem_shows_that_its_answer_is_right(problem):
    problem.check()


def test_a_wrong_answer_is_not_timed(monkeypatch):
    monkeypatch.setattr(Problem, "numpy", lambda self, seed=0: np.ones((self.paths, self.dim)))
    with pytest.raises(AssertionError, match="the means are"):
        next(compare_all(1, 0.001))


def test_both_routes_are_compared():
    first = next(compare_all(1, 0.001))
    assert len(first.ours) == 2
    assert all(rate > 0 and ratio > 0 for rate, ratio in first.ours)


def test_turns_are_taken_one_after_the_other():
    order = []
    times = seconds_in_turns([lambda: order.append("a"), lambda: order.append("b")], 3)
    assert order == list("ababab")
    assert [len(each) for each in times] == [3, 3]
    assert decay(np.ones(1), 0.0) == -1


def test_normals_without_spread_are_not_timed(monkeypatch):
    monkeypatch.setattr(speed.mr, "standard_normal", lambda *_, out, **__: out.fill(0))
    with pytest.raises(AssertionError, match=r"E z\^2 is 0"):
        speed._fill(np.empty(1000), 1)
