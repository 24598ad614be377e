"""Random programs of many shapes, indices and constants, both dtypes: NumPy, the slow evaluator and the core agree."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

import maruyama as mr
from program_reference import evaluate

UNARY = [np.negative, np.absolute, np.square, np.sqrt, np.floor, np.rint, np.sign, np.isfinite]
BINARY = [np.add, np.subtract, np.multiply, np.divide, np.minimum, np.maximum, np.fmax, np.less, np.equal, np.copysign]
CONSTANTS = st.sampled_from([0.0, -0.0, 1.0, -1.0, 2.0, 0.5, 3.0, -0.1, 1e30, np.inf])

STEP = st.one_of(
    st.tuples(st.just("unary"), st.sampled_from(UNARY), st.integers(0, 99)),
    st.tuples(st.just("binary"), st.sampled_from(BINARY), st.integers(0, 99), st.integers(0, 99)),
    st.tuples(st.just("constant"), st.sampled_from(BINARY), st.integers(0, 99), CONSTANTS, st.booleans()),
    st.tuples(
        st.just("vector"), st.sampled_from(BINARY), st.integers(0, 99), st.lists(CONSTANTS, min_size=3, max_size=3)
    ),
    st.tuples(st.just("where"), st.integers(0, 99), st.integers(0, 99), st.integers(0, 99)),
    st.tuples(st.just("index"), st.integers(0, 99), st.lists(st.integers(0, 2), min_size=3, max_size=3)),
    st.tuples(st.just("column"), st.integers(0, 99), st.integers(0, 2)),
    st.tuples(st.just("roll"), st.integers(0, 99), st.integers(-2, 2)),
    st.tuples(st.just("reduce"), st.sampled_from([np.sum, np.max, np.min, np.prod, np.mean]), st.integers(0, 99)),
    st.tuples(st.just("stack"), st.integers(0, 99), st.integers(0, 99)),
    st.tuples(st.just("pairs"), st.integers(0, 99)),
)


def of_the_path(x):
    """Zeros; in float32 not of t alone, which is computed in float64 and rounded once, where NumPy rounds each time."""
    return 0 * x if x.dtype == np.float32 else 0.0


def field_of(steps):
    """A function of (x, t) that does the steps, each on results of steps before; all are (paths, 1) or (paths, 3)."""

    def field(x, t):
        one = np.ones_like(x[:, :1])  # makes numbers of conditions, in the dtype of x
        known = [x, np.full((len(x), 1), t) * one + of_the_path(x[:, :1]), x * t]  # objects cannot be compared
        for kind, *parts in steps:
            pick = lambda number: known[number % len(known)]  # noqa: E731
            if kind == "unary":
                value = parts[0](one * pick(parts[1]))
            elif kind == "binary":
                value = parts[0](one * pick(parts[1]), one * pick(parts[2]))
            elif kind == "constant":
                operands = (one * pick(parts[1]), parts[2])
                value = parts[0](*(operands if parts[3] else operands[::-1]))
            elif kind == "vector":
                value = parts[0](one * pick(parts[1]), np.array(parts[2], x.dtype))
            elif kind == "where":
                value = np.where(pick(parts[0]) > 0, pick(parts[1]), pick(parts[2]))
            elif kind == "index":
                value = (pick(parts[0]) * np.ones_like(x))[:, parts[1]]
            elif kind == "column":
                value = (pick(parts[0]) * np.ones_like(x))[:, parts[1]][:, np.newaxis]
            elif kind == "roll":
                value = np.roll(pick(parts[0]), parts[1], axis=1)
            elif kind == "reduce":
                value = parts[0](one * pick(parts[1]), axis=1, keepdims=True)
            elif kind == "stack":
                both = np.broadcast_arrays(pick(parts[0]), pick(parts[1]))
                value = np.stack(both, axis=1).reshape(len(x), 2, -1).transpose(0, 2, 1)[:, :, 0]
            else:
                value = ((one * pick(parts[0]))[:, :, None] - pick(parts[0])[:, None, :]).max(axis=2)
            known.append(value)
        return np.concatenate([one * each for each in known], axis=1)

    return field


@settings(max_examples=200, deadline=None)
@given(st.lists(STEP, min_size=1, max_size=12), st.sampled_from([np.float64, np.float32]), st.integers(1, 5))
def test_random_programs_have_numpys_bits(steps, dtype, paths):
    x = np.random.default_rng(paths).normal(size=(paths, 3)).astype(dtype)
    t = 0.375  # exact in float32
    field = field_of(steps)
    with np.errstate(all="ignore"):
        expected = field(x, dtype(t))
    compiled = mr.compile(field)
    values = compiled(x, t)
    np.testing.assert_array_equal(evaluate(compiled._traced().trace.text, x, t)[0].reshape(expected.shape), expected)
    np.testing.assert_array_equal(values, expected)


FORMS = {
    "sum": lambda a, b, c: a + b,
    "difference": lambda a, b, c: a - b,
    "product": lambda a, b, c: a * b,
    "product and more": lambda a, b, c: a * b + c,
    "more but the product": lambda a, b, c: c - a * b,
    "scaled difference": lambda a, b, c: (a - b) * c,
    "mean reversion": lambda a, b, c: (a - b) * c + a,
    "the same twice": lambda a, b, c: a * b + a * b,
    "two products": lambda a, b, c: a * b - b * c,
    "square": lambda a, b, c: a * a + b,
    "vector": lambda a, b, c: np.array([0.5, -2.0, 3.0], a.dtype) * a + b,
    "turned": lambda a, b, c: a[:, [1, 2, 0]],
    "product with a matrix": lambda a, b, c: a @ TURN.astype(a.dtype),
    "product with a matrix and more": lambda a, b, c: a @ TURN.astype(a.dtype) + np.array([1.0, 2.0, 3.0], a.dtype),
}
TURN = np.eye(3)[[2, 0, 1]]  # its products are exact
FORM = st.tuples(st.sampled_from(sorted(FORMS)), st.integers(0, 99), st.integers(0, 99), st.integers(0, 99))


def field_of_forms(forms, outputs):
    """A function of (x, t) whose values are all (paths, 3), each read by any of those after it."""

    def field(x, t):
        known = [x, t * np.ones_like(x) + of_the_path(x), x[:, ::-1] * t]
        for name, *numbers in forms:
            known.append(FORMS[name](*(known[number % len(known)] for number in numbers)))
        return np.concatenate([known[number % len(known)] for number in outputs], axis=1)

    return field


@settings(max_examples=200, deadline=None)
@given(
    st.lists(FORM, min_size=4, max_size=16),
    st.lists(st.integers(0, 99), min_size=1, max_size=4),
    st.sampled_from([np.float64, np.float32]),
)
def test_values_that_are_read_again_survive_the_merging_of_operations(forms, outputs, dtype):
    x = np.random.default_rng(3).normal(size=(5, 3)).astype(dtype)
    t = 0.375
    field = field_of_forms(forms, outputs)
    with np.errstate(all="ignore"):
        expected = field(x, dtype(t))
    compiled = mr.compile(field)
    values = compiled(x, t)
    np.testing.assert_array_equal(values, evaluate(compiled._traced().trace.text, x, t)[0])
    if np.isfinite(expected).all():  # infinity times a matrix is not a number
        np.testing.assert_array_equal(values, expected)
