"""SciPy's special functions in compiled fields: their values to a few units in the last place, and their edges."""

import itertools

import mpmath
import numpy as np
import pytest
from scipy import special

import maruyama as mr

DTYPES = [np.float64, np.float32]
INF, NAN = np.inf, np.nan
mpmath.mp.prec = 300


def units(got, exact):
    """How far apart the largest two are, in units in the last place; what is not finite must be the same."""
    got = np.asarray(got).reshape(-1)
    rounded = np.array([float(each) for each in exact]).astype(got.dtype)
    finite = np.isfinite(rounded)
    np.testing.assert_array_equal(got[~finite], rounded[~finite])
    distances = [abs(mpmath.mpf(float(g)) - e) for g, e in zip(got[finite], exact_where(finite, exact), strict=True)]
    return float(max(d / float(np.spacing(abs(r))) for d, r in zip(distances, rounded[finite], strict=True)))


def exact_where(mask, exact):
    return [each for each, kept in zip(exact, mask, strict=True) if kept]


def compiled(f, x):
    with np.errstate(all="ignore"):
        return mr.compile(f)(x, 0.0)


def exact_logsumexp(row):
    return mpmath.log(mpmath.fsum(mpmath.exp(mpmath.mpf(float(each))) for each in row))


# logsumexp, softmax, log_softmax


@pytest.mark.parametrize("dtype", DTYPES)
def test_logsumexp_keeps_what_is_far_smaller_than_the_largest_term(dtype):
    x = np.array([[0, -40], [-40, 0], [0, -80], [3, -33]], dtype)
    assert units(compiled(lambda x, t: special.logsumexp(x, axis=1), x), map_rows(exact_logsumexp, x)) < 3


def map_rows(f, x):
    return [f(row) for row in x]


@pytest.mark.parametrize("dtype", DTYPES)
def test_logsumexp_near_its_zeros_is_off_by_units_of_its_largest_argument(dtype):
    rng = np.random.default_rng(1)
    x = rng.uniform(-1, -0.4, (300, 2)).astype(dtype)
    x[:, 1] = np.log1p(-np.exp(x[:, 0].astype(float))) * (1 + rng.normal(0, 1e-6, 300))
    got = compiled(lambda x, t: special.logsumexp(x, axis=1), x)
    exact = np.array([float(exact_logsumexp(row)) for row in x])
    assert (np.abs(got - exact) <= 1.5 * np.spacing(np.abs(x).max(axis=1))).all()


WEIGHTS = [[0, 1, 1], [1, 0, 3], [1, -1, 2], [-1, -1, 0], [0, 0, 0], [1, -1, 0], [-1, 2, -3], [0.5, 2, 1]]
WEIGHTS += [[1e-60, 1, 1]]  # which float32 rounds to zero
CORNERS = np.array(list(itertools.product([0.0, -INF, INF, NAN, 1.0, -40.0], repeat=3)))


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("weights", WEIGHTS)
@np.errstate(all="ignore")
def test_logsumexp_with_weights_is_that_of_scipy(weights, dtype):
    x, b = CORNERS.astype(dtype), np.array(weights)
    wanted = special.logsumexp(x, axis=1, b=b.astype(dtype), return_sign=True)
    got = compiled(lambda x, t: np.stack(special.logsumexp(x, axis=1, b=b, return_sign=True), axis=1), x)
    tolerance = 20 * np.finfo(dtype).eps
    np.testing.assert_allclose(got[:, 0], wanted[0], rtol=tolerance, atol=tolerance)
    np.testing.assert_array_equal(got[:, 1], wanted[1])
    plain = special.logsumexp(x, axis=1, b=b.astype(dtype))
    got = compiled(lambda x, t: special.logsumexp(x, axis=1, b=b), x)
    np.testing.assert_allclose(got, plain, rtol=tolerance, atol=tolerance)


def test_the_weights_of_logsumexp_may_be_traced():
    b = np.array([[1.0, 0.0, 2.0], [0.5, -1.0, 4.0]])
    got = compiled(lambda x, t: special.logsumexp(np.arange(3.0), axis=1, b=x, keepdims=True), b)
    np.testing.assert_allclose(got, special.logsumexp(np.arange(3.0), axis=1, b=b, keepdims=True), rtol=1e-15)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("function", [special.softmax, special.log_softmax, special.logsumexp])
@np.errstate(all="ignore")
def test_infinities_and_nan_are_those_of_scipy(function, dtype):
    x = CORNERS.astype(dtype)
    wanted = function(x, axis=1)
    got = compiled(lambda x, t: function(x, axis=1), x)
    np.testing.assert_allclose(got, wanted, rtol=4 * np.finfo(dtype).eps, atol=1e-17)


