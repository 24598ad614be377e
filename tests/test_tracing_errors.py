"""What cannot be traced: each error names the user's line, the operation and the remedy."""

import math

import numpy as np
import pytest
from scipy import special

import maruyama as mr
from maruyama.tracing.trace import Request, Wanted, trace


def branch(x, t):
    return x if t < 0.5 else -x


def in_place(x, t):
    x = 2 * x
    x += 1
    return x


def written(x, t):
    out = np.empty_like(x)
    out[:, 0] = x[:, 1]
    return out


def written_numbers(x, t):
    out = np.empty(x.shape)
    out[:, 0] = x[:, 1]
    return out


def out_argument(x, t):
    return np.multiply(x, 2, out=np.empty(x.shape))


def added_to_numbers(x, t):
    out = np.zeros(x.shape)
    out += x
    return out


def t_written(x, t):
    out = np.ones(x.shape)
    out[:, 0] = t
    return x * out


REFUSED = {
    "if on x": (lambda x, t: x if (x > 0).all(axis=1) else -x, r"np\.where\(condition, a, b\)"),
    "if on t": (branch, r"np\.where\(condition, a, b\)"),
    "max": (lambda x, t: max(t, 0.3) * x, r"np\.minimum and np\.maximum"),
    "and": (lambda x, t: np.where(x > 0 and x < 1, x, t), r"& and \| in place of `and`"),
    "in place": (in_place, r"x = x \+ \.\.\. in place of x \+= \.\.\."),
    "in place into numbers": (added_to_numbers, r"x = x \+ \.\.\."),
    "out": (out_argument, r"out=\.\.\."),
    "writing": (written, r"np\.stack\(\[\.\.\.\], axis=1\)"),
    "writing into numbers": (written_numbers, r"np\.stack\(\[\.\.\.\], axis=1\)"),
    "math.sin": (lambda x, t: x * math.sin(t), r"np\.sin in place of math\.sin"),
    "float": (lambda x, t: x * float(t), "is no number yet"),
    "array of floats": (lambda x, t: np.array([t, 1.0, 2.0], dtype=float) * x, "is no number yet"),
    "int": (lambda x, t: x * int(10 * t), "np.floor or np.rint"),
    "index": (lambda x, t: x * [1.0, 2.0][t], "np.where, np.select or np.interp"),
    "mask": (lambda x, t: x[x > 0], "np.where, np.select or np.interp"),
    "loop over paths": (lambda x, t: np.stack([2 * row for row in x]), r"mr\.pointwise"),
    "mean over paths": (lambda x, t: x - x.mean(axis=0), r"over axis 0 mixes the paths.*axis=1"),
    "mean over all": (lambda x, t: x - x.mean(), r"over all axes mixes the paths.*axis=1"),
    "cumulative over paths": (lambda x, t: np.cumsum(x, axis=0), "axis 0 mixes the paths"),
    "product over paths": (lambda x, t: x.T @ x, "sums over the paths"),
    "pairs of paths": (lambda x, t: (x[:, None] - x[None]).sum(axis=1), "values of different paths"),
    "paths reversed": (lambda x, t: x[::-1], "mixes the paths"),
    "paths rolled": (lambda x, t: np.roll(x, 1, axis=0), "mixes the paths"),
    "paths of objects reversed": (lambda x, t: np.array([x[:, 0], x[:, 1], x[:, 2]]).T[::-1], "mixes the paths"),
    "one path": (lambda x, t: x * x[0], "takes some of them"),
    "flattened": (lambda x, t: x.ravel(), "mixes the paths"),
    "paths told apart": (lambda x, t: x * np.arange(len(x))[:, None], r"differs from path to path.*mr\.per_path"),
    "paths told apart in a stack": (lambda x, t: np.stack([x[:, 0], np.arange(len(x))], axis=1), r"mr\.per_path"),
    "random numbers": (lambda x, t: x + np.random.default_rng(0).normal(size=x.shape), r"mr\.per_path"),
    "number of paths": (
        lambda x, t: x / len(x),
        r"depends on the number of paths.*31 in one trace and 74.*mr\.per_path",
    ),
    "a new number each time": (
        lambda x, t: x * id(object()) * np.random.default_rng().normal(),
        "not the same in each call",
    ),
    "t as a number of NumPy": (lambda x, t: x if 0.5 < np.float64(t) < 0.7 else -x, r"leave .*np\.float64 .*away"),
    "t as an array of floats": (lambda x, t: x * (np.asarray(t, dtype=float) > 0.5), r"leave np\.asarray.*away"),
    "t written into numbers": (t_written, "in place of writing into them"),
    "t as whole numbers": (lambda x, t: x * np.full((len(x), 1), t, dtype=int), r"astype\(int64\) cannot be traced"),
    "norm of a matrix": (lambda x, t: x * np.linalg.norm(t * np.eye(3), 1), "norm of matrices with ord=1 is not known"),
    "norm of vectors": (lambda x, t: np.linalg.norm(x, "fro", axis=1), "norm of vectors with ord=fro is not known"),
    "objects and numbers": (lambda x, t: np.sin(np.array([t, 1.0, 2.0])) * x, r"no callable sin.*np\.stack"),
    "objects in SciPy": (lambda x, t: special.erf(np.asarray(x)), r"'erf' not supported.*leave np\.asarray.*away"),
    "index into numbers": (lambda x, t: x * np.ones(3)[np.floor(t)], r"valid indices.*np\.select or np\.interp"),
    "key": (lambda x, t: x * {0.0: 1.0}.get(t, 2.0), "cannot be a key of a dict or of a cache"),
    "unknown function": (lambda x, t: np.linalg.pinv(x), r"np\.linalg\.pinv is not known to the tracer"),
    "unknown ufunc": (lambda x, t: np.frexp(x)[0], r"np\.frexp is not known to the tracer"),
    "unknown ufunc of SciPy": (lambda x, t: special.psi(x), r"scipy\.special\.psi is not known to the tracer"),
    "unknown method": (lambda x, t: x.argsort(axis=1), "argsort of arrays is not known"),
    "unknown ufunc method": (lambda x, t: np.subtract.outer(x, x), r"np\.subtract\.outer is not known"),
    "complex": (lambda x, t: x * 1j, "complex128 cannot be traced"),
    "text": (lambda x, t: "x", "returned what cannot be used"),
    "a generator": (lambda x, t: (column for column in x.T), "used: generator cannot be traced"),
    "None": (lambda x, t: x == None, "NoneType cannot be traced: use real numbers"),  # noqa: E711
    "None in a stack": (lambda x, t: np.stack([x[:, 0], None], axis=1), "NoneType cannot be traced"),
    "bitwise on numbers": (lambda x, t: x & 1, "are for conditions"),
    "another dtype": (lambda x, t: np.add(x, 1, dtype=np.float32), "every number has the dtype of the state"),
}


