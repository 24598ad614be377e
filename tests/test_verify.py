"""`maruyama verify`: its answers are right, its table says so, and a wrong one ends with 1."""

import dataclasses
import hashlib
import signal
import subprocess

import numpy as np
import pytest
from typer.testing import CliRunner

import maruyama.cli.verify
from loop import numpy_loop
from maruyama import _core, cli
from maruyama.verify import all_cases
from maruyama.verify.bits import RUN_HASH, field, run_on_level
from maruyama.verify.case import Bits, Case, Computed, Sampled
from maruyama.verify.first_passage import exit_probability_on_the_grid
from reference import noise

CASES = all_cases()


@pytest.fixture(scope="module")
def invoked():
    return CliRunner().invoke(cli.app, ["verify"], catch_exceptions=False)


def test_every_known_answer_is_found(invoked):
    assert invoked.exit_code == 0
    assert "WRONG" not in invoked.output
    assert f"{len(CASES)} of {len(CASES)} known answers found" in invoked.output


def test_the_table_names_every_case_on_a_line_of_its_own(invoked):
    lines = invoked.output.splitlines()
    assert all(any(line.strip().startswith(case.name) for line in lines) for case in CASES)
    assert max(map(len, lines)) <= 80


def test_every_level_of_the_processor_is_asked():
    assert {f"run, level {level}" for level in _core.levels()} <= {case.name for case in CASES}


@pytest.mark.parametrize("place", range(len(CASES)), ids=lambda place: CASES[place].name)
def test_a_wrong_expectation_is_told(place, monkeypatch):
    case = CASES[place]
    wrong = case.expected + "0" if isinstance(case.expected, str) else 1.05 * case.expected
    altered = dataclasses.replace(case, expected=wrong)
    monkeypatch.setattr(maruyama.cli.verify, "all_cases", lambda: [altered])
    result = CliRunner().invoke(cli.app, ["verify"])
    assert result.exit_code == 1
    assert "WRONG" in result.output
    assert "0 of 1 known answers found" in result.output


def test_the_pinned_bits_are_those_of_a_numpy_loop_on_the_slow_reference_of_the_noise():
    found = hashlib.sha256()
    for dtype in (np.float64, np.float32):
        z = noise(7, np.arange(5000, dtype=np.uint64), 20, 3, dtype)
        x0 = np.tile(np.array([0.1, 0.2, 0.3], dtype), (5000, 1))
        half = lambda x, t: x.dtype.type(0.5)  # noqa: E731
        states = numpy_loop(field, half, x0, np.linspace(0, 1, 21), z, dt=0.05)
        found.update(states[::5].tobytes())
    assert found.hexdigest()[:12] == RUN_HASH


def test_what_counts_as_right():
    assert Sampled(1.0, 0.1).agrees(1.39)
    assert not Sampled(1.0, 0.1).agrees(1.41)
    assert not Sampled(np.nan, 0.1).agrees(1.0)
    assert not Sampled(1.0, 0.0).agrees(1.0)
    assert Computed(1.0, 1e-15).agrees(1 + 2**-52)
    assert not Computed(1.0, 1e-15).agrees(1 + 1e-14)
    assert Bits("ab").agrees("ab")
    assert not Bits("ab").agrees("ac")


def test_the_exit_probability_tends_to_that_of_continuous_time():
    # P(tau > 1) = 0.370777429800 (CASES.md); the grid's is that of the shifted barrier, up to O(1/n)
    shift = lambda n: (1 + 0.5826 / np.sqrt(n)) ** -2  # noqa: E731  (time runs so much slower)
    series = lambda t: sum(  # noqa: E731
        4 / np.pi * (-1) ** k / (2 * k + 1) * np.exp(-((2 * k + 1) ** 2) * np.pi**2 * t / 8) for k in range(30)
    )
    assert abs(series(1.0) - 0.370777429800) < 1e-12
    for n in (100, 400):
        assert abs(exit_probability_on_the_grid(n) - series(shift(n))) < 0.2 / n


def test_a_case_that_raises_is_not_hidden():
    def broken():
        raise RuntimeError("no")

    with pytest.raises(RuntimeError):
        Case("broken", broken, 1.0).run()


def test_a_level_that_dies_without_a_word_is_a_wrong_answer(monkeypatch):
    dead = subprocess.CompletedProcess([], -signal.SIGILL, stdout="", stderr="")
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: dead)
    assert not run_on_level("any").agrees(RUN_HASH)


def test_a_level_answers_where_warnings_are_errors(monkeypatch):
    monkeypatch.setenv("PYTHONWARNINGS", "error")
    assert run_on_level(_core.level()).agrees(RUN_HASH)