def test_log_softmax_of_a_dominating_term_is_no_zero():
    got = compiled(lambda x, t: special.log_softmax(x, axis=1), [[0.0, -40.0]])
    np.testing.assert_allclose(got, [[-4.248354255291589e-18, -40.0]], rtol=1e-15)


# formulas of other operations


@pytest.mark.parametrize("dtype", DTYPES)
def test_logit_loses_nothing_near_one_half(dtype):
    rng = np.random.default_rng(2)
    near = 0.5 + rng.normal(size=500) * 10.0 ** -rng.integers(1, 16, 500)
    p = np.concatenate([near, rng.uniform(0, 1, 500), 10.0 ** -rng.integers(0, 38, 50), 1 - 2.0 ** -np.arange(1, 24)])
    p = p[(p > 0) & (p < 1)].astype(dtype)
    p = p[(p > 0) & (p < 1)]
    exact = [mpmath.log(mpmath.mpf(float(each)) / (1 - mpmath.mpf(float(each)))) for each in p]
    assert units(compiled(lambda x, t: special.logit(x), p[:, None]), exact) < 2.5
    edges = np.array([[0.0, 1.0, -0.1, 1.1, NAN, INF, 0.5]], dtype)
    np.testing.assert_array_equal(compiled(lambda x, t: special.logit(x), edges), [[-INF, INF, NAN, NAN, NAN, NAN, 0]])