def traced(field, dim=3):
    return trace([Wanted(field, "the field")], Request(dim, np.dtype(np.float64), ()))


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_traced_names_the_line_and_the_remedy(name):
    field, message = REFUSED[name]
    with pytest.raises(mr.TracingError, match=f"(?s){message}") as caught:
        traced(field)
    assert str(caught.value).startswith(f"{__file__}:")


def test_the_line_is_the_innermost_of_the_users_own():
    def helper(h):
        return h if h.sum(axis=1) > 0 else -h  # this line

    with pytest.raises(mr.TracingError, match="# this line"):
        traced(lambda x, t: helper(x))


def test_nothing_returned_asks_for_the_return():
    with pytest.raises(TypeError, match=r"the field returned None.*did you forget `return`"):
        traced(lambda x, t: None)


@pytest.mark.parametrize(
    ("result", "message"),
    [
        (lambda x, t: x[:, 0], r"returned shape \(paths,\), expected \(paths, 3\): return one value per dimension"),
        (lambda x, t: x.T, r"returned shape \(3, paths\), expected \(paths, 3\)"),
        (lambda x, t: np.ones(2), r"returned shape \(2,\), expected \(paths, 3\)"),
    ],
)
def test_a_result_of_the_wrong_shape_tells_how_to_return_one(result, message):
    with pytest.raises(ValueError, match=message):
        trace([Wanted(result, "drift", (3,))], Request(3, np.dtype(np.float64), ()))


