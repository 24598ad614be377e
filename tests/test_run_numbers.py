"""Numbers among the arguments of a compiled function: values of the run, for which nothing is traced anew."""

import math
import pickle

import numpy as np
import pytest

import maruyama as mr

X = np.random.default_rng(3).normal(size=(7, 2))
NUMBERS = [2.0, 0.5, -1.25, 1e-3, 0.0, 3, np.float64(0.75)]

TRACED_ONCE = {
    "a factor": lambda x, t, k: -k * x,
    "arithmetic of it": lambda x, t, k: (2 * k + 1) * x / (k * k + 1) - k,
    "beside t": lambda x, t, k: np.sin(k * t) * x + np.exp(-k * t),
    "a choice by np.where": lambda x, t, k: np.where(x > k, x, k),
    "one of a list": lambda x, t, k: np.stack([k * x[:, 0], x[:, 1]], axis=1),
    "an array of it": lambda x, t, k: x * np.array([k, 2.0]),
    "by its class": lambda x, t, k: k * x if isinstance(k, int | float) else 0 * x,
    "alone": lambda x, t, k: k,
    "knots that stay": lambda x, t, k: np.interp(k * x, [-1.0, 0.0, 1.0], [0.0, 2.0, 1.0]),
}
TRACED_FOR_EACH = {
    "if": lambda x, t, k: x if k > 1 else -x,
    "an exponent": lambda x, t, k: np.abs(x) ** k,
    "a base of exponents": lambda x, t, k: x + 2.0 ** (k + 1),
    "a range": lambda x, t, k: sum(x for _ in range(int(abs(k)) + 1)),
    "a function of Python's": lambda x, t, k: math.exp(-k) * x,
    "its text": lambda x, t, k: float(f"{k}") * x,
    "its representation": lambda x, t, k: len(repr(k)) * x,
    "its type": lambda x, t, k: (2.0 if type(k) is int else 1.0) * x,
    "a matrix of it": lambda x, t, k: x @ (k * np.array([[0.0, 1.0], [-1.0, 0.0]])),
    "a key": lambda x, t, k: {2.0: 5.0}.get(k, 1.0) * x,
    "a comparison": lambda x, t, k: x * (1.0 if k == 2.0 else 0.5),
    "knots": lambda x, t, k: np.interp(x, np.array([-1.0, 0.0, 1.0]) * (abs(k) + 1), [0.0, 2.0, 1.0]),
}


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("name", [*TRACED_ONCE, *TRACED_FOR_EACH])
def test_a_run_has_the_numbers_that_it_is_given(name, dtype):
    function = {**TRACED_ONCE, **TRACED_FOR_EACH}[name]
    field = mr.compile(function)
    for k in NUMBERS:
        runs = [mr.euler(each, X, steps=4, args=(k,), dtype=dtype).final for each in (field, function)]
        close = {"rtol": 1e-13, "atol": 1e-15} if dtype == "float64" else {"rtol": 1e-5, "atol": 1e-6}
        np.testing.assert_allclose(*runs, **close)


@pytest.mark.parametrize("name", TRACED_ONCE)
def test_a_sweep_traces_once(name):
    calls = []
    field = mr.compile(lambda x, t, k: (calls.append(k), TRACED_ONCE[name](x, t, k))[1])
    mr.euler(field, X, steps=2, args=(1.5,))
    before = len(calls)
    for k in np.linspace(-2.0, 2.0, 50).tolist():
        mr.euler(field, X, steps=2, args=(k,))
    assert len(calls) == before


@pytest.mark.parametrize("name", ["a factor", "arithmetic of it", "a choice by np.where"])
def test_arithmetic_has_the_bits_of_constants(name):
    field = mr.compile(TRACED_ONCE[name])
    for k in NUMBERS:
        constant = mr.compile(lambda x, t, k=k: TRACED_ONCE[name](x, t, k))
        runs = [mr.euler(each, X, steps=4, args=args).final for each, args in ((field, (k,)), (constant, ()))]
        np.testing.assert_array_equal(*runs)


def test_a_drift_and_a_diffusion_share_them():
    drift, diffusion = mr.compile(lambda x, t, k, s: -k * x), mr.compile(lambda x, t, k, s: s * np.sqrt(k) + 0 * x)
    for k, s in ((1.0, 0.5), (2.0, 0.25)):
        run = mr.euler_maruyama(drift, diffusion, X, steps=5, seed=1, args=(k, s))
        plain = mr.euler_maruyama(lambda x, t, k=k: -k * x, s * np.sqrt(k), X, steps=5, seed=1)
        np.testing.assert_array_equal(run.final, plain.final)


def test_labels_rows_and_numbers_go_together():
    table = np.array([[1.0, 2.0], [3.0, 4.0]])

    def function(x, t, y, k, scale):
        return k * table[y] - scale * x

    field, y, scale = mr.compile(function), np.array([0, 1, 1, 0, 1, 0, 0]), np.linspace(0, 1, 7)[:, None]
    for k in (1.0, 0.5):
        args = (mr.per_path(y), k, mr.per_path(scale))
        np.testing.assert_array_equal(*(mr.euler(each, X, steps=3, args=args).final for each in (field, function)))


def test_a_pickled_program_takes_other_numbers():
    field = mr.compile(lambda x, t, k: -k * x)
    field(X, 0.0, 1.0)
    again = pickle.loads(pickle.dumps(field))
    np.testing.assert_array_equal(again(X, 0.0, 0.25), -0.25 * X)


@pytest.mark.parametrize("k", [np.inf, np.nan, 2**60, True, np.float32(2.0)])
def test_other_numbers_are_read_where_the_function_is_traced(k):
    calls = []
    field = mr.compile(lambda x, t, k: (calls.append(k), x * k)[1])
    field(X, 0.0, k)
    assert calls[0] is k


def test_more_numbers_than_a_program_has_constants_are_refused():
    field = mr.compile(lambda x, t, k: -k * x)
    field(X, 0.0, 1.0)
    with pytest.raises(ValueError, match="fewer constants than numbers"):
        field.program.with_last_constants(np.ones(50))


def test_an_error_of_the_function_arrives_as_it_is():
    def function(x, t, k):
        raise ZeroDivisionError("on purpose")

    with pytest.raises(ZeroDivisionError, match="on purpose"):
        mr.euler(mr.compile(function), X, steps=1, args=(1.0,))
