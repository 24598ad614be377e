"""A call that is traced means what it means to NumPy, however its arguments are given; what has no rule is refused."""

import warnings

import numpy as np
import pytest

import maruyama as mr

X = np.array([[1.7, 2.7, -0.4, 0.2], [0.5, -1.5, 2.5, np.inf]])


def written_to(function, *arguments):
    """A field that writes its result into an array by position."""

    def field(x, t):
        y = np.zeros_like(x[:, 0])
        function(x, *arguments, y)
        return y

    return field


def nan_to_num_in_place(x, t):
    y = np.sqrt(x)
    np.nan_to_num(y, copy=False)
    return y


def clipped_in_place(x, t):
    y = 3.0 * x
    np.clip(y, -1.0, 1.0, y)
    return y


SAME = {
    "order of reshape": lambda x, t: np.reshape(x, (len(x), 2, 2), order="F")[:, 0],
    "order of the method": lambda x, t: x.reshape(len(x), 2, 2, order="F")[:, 1],
    "order by position": lambda x, t: np.reshape(x, (len(x), 2, 2), "F")[:, 0],
    "counts of a list": lambda x, t: np.sum([x[:, 0] > 0, x[:, 1] > 0], axis=0),
    "counts of np.asarray": lambda x, t: np.asarray(x > 0).sum(axis=1),
    "running counts": lambda x, t: np.cumsum([x[:, 0] > 0, x[:, 1] > 0], axis=0).T,
    "mean of a list": lambda x, t: np.mean([x[:, 0] > 0, x[:, 1] > 0], axis=0),
    "conditions on t": lambda x, t: x * ((t > 0.1) + (t < 0.5) + (t > 0.2)),
    "minus a condition on t": lambda x, t: x * -(t > 0.1),
    "nan_to_num of a list": lambda x, t: np.nan_to_num(np.array([np.sqrt(x[:, 2])])).T,
    "initial": lambda x, t: np.sum(x, axis=1, initial=True) + np.max(x, axis=1, initial=2.0),
    "keepdims by position": lambda x, t: np.max(x, 1, None, True) - np.any(x, 1, None, True),
    "counts as whole numbers": lambda x, t: np.sum(x > 0, axis=1, dtype=int),
    "no differences": lambda x, t: np.diff(x, n=0, prepend=0.0),
    "mean of var": lambda x, t: np.var(x[:, :2], axis=1, ddof=1),
    "axis of vecdot": lambda x, t: np.vecdot(x, x, axis=1) if hasattr(np, "vecdot") else x,
    "atleast_1d of two": lambda x, t: np.atleast_1d(x, 2 * x)[1],
    "a label of one operand alone": lambda x, t: np.einsum("ni,nj->n", x[:, :2], x[:, 2:]),
    "condition and number of broadcast": lambda x, t: np.broadcast_arrays(x > 0, x)[0] + (x > 1),
    "np.matmul with its own dtype": lambda x, t: np.matmul(x, np.eye(4, dtype=x.dtype), dtype=x.dtype)[:, :3],
    "filling of an array of conditions": lambda x, t: np.full_like(np.asarray(x > 0), 2.5) + (x > 0),
}
REFUSED = {
    "a user's ufunc": (None, "the ufunc square, which is not NumPy's or SciPy's"),
    "nan_to_num in place": (nan_to_num_in_place, r"nan_to_num\(copy=...\)"),
    "out of clip": (clipped_in_place, r"np.clip\(out=...\)"),
    "out of sum": (written_to(np.sum, 1, None), r"np.sum\(out=...\)"),
    "out of max": (lambda x, t: x.max(1, np.zeros(len(x))), r"x.max\(out=...\)"),
    "out of round": (lambda x, t: x.round(0, np.zeros(x.shape)), r"x.round\(out=...\)"),
    "out of take": (lambda x, t: np.take(x, [0], 1, np.zeros((len(x), 1))), r"np.take\(out=...\)"),
    "out of dot": (lambda x, t: np.dot(x, np.eye(4), np.zeros(x.shape)), r"np.dot\(out=...\)"),
    "dtype of sum": (lambda x, t: np.sum(x, axis=1, dtype=int), "dtype=int64 cannot be traced"),
    "dtype of cumsum": (lambda x, t: x.cumsum(axis=1, dtype=np.int8), "dtype=int8 cannot be traced"),
    "dtype of mean": (lambda x, t: np.mean(x, axis=1, dtype=bool), "dtype=bool cannot be traced"),
    "dtype of radians": (lambda x, t: np.radians(x, dtype=float), r"np.radians\(dtype=...\)"),
    "where": (lambda x, t: np.sum(x, axis=1, where=x > 0), r"np.sum\(where=...\) cannot be traced: use np.where"),
    "what is deleted": (lambda x, t: np.delete(np.ones(3), (x[:, 0] > 0).astype(int)), "must be known when"),
    "order in memory": (lambda x, t: x.reshape(-1, 4, order="A"), "depends on how NumPy's arrays lie in memory"),
    "shifts": (lambda x, t: (x > 0) << 1, r"write x \* 2.0\*\*n"),
    "sums of objects": (lambda x, t: np.asarray(x > 0) + np.asarray(x < 1), "could count them or not"),
    "tilde of Python's conditions": (lambda x, t: x * ~(t > 0.1), "np.logical_not"),
    "parity of the rows": (lambda x, t: x * (len(x) % 2), "depends on the number of paths"),
    "rows modulo 7": (lambda x, t: x * (len(x) % 7), "depends on the number of paths"),
    "a period": (lambda x, t: np.interp(x, [0.0, 1.0], [0.0, 1.0], period=1.0), "give x % period"),
    "knots that depend on t": (lambda x, t: np.interp(x, [0.0, t + 1], [0.0, 1.0]), "knots xp that depend on x or t"),
    "values of the path": (lambda x, t: np.interp(x, [0.0, 1.0, 2.0, 3.0], x[0]), "mixes the paths, or takes some"),
    "knots that decrease": (lambda x, t: np.interp(x, [1.0, 0.0], [0.0, 1.0]), "needs xp that increase"),
}
RAISED = {
    "an unknown keyword": (lambda x, t: np.sum(x, axes=1), TypeError, "got an unexpected keyword argument"),
    "an unknown keyword of a ufunc": (lambda x, t: np.sin(x, axes=1), TypeError, "got an unexpected keyword argument"),
    "an unknown keyword of a method": (lambda x, t: x.sum(axes=1), TypeError, r"x.sum\(\) got an unexpected"),
    "an unknown letter": (lambda x, t: np.einsum("ni,ij->nk", x, np.eye(4)), ValueError, "output label 'k'"),
    "a repeated letter": (lambda x, t: np.einsum("ni->nii", x), ValueError, "output label 'i'"),
    "select of two lengths": (lambda x, t: np.select([x > 0], [x, x]), ValueError, "same length"),
    "knots without values": (lambda x, t: np.interp(x, [0.0, 1.0, 2.0], [5.0, 6.0]), ValueError, "not of same length"),
}