PAIRS = np.array(list(itertools.product([0.0, -0.0, -1.0, INF, -INF, NAN, 1.0, 1e-30, 2.5, 1e30], repeat=2)))


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("function", [special.xlogy, special.xlog1py, special.rel_entr, special.kl_div])
@np.errstate(all="ignore")
def test_x_log_y_and_its_kind_are_those_of_scipy(function, dtype):
    rng = np.random.default_rng(3)
    x = np.concatenate([PAIRS, np.exp(rng.normal(size=(500, 2)))]).astype(dtype)
    tolerance = 8 * np.finfo(dtype).eps
    got = compiled(lambda x, t: function(x[:, 0], x[:, 1]), x)
    wide = function(x.astype(float)[:, 0], x.astype(float)[:, 1]) if dtype == np.float32 else function(x[:, 0], x[:, 1])
    np.testing.assert_allclose(got, wide.astype(dtype), rtol=tolerance, atol=tolerance)
    for constant in (0.0, 2.5):
        got = compiled(lambda x, t, c=constant: function(x, c), x)
        np.testing.assert_allclose(got, function(x, dtype(constant)), rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize("dtype", DTYPES)
@np.errstate(all="ignore")
def test_entr_is_that_of_scipy(dtype):
    x = PAIRS.astype(dtype)
    got = compiled(lambda x, t: special.entr(x), x)
    np.testing.assert_allclose(got, special.entr(x), rtol=4 * np.finfo(dtype).eps)


def test_rel_entr_of_two_near_numbers_keeps_their_difference():
    y = np.array([[1.0], [3.7]])
    x = y * (1 + 1e-9)
    exact = [mpmath.mpf(a) * mpmath.log(mpmath.mpf(a) / mpmath.mpf(b)) for a, b in zip(x[:, 0], y[:, 0], strict=True)]
    got = compiled(lambda x, t: special.rel_entr(x[:, 0], x[:, 1]), np.hstack([x, y]))
    assert units(got, exact) < 4


# operations of the core


def quantile(p):
    """The x with P(Z < x) = p, by Halley's method from SciPy's."""
    if p > 0.5:
        return -quantile(1 - p)
    x = mpmath.mpf(special.ndtri(float(p)))
    for _ in range(4):
        step = (p - mpmath.ncdf(x)) / mpmath.npdf(x)
        x += step / (1 + x * step / 2)
    return x


def log_ndtr(x):
    return mpmath.log(mpmath.ncdf(x)) if x < 5 else mpmath.log1p(-mpmath.ncdf(-x))


def logarithmic(rng, low, high, count):
    return 10.0 ** rng.uniform(low, high, count)


# name: what it is, arguments of random numbers, and the largest error in float64 (docs/math.md)
OPERATIONS = {
    "ndtr": (mpmath.ncdf, lambda r: [r.uniform(-2, 2, 200), r.uniform(-38, 9, 200)], 1.5),
    "log_ndtr": (log_ndtr, lambda r: [r.uniform(-2, 2, 200), r.uniform(-38, 9, 200), -logarithmic(r, 0, 5, 50)], 3.5),
    "erfcx": (
        lambda x: mpmath.exp(x * x) * mpmath.erfc(x),
        lambda r: [r.uniform(-1, 1, 200), r.uniform(-9, 30, 200), logarithmic(r, -5, 8, 100)],
        3.5,
    ),
    "ndtri": (
        quantile,
        lambda r: [r.uniform(0, 1, 200), logarithmic(r, -37, -0.3, 200), 0.5 + r.uniform(-1, 1, 50) * 1e-5],
        2.5,
    ),
    "erfinv": (
        lambda y: mpmath.sign(y) * -quantile((1 - abs(y)) / 2) / mpmath.sqrt(2),
        lambda r: [r.uniform(-1, 1, 200), 1 - logarithmic(r, -7, 0, 100), logarithmic(r, -30, 0, 100)],
        3,
    ),
    "gammaln": (
        mpmath.loggamma,
        lambda r: [
            r.uniform(0, 8.5, 300),
            r.uniform(8, 30, 100),
            logarithmic(r, -30, 30, 100),
            r.uniform(0.9, 1.1, 99),
        ],
        2,
    ),
    "i0e": (
        lambda x: mpmath.besseli(0, x) * mpmath.exp(-abs(x)),
        lambda r: [r.uniform(-8, 8, 200), r.uniform(8, 50, 100), logarithmic(r, -10, 6, 100)],
        3,
    ),
    "i1e": (
        lambda x: mpmath.besseli(1, x) * mpmath.exp(-abs(x)),
        lambda r: [r.uniform(-8, 8, 200), r.uniform(8, 50, 100), logarithmic(r, -10, 6, 100)],
        2.5,
    ),
}


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", OPERATIONS)
def test_an_operation_is_as_near_as_stated(name, dtype):
    exact, arguments, limit = OPERATIONS[name]
    x = np.concatenate(arguments(np.random.default_rng(11))).astype(dtype)
    x = x[(x > 0) & (x < 1)] if name == "ndtri" else x[np.abs(x) < 1] if name == "erfinv" else x
    got = compiled(lambda x, t: getattr(special, name)(x), x[:, None])
    assert units(got, [exact(mpmath.mpf(float(each))) for each in x]) < (limit if dtype == np.float64 else 1.2)


EDGES = np.array([0.0, -0.0, INF, -INF, NAN, 1, -1, 2, -2, -3, -1.5, -40, 27, -27, 1e-20, -1e-20, 1e38, -1e38, 0.5, 8])


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", OPERATIONS)
@np.errstate(all="ignore")
def test_edges_are_those_of_scipy(name, dtype):
    x = EDGES.astype(dtype)[:, None]
    function = getattr(special, name)
    np.testing.assert_allclose(
        compiled(lambda x, t: function(x), x), function(x), rtol=1e-12 if dtype == np.float64 else 1e-6
    )


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize(("name", "order"), [("i0", 0), ("i1", 1)])
def test_bessel_functions_are_finite_as_far_as_they_are(name, order, dtype):
    far = 713.5 if dtype == np.float64 else 91.5
    x = np.concatenate([np.linspace(-20, 20, 60), [far, -far]]).astype(dtype)
    got = compiled(lambda x, t: getattr(special, name)(x), x[:, None])
    assert units(got, [mpmath.besseli(order, float(each)) for each in x]) < 5
    edges = np.array([[0.0, INF, -INF, NAN, 1e30]], dtype)
    got = compiled(lambda x, t: getattr(special, name)(x), edges)
    np.testing.assert_array_equal(got, [[1.0 - order, INF, (-1) ** order * INF, NAN, INF]])


def test_gammaln_below_zero_has_a_small_absolute_error():
    x = np.concatenate([np.random.default_rng(12).uniform(-20, 0, 300), [-2.4570247382208006]])
    got = compiled(lambda x, t: special.gammaln(x), x[:, None])[:, 0]
    exact = np.array([float(mpmath.re(mpmath.loggamma(float(each)))) for each in x])
    assert np.abs(got - exact).max() < 2e-14


def test_ndtr_in_float32_is_right_in_the_tail():
    x = np.array([[-12.0], [-8.3]], np.float32)
    wanted = special.ndtr(x.astype(float))
    np.testing.assert_allclose(compiled(lambda x, t: special.ndtr(x), x), wanted, rtol=np.finfo(np.float32).eps)


@pytest.mark.parametrize("name", OPERATIONS)
def test_what_is_constant_or_of_t_alone_is_computed_too(name):
    function = getattr(special, name)
    got = mr.compile(lambda x, t: x + function(0.25) + function(t) * function(np.full(1, 0.25)))(np.zeros((1, 1)), 0.25)
    np.testing.assert_allclose(got, function(0.25) + function(0.25) ** 2, rtol=1e-14)
