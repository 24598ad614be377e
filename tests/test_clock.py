"""What a compiled field computes of t alone is computed in float64, and rounded once to the dtype of the states."""

import numpy as np
import pytest

import maruyama as mr

START = np.zeros((3, 1), np.float32)
OF_TIME = {
    "a small difference of large times": (lambda t: np.sin(t - 1.7e9), 1.7e9 + 0.3),
    "a fast oscillation": (lambda t: np.cos(2 * np.pi * 50.0 * t), 1000.0123),
    "near the end": (lambda t: 1 / (1 - t), 1 - 1e-9),
    "a sum with constants": (lambda t: 0.1 * t + np.exp(-0.3 * t) / 3.0, 0.7),
    "a condition": (lambda t: np.where(t > 0.1, np.sqrt(t - 0.1), 0.0), 0.1 + 1e-12),
}


@pytest.mark.parametrize("name", OF_TIME)
def test_a_function_of_time_is_rounded_once(name):
    function, t = OF_TIME[name]
    got = mr.compile(lambda x, t: 0 * x + function(t))(START, t)
    assert got.dtype == np.float32
    assert np.allclose(got, np.float32(function(np.float64(t))), rtol=2 * np.finfo(np.float32).eps, atol=0)


def test_times_far_from_zero_are_told_apart_in_float32():
    def field(x, t):
        return np.sin(t - 1.7e9) + 0 * x

    runs = [mr.euler(each, START, t=(1.7e9, 1.7e9 + 1), steps=1000).final for each in (field, mr.compile(field))]
    assert np.allclose(runs[0], 0.4593, atol=1e-4)
    assert np.allclose(*runs, rtol=1e-6)


def test_a_grid_that_crowds_at_one_stays_finite_in_float32():
    grid = 1 - np.geomspace(1, 1e-9, 200)
    run = mr.euler(mr.compile(lambda x, t: (2 - x) / (1 - t)), START, t=grid)
    assert np.allclose(run.final, 2.0, atol=1e-5)


STARTS = np.array([[1.7e9], [1.7e9 + 0.25], [1.7e9 + 0.5]])
MEETINGS = {
    "a difference": lambda x, t, start: np.sin(t - start) + 0 * x,
    "a sum": lambda x, t, start: np.sin(2 * t + start) + 0 * x,
    "a comparison": lambda x, t, start: np.where(t > start, 1.0, 0.0) + 0 * x,
    "a product": lambda x, t, start: np.sin(t * start) + 0 * x,
}


@pytest.mark.parametrize("field", MEETINGS.values(), ids=MEETINGS.keys())
def test_times_of_the_paths_that_float32_cannot_hold_are_refused_where_they_meet_t(field):
    def run(field, dtype, starts=STARTS, t0=1.7e9):
        return mr.euler(field, START.astype(dtype), t=(t0, t0 + 1), steps=8, args=(mr.per_path(starts),)).final

    assert np.array_equal(run(mr.compile(field), "float64"), run(field, "float64"))
    with pytest.raises(ValueError, match="float32 keeps fewer than four digits of the 1 that the run lasts: say dtype"):
        run(mr.compile(field), "float32")
    moved = run(mr.compile(field), "float32", (STARTS - 1.7e9), 0.0)
    assert np.allclose(moved, run(field, "float64", STARTS - 1.7e9, 0.0), atol=1e-6)


@pytest.mark.parametrize(
    "field", [lambda x, t, a: t * x + a, lambda x, t, a: a * np.exp(-t) - x], ids=["sum", "factor"]
)
def test_large_arguments_that_are_no_times_are_taken(field):
    runs = [
        mr.euler(each, START, steps=8, args=(mr.per_path(STARTS),)).final.astype(float)
        for each in (field, mr.compile(field))
    ]
    assert np.allclose(*runs, rtol=1e-6)


def test_functions_of_late_times_are_taken_beside_small_arguments():
    def field(x, t, a):
        return np.cos(0.1 * t) + a - x

    late = {"steps": 8, "t": (1e6, 1e6 + 1), "args": (mr.per_path(STARTS - 1.7e9),)}
    runs = [mr.euler(each, START, **late).final for each in (field, mr.compile(field))]
    assert np.allclose(*runs, atol=1e-5)
