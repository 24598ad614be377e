"""What traces, and that the program computes what NumPy computes: by a slow evaluator, without the core's machine."""

import numpy as np
import pytest
from scipy import special

import maruyama as mr
from fields_to_trace import CLOSE, EXACT
from maruyama import _core
from maruyama.tracing.operations import MERGED, OPERATIONS
from maruyama.tracing.trace import Request, Wanted, trace
from program_reference import evaluate

X = np.random.default_rng(2).normal(size=(23, 4))
FLOAT64, FLOAT32 = np.dtype(np.float64), np.dtype(np.float32)


def traced(field, *args, dim=4, dtype=FLOAT64, tail=None):
    return trace([Wanted(field, "the field", tail)], Request(dim, dtype, args))


def by_program(field, x, t, *args):
    found = traced(field, *args, dim=x.shape[1], dtype=x.dtype)
    rows = [value.array.reshape(len(x), -1) for value in args if isinstance(value, mr.PerPath)]
    values = evaluate(found.text, x, t, np.concatenate(rows, axis=1) if rows else None)[0]
    return values.reshape(len(x), *found.tails[0]) if found.has_paths[0] else values[0].reshape(found.tails[0])


def by_numpy(field, x, t, *args):
    with np.errstate(all="ignore"):
        return np.asarray(field(x, t, *(each.array if isinstance(each, mr.PerPath) else each for each in args)))


@pytest.mark.parametrize("name", EXACT)
def test_exact_operations_have_numpys_bits(name):
    expected = by_numpy(EXACT[name], X, 0.3)
    values = by_program(EXACT[name], X, 0.3)
    assert values.shape == expected.shape
    np.testing.assert_array_equal(values, expected)


@pytest.mark.parametrize("name", CLOSE)
def test_the_others_agree_with_numpy(name):
    expected = by_numpy(CLOSE[name], X, 0.3)
    values = by_program(CLOSE[name], X, 0.3)
    assert values.shape == expected.shape
    np.testing.assert_allclose(values, expected, rtol=1e-13, atol=1e-13)


@pytest.mark.parametrize("name", [name for name in EXACT if name not in ("constants", "np.array of columns")])
def test_float32_states_stay_float32(name):
    x = X.astype(np.float32)
    values = by_program(EXACT[name], x, 0.25)
    assert values.dtype == np.float32
    np.testing.assert_allclose(values, by_numpy(EXACT[name], x, 0.25), rtol=2e-6, atol=1e-6)


def test_float64_weights_are_rounded_once_to_a_float32_state():
    weight = 0.1 + 1e-12
    assert traced(lambda x, t: x * np.full(4, weight), dtype=FLOAT32).text.constants == [np.float32(weight)]


@pytest.mark.parametrize("name", [name for name in OPERATIONS if name not in ("copy", "where", *MERGED)])
def test_every_operation_of_the_table_is_a_ufunc_that_traces(name):
    ufunc = getattr(np, name, None) or getattr(special, name)
    found = traced(lambda x, t: ufunc(x[:, 1:3]) if ufunc.nin == 1 else ufunc(x[:, 1:3], x[:, :2]))
    assert [instruction.operation for instruction in found.text.instructions][:1] == [name]


def test_arguments_are_constants_or_rows_of_the_path():
    def field(x, t, a, matrix, rows, flags):
        return a * x @ matrix + rows[:, 0] * rows[:, 1, :3] + np.where(flags, 1.0, t)[:, None]

    args = (2, np.ones((4, 3)), mr.per_path(np.arange(23 * 2 * 3.0).reshape(23, 2, 3)), mr.per_path(X[:, 0] > 0))
    np.testing.assert_allclose(by_program(field, X, 0.3, *args), by_numpy(field, X, 0.3, *args), rtol=1e-14)
    assert traced(field, *args).text.inputs == 7


def test_a_result_may_be_broadcast_to_the_state():
    for field in (lambda x, t: t, lambda x, t: [1, 2, 3, t], lambda x, t: x[:, :1]):
        found = traced(field, tail=(4,))
        expected = np.broadcast_to(by_numpy(field, X, 0.5), X.shape)
        np.testing.assert_array_equal(evaluate(found.text, X, 0.5)[0], expected)


def test_two_functions_share_what_they_have_in_common():
    drift = lambda x, t: np.tanh(x) * 2  # noqa: E731
    diffusion = lambda x, t: np.tanh(x) + 1  # noqa: E731
    request = Request(1, FLOAT64, ())
    both = trace([Wanted(drift, "drift", (1,)), Wanted(diffusion, "diffusion", (1,))], request)
    assert sorted(each.operation for each in both.text.instructions) == ["add", "multiply", "tanh"]


def test_functions_of_t_are_computed_once_a_step():
    text = traced(lambda x, t: x * np.sin(t * np.arange(4)) + np.exp(-t)).text
    assert [each.operation for each in text.instructions] == ["multiply_add"]
    assert {each.operation for each in text.t_instructions} >= {"multiply", "sin", "negative", "exp"}


def test_many_time_features_of_a_product_are_summed_once_a_step():
    text = traced(CLOSE["embedding"]).text
    matrices = [each.weights.shape for each in text.instructions if each.weights is not None]
    assert matrices == [(4, 5)]


def test_scipys_functions_are_themselves_again_after_a_trace():
    codes = [special.softmax.__code__, special.logsumexp.__code__]
    traced(CLOSE["softmax"])
    with pytest.raises(mr.TracingError):
        traced(lambda x, t: special.softmax(x))
    assert [special.softmax.__code__, special.logsumexp.__code__] == codes


def test_numpys_full_is_itself_for_numbers_within_a_trace_and_after():
    codes = [np.full.__code__, np.full_like.__wrapped__.__code__]
    field = lambda x, t: x * np.full(4, [1, 2, 3, 4], dtype=np.int8) + np.full_like(np.ones(4, int), 2.5)  # noqa: E731
    np.testing.assert_array_equal(by_program(field, X, 0.0), by_numpy(field, X, 0.0))
    assert [np.full.__code__, np.full_like.__wrapped__.__code__] == codes


def test_scipys_functions_of_numbers_are_scipys_within_a_trace():
    weights = traced(lambda x, t: x * special.softmax(np.arange(4.0))).text.constants
    np.testing.assert_array_equal(weights, special.softmax(np.arange(4.0)))


def test_a_state_of_no_dimensions_and_a_result_of_none():
    assert by_program(lambda x, t: 2 * x, np.empty((5, 0)), 0.0).shape == (5, 0)


def test_dimensions_that_equal_the_number_of_pretended_rows():
    for dim in (31, 74, 43, 62):
        x = np.random.default_rng(dim).normal(size=(7, dim))
        field = lambda x, t: x * np.arange(x.shape[1]) + np.full((len(x), 1), t)  # noqa: E731
        np.testing.assert_array_equal(by_program(field, x, 0.5), by_numpy(field, x, 0.5))


def test_arrays_of_the_function_may_have_the_length_of_the_pretended_rows():
    rng = np.random.default_rng(31)
    for width in (31, 74, 113, 142):
        weights = rng.normal(size=(4, width))

        def field(x, t, weights=weights):
            return np.maximum(x @ weights, 0) @ weights.T + (weights @ (weights.T @ x.T)).T

        np.testing.assert_allclose(by_program(field, X, 0.5), by_numpy(field, X, 0.5), rtol=1e-12)


def test_the_tracers_table_is_the_cores():
    assert set(OPERATIONS) == set(_core.operations())
