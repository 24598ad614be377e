"""Lookups among constant knots in compiled fields: np.interp, np.searchsorted and np.digitize, with NumPy's numbers."""

import numpy as np
import pytest

import maruyama as mr
from maruyama import _core

DTYPES = [np.float64, np.float32]
COUNTS = [1, 2, 3, 5, 6, 7, 8, 9, 17, 100, 1001, 5000]
RNG = np.random.default_rng(20261126)


def table(count, dtype):
    """Knots that float32 holds too, some of them equal, and values."""
    knots = np.sort(RNG.normal(size=count).astype(np.float32)).astype(float)
    knots[count // 3 : count // 3 + count // 10] = knots[count // 3 : count // 3 + 1]
    return knots, RNG.normal(size=count).astype(dtype).astype(float)


def points(knots, dtype):
    """Between the knots, on them, beside them, and outside."""
    x = RNG.normal(size=(640, 2)).astype(dtype)
    on = knots[RNG.integers(0, len(knots), 600)].astype(dtype)
    x[:200, 0], x[200:400, 0], x[400:600, 0] = on[:200], np.nextafter(on[200:400], -9), np.nextafter(on[400:], 9)
    x[600:606, 1] = np.nan, np.inf, -np.inf, 0.0, -0.0, 1e30
    return x


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("count", COUNTS)
def test_interp_among_any_number_of_knots_is_that_of_numpy(count, dtype):
    knots, values = table(count, dtype)
    x = points(knots, dtype)
    for options in ({}, {"left": -7.0, "right": 7.0}):

        def f(x, t, options=options):
            return np.interp(x, knots, values, **options)

        got, wanted = mr.compile(f)(x, 0.0), f(x, 0.0)
        if dtype == np.float64:
            np.testing.assert_array_equal(got, wanted)
        else:  # slopes and sums are rounded to float32: by units of the terms
            finite = x[np.isfinite(x)]
            slopes = np.diff(values) / np.where(np.diff(knots) > 0, np.diff(knots), np.inf)
            terms = np.abs(values).max() + np.abs(slopes).max(initial=0) * np.ptp(finite)
            near = np.isnan(wanted) | (np.abs(got - wanted) <= 4 * np.finfo(dtype).eps * terms)
            assert (near & (np.isnan(got) == np.isnan(wanted))).all()


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("count", COUNTS)
def test_interp_of_t_is_that_of_numpy_in_float64(count, dtype):
    knots, values = table(count, np.float64)

    def f(x, t):
        return np.interp(t, knots, values) + np.zeros_like(x)

    field = mr.compile(f)
    for t in (*knots[:5], -9.0, 0.1, 0.5, 9.0):
        assert field(np.zeros((1, 1), dtype), t)[0, 0] == dtype(np.interp(t, knots, values))


@pytest.mark.parametrize("count", COUNTS)
def test_the_values_of_interp_may_depend_on_t(count):
    knots, values = table(count, np.float64)
    x = points(knots, np.float64)
    fields = {
        "all": lambda x, t: np.interp(x, knots, values * np.cos(t) + t),
        "some": lambda x, t: np.interp(x, knots, np.concatenate([[t], values[1:]])),
        "of t": lambda x, t: np.interp(t, knots, values * np.cos(t)) + np.zeros_like(x),
        "of a number": lambda x, t: np.interp(0.25, knots, values * np.cos(t)) + np.zeros_like(x),
    }
    for name, f in fields.items():
        np.testing.assert_array_equal(mr.compile(f)(x, 0.7), f(x, 0.7), err_msg=name)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("count", [0, *COUNTS])
@pytest.mark.parametrize("side", ["left", "right"])
def test_places_among_knots_are_those_of_numpy(count, side, dtype):
    knots, _ = table(count, dtype)
    x = points(knots if count else np.zeros(1), dtype)
    field = mr.compile(lambda x, t: np.searchsorted(knots, x, side))
    np.testing.assert_array_equal(field(x, 0.0), np.searchsorted(knots, x, side))
    field = mr.compile(lambda x, t: np.digitize(x, knots, right=side == "left"))
    np.testing.assert_array_equal(field(x, 0.0), np.digitize(x, knots, side == "left"))
    field = mr.compile(lambda x, t: np.digitize(x, knots[::-1], side == "left"))
    np.testing.assert_array_equal(field(x, 0.0), np.digitize(x, knots[::-1], side == "left"))
    field = mr.compile(lambda x, t: np.searchsorted(knots, t, side=side) + np.zeros_like(x))
    assert field(x[:1], 0.25)[0, 0] == np.searchsorted(knots, 0.25, side)


@pytest.mark.parametrize(
    ("field", "said"),
    [
        (lambda x, t: np.searchsorted([2.0, 1.0], x), "numbers that increase: sort the array a"),
        (lambda x, t: np.searchsorted([1.0, np.nan], x), "numbers that increase"),
        (lambda x, t: np.searchsorted([0.0, t], x), "the array a depends on x or t"),
        (lambda x, t: np.searchsorted([0.0, 1.0], x, sorter=[1, 0]), "sort the array before"),
        (
            lambda x, t: np.take(np.ones(3), np.searchsorted([0.0, 1.0], x)),
            "nor an index: .*look a value up by np.interp",
        ),
        (lambda x, t: np.digitize(x, [0.0, t]), "bins depends on x or t"),
        (lambda x, t: np.digitize(x, [0.0, 2.0, 1.0, 3.0]), "numbers that increase: sort bins"),
    ],
)
def test_what_cannot_be_looked_up_says_what_to_do(field, said):
    with pytest.raises(mr.TracingError, match=said):
        mr.compile(field)([[1.0]], 0.0)


def test_tracing_and_the_program_do_not_grow_with_the_knots():
    operations = []
    for count in (100, 100_000):
        knots = np.linspace(0.0, 1.0, count)
        field = mr.compile(lambda x, t, knots=knots: np.interp(x, knots, knots**2))
        field([[0.5]], 0.0)
        operations.append(field.operations)
    assert operations[1] - operations[0] == 10  # comparisons: 17 for 7


def test_a_run_among_knots_has_the_bits_of_the_loop():
    knots, values = table(300, np.float64)

    def drift(x, t):
        return np.interp(x, knots, values * (1 + t))

    run = mr.euler_maruyama(mr.compile(drift), 0.3, np.zeros(2), paths=500, steps=20, seed=3, threads=2)
    assert run.route == "drift: compiled, diffusion: constant"
    again = mr.euler_maruyama(drift, 0.3, np.zeros(2), paths=500, steps=20, seed=3)
    np.testing.assert_array_equal(run.final, again.final)


SEARCH = ("search_left", np.array([1], np.int32), [np.array([0], np.int32)])
TAKE = ("take", np.array([1], np.int32), [np.array([0], np.int32)])
PICK = ("pick", np.array([1], np.int32), [np.array([0, 0], np.int32), np.array([0], np.int32)], None)


@pytest.mark.parametrize(
    ("instruction", "said"),
    [
        ((*SEARCH, None), "no knots"),
        ((*SEARCH, np.array([[2.0], [1.0]])), "the knots do not ascend"),
        ((*SEARCH, np.array([[np.nan], [1.0]])), "the knots do not ascend"),
        (("search_left", np.array([1, 2], np.int32), SEARCH[2], np.ones((1, 1))), "not as long as the result"),
        (("search_left", SEARCH[1], [np.array([-1], np.int32)], np.ones((1, 1))), "uniform or empty"),
        ((*TAKE, None), "the table does not fit"),
        (("take", np.array([1, 2], np.int32), TAKE[2], np.ones((1, 3))), "the table does not fit"),
        (("take", np.array([1], np.int32), [np.array([0, 0], np.int32)], np.ones((1, 1))), "no multiple"),
        (("pick", np.array([1, 2], np.int32), PICK[2], None), "one result"),
        (("pick", PICK[1], [np.array([], np.int32), PICK[2][1]], None), "there are no values"),
        (("pick", PICK[1], [PICK[2][0], np.array([-1], np.int32)], None), "uniform or empty"),
    ],
)
def test_the_core_refuses_lookups_that_do_not_fit(instruction, said):
    with pytest.raises(ValueError, match=said):
        program(instruction)


def program(instruction):
    none = np.empty(0, np.int32)
    return _core.Program("float64", 1, 0, np.empty(0), 2, 0, [], [instruction], none, [np.array([1], np.int32)])


@pytest.mark.parametrize("instruction", [(*TAKE, np.array([[1.0], [2.0], [3.0]])), PICK])
def test_rows_that_do_not_exist_are_the_first_or_the_last(instruction):
    x = np.array([[np.nan], [-np.inf], [-1.0], [0.0], [1.9], [2.0], [1e300], [np.inf]])
    found = program(instruction).evaluate(x, 0.0)[0][:, 0]
    if instruction is not PICK:
        assert found.tolist() == [1, 1, 1, 1, 2, 3, 3, 3]