@pytest.mark.parametrize("name", SAME)
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_arguments_mean_what_they_mean_to_numpy(name, dtype):
    x = X.astype(dtype)
    with np.errstate(all="ignore"):
        expected = SAME[name](x, 0.375)
        np.testing.assert_allclose(mr.compile(SAME[name])(x, 0.375), expected, rtol=1e-6)


@pytest.mark.parametrize("name", [name for name in REFUSED if REFUSED[name][0]])
def test_what_a_rule_does_not_implement_is_refused(name):
    field, said = REFUSED[name]
    with pytest.raises(mr.TracingError, match=said):
        mr.compile(field)(X, 0.375)


@pytest.mark.parametrize("name", RAISED)
def test_calls_that_numpy_refuses_raise_as_numpy_does(name):
    field, error, said = RAISED[name]
    with pytest.raises(error):
        field(X, 0.375)
    with pytest.raises(error, match=said):
        mr.compile(field)(X, 0.375)


def test_a_users_ufunc_with_a_name_of_numpys_is_refused():
    numba = pytest.importorskip("numba")

    @numba.vectorize(["float64(float64)"])
    def square(value):
        return value * value + 1.0

    with pytest.raises(mr.TracingError, match=REFUSED["a user's ufunc"][1]):
        mr.compile(lambda x, t: square(x))(X, 0.0)


TABLES = {
    "infinite values": ([0.0, 1.0, 2.0], [1.0, np.inf, np.inf]),
    "an infinite knot": ([-np.inf, 2.0, 3.0], [0.0, 1.0, 2.0]),
    "infinite at both ends": ([0.0, 1.0, 9.0, 10.0], [-np.inf, 0.1, 0.9, np.inf]),
    "infinite knots at both ends": ([-np.inf, 1.0, 9.0, np.inf], [0.0, 0.1, 0.9, 1.0]),
    "one infinite value": ([1.0, 2.0, 3.0, 4.0], [1.0, 2.0, np.inf, 4.0]),
    "a step": ([0.0, 1.0, 1.0, 2.0], [0.0, 1.0, 5.0, 6.0]),
    "a single knot": ([1.0], [2.0]),
    "a value that is no number": ([0.0, 1.0, 2.0], [0.0, np.nan, 1.0]),
}


@pytest.mark.parametrize("name", TABLES)
def test_interp_has_numpys_values_beside_infinities_and_steps(name):
    x = np.array([[np.nan], [np.inf], [-np.inf], [0.0], [0.2], [1.0], [1.5], [2.0], [2.5], [3.0], [9.5], [10.0]])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        values = mr.compile(lambda x, t: np.interp(x, *TABLES[name]))(x, 0.0)
    np.testing.assert_allclose(values, np.interp(x, *TABLES[name]), rtol=1e-15)


def test_arrays_have_the_methods_of_numpys_arrays():
    assert not hasattr(mr.tracing.array.Traced, "ptp") or hasattr(np.ndarray, "ptp")