def test_shapes_that_do_not_broadcast_raise_what_numpy_raises():
    with pytest.raises(ValueError, match=r"could not be broadcast together with shapes \(paths, 3\) \(2,\)"):
        traced(lambda x, t: x + np.ones(2))


@pytest.mark.parametrize("field", [lambda x, t: (x > 0) - (x < 1), lambda x, t: -(x > 0)])
def test_bools_have_no_minus(field):
    with pytest.raises(TypeError, match="numpy boolean"):
        traced(field)


@pytest.mark.parametrize("field", [lambda x, t: x[:, :1] @ np.eye(3), lambda x, t: np.eye(2) @ x[:, :, None]])
def test_products_that_do_not_fit_are_refused_even_where_an_axis_has_length_1(field):
    with pytest.raises(ValueError, match="does not fit"):
        traced(field)


def test_what_the_function_raises_is_passed_on():
    with pytest.raises(KeyError):
        traced(lambda x, t: {}["missing"])


def test_a_value_of_an_earlier_call_is_refused():
    kept = {}

    def cached(x, t):
        if "scale" not in kept:
            kept["scale"] = np.exp(-x.sum(axis=1, keepdims=True))
        return -x * kept["scale"]

    def differenced(x, t):
        before, kept["t"] = kept.get("t", 0.0), t
        return x * (t - before)

    def returned(x, t):
        return kept.setdefault("x", np.sin(x))

    for field in (cached, differenced, returned):
        kept.clear()
        with pytest.raises(mr.TracingError, match="value of an earlier call"):
            mr.compile(field)(np.ones((3, 2)), 0.5)


def with_a_way_out(attempt):
    def field(x, t):
        try:
            return attempt(x, t)
        except Exception:
            return 0 * x

    return field


CAUGHT = {
    "a function that is not known": lambda x, t: -np.unique(x),
    "a choice": lambda x, t: x if x.sum() > 0 else -x,
    "a number": lambda x, t: x * math.sin(t),
    "a method": lambda x, t: x.tolist(),
    "a function of SciPy": lambda x, t: special.gammainc(2, x),
}


@pytest.mark.parametrize("attempt", CAUGHT.values(), ids=CAUGHT.keys())
@pytest.mark.parametrize("make", [lambda field: field, mr.pointwise])
def test_a_function_that_catches_what_cannot_be_traced_is_refused(attempt, make):
    with pytest.raises(mr.TracingError, match="The function catches this exception and goes on in another way"):
        mr.compile(make(with_a_way_out(attempt)))(np.ones((3, 2)), 0.0)


def test_exceptions_of_its_own_are_the_functions_affair():
    def field(x, t):
        try:
            return {}["not there"] * x
        except KeyError:
            return -x

    assert mr.compile(field)(np.ones((3, 2)), 0.0).tolist() == [[-1.0, -1.0]] * 3


@pytest.mark.parametrize("text", [str, "{}".format, lambda t: f"{t}"])
def test_the_text_of_a_time_is_refused(text):
    numbers = {"0.0": 0.5}
    with pytest.raises(mr.TracingError, match=r"the text of a traced value is that of a symbol: take mr\.compile away"):
        mr.compile(lambda x, t: -numbers.get(text(t), 1.0) * x)(np.ones((3, 2)), 0.0)


def test_a_function_may_print_what_it_is_given(capsys):
    mr.compile(lambda x, t: (print(x, f"{x}", repr(t)), -x)[1])(np.ones((3, 2)), 0.0)
    assert "<traced array of shape (paths, 2), float64>" in capsys.readouterr().out
