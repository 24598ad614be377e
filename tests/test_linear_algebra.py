"""Small vectors and matrices in compiled fields, and differences along features: NumPy's bits, or a stated error."""

import warnings

import numpy as np
import pytest

import maruyama as mr

DTYPES = [np.float64, np.float32]
NUMPY_2 = not np.__version__.startswith("1.")
POINTS = np.array([0.0, 0.5, 1.7, 2.0, 3.1, 4.4, 4.9, 6.0, 6.2])


def matrices(x):
    return x.reshape(-1, 3, 3)


def flat(x):
    return x.reshape(-1, 9)


SAME_BITS = {
    "cross": lambda x, t: np.cross(x[:, :3], x[:, 3:6]),
    "cross axis": lambda x, t: np.cross(x[:, :3], x[:, 3:6], axis=1),
    "cross of columns": lambda x, t: np.cross(x[:, :3].T, x[:, 3:6].T, axis=0).T,
    "cross of other axes": lambda x, t: np.cross(x[:, :3].T, x[:, 3:6], 0, 1, 1),
    "cross put first": lambda x, t: np.cross(x[:, :3], x[:, 3:6], axisc=0).T,
    "cross with a constant": lambda x, t: (
        np.cross(np.array([0, 0, 1], x.dtype), x[:, :3]) + np.cross(x[:, :3], np.array([1, 2, 3], x.dtype))
    ),
    "cross of many": lambda x, t: flat(np.cross(matrices(x), matrices(x)[:, ::-1])),
    "cross broadcast": lambda x, t: flat(np.cross(matrices(x), x[:, None, :3])),
    "gradient": lambda x, t: np.gradient(x, axis=1),
    "gradient with a spacing": lambda x, t: np.gradient(x, 0.1, axis=-1),
    "gradient at points": lambda x, t: np.gradient(x, POINTS, axis=-1),
    "gradient at even points": lambda x, t: np.gradient(x, np.arange(9) / 4, axis=-1),
    "gradient of second order": lambda x, t: np.gradient(x, axis=1, edge_order=2),
    "gradient of second order, spacing": lambda x, t: np.gradient(x, 0.3, axis=1, edge_order=2),
    "gradient of second order at points": lambda x, t: np.gradient(x, POINTS, axis=1, edge_order=2),
    "gradients": lambda x, t: flat(sum(np.gradient(matrices(x), POINTS[:3], 0.25, axis=(1, 2)))),
    "trace": lambda x, t: np.trace(matrices(x), axis1=1, axis2=2),
    "trace above": lambda x, t: np.trace(matrices(x), 1, 1, 2),
    "trace as a method": lambda x, t: matrices(x).trace(-1, 1, 2),
    "tril": lambda x, t: flat(np.tril(matrices(x))),
    "tril below": lambda x, t: flat(np.tril(matrices(x), k=-1)),
    "triu": lambda x, t: flat(np.triu(matrices(x))),
    "triu above": lambda x, t: flat(np.triu(matrices(x), 1)),
    "triu of conditions": lambda x, t: flat(np.where(np.triu(matrices(x) > 0), 1.0, 2.0)),
    "angle": lambda x, t: np.angle(x),
    "angle in degrees": lambda x, t: np.angle(-x, deg=True),
    "spacing": lambda x, t: np.spacing(x),
    "nextafter": lambda x, t: np.nextafter(x, x[:, ::-1]) + np.nextafter(x, x.dtype.type(np.inf)),
    "modf": lambda x, t: np.stack(np.modf(10 * x), axis=1),
}
if NUMPY_2:
    SAME_BITS |= {
        "linalg.cross": lambda x, t: np.linalg.cross(x[:, :3], x[:, 3:6]),
        "linalg.trace": lambda x, t: np.linalg.trace(matrices(x), offset=1),
        "linalg.diagonal": lambda x, t: np.linalg.diagonal(matrices(x)),
    }
HOSTILE = np.array([[0.0, -0.0, np.inf, -np.inf, np.nan, 1.5, -1.5, 1e-30, -7.0]])


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", SAME_BITS)
@np.errstate(all="ignore")
def test_has_the_bits_of_numpy(name, dtype):
    f = SAME_BITS[name]
    x = np.random.default_rng(4).normal(size=(20, 9))
    if not name.startswith("gradient"):
        x = np.concatenate([x, HOSTILE])
    wanted, got = f(x.astype(dtype), 0.0), mr.compile(f)(x.astype(dtype), 0.0)
    assert got.shape == wanted.shape
    if name in ("gradient at points", "gradient of second order at points", "gradients") and dtype == np.float32:
        np.testing.assert_allclose(got, wanted, rtol=0, atol=2e-6)  # NumPy's weights are float64 there
    else:
        np.testing.assert_array_equal(got, wanted)


def of_numpy_or_what_it_raises(f, *arguments):
    try:
        return f(*arguments)
    except ValueError as error:
        return error


@pytest.mark.parametrize("lengths", [(2, 3), (3, 2), (2, 2)])
def test_cross_takes_vectors_of_two_where_this_numpy_does(lengths):
    """NumPy 1 takes them, 2 deprecates them, and 2.5 takes them no more."""

    def f(x, t):
        return np.cross(x[:, : lengths[0]], x[:, 3 : 3 + lengths[1]])

    x = np.random.default_rng(5).normal(size=(8, 9))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        wanted = of_numpy_or_what_it_raises(f, x, 0.0)
        if isinstance(wanted, ValueError):
            with pytest.raises(ValueError, match="dimensional"):
                mr.compile(f)(x, 0.0)
        else:
            np.testing.assert_array_equal(mr.compile(f)(x, 0.0), wanted)


# linear systems


def well_conditioned(rng, count, size, dtype):
    """Matrices whose pivots are not on the diagonal, of condition numbers to some hundreds."""
    a = rng.normal(size=(count, size, size))
    a[: count // 2, 0, 0] = 0
    return a[np.linalg.cond(a) < 300].astype(dtype)


def compiled(f, a):
    shape = a.shape[1:]
    return mr.compile(lambda x, t: f(x.reshape(-1, *shape)))(a.reshape(len(a), -1), 0.0)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("size", [1, 2, 3, 4])
def test_solve_inv_and_det_are_as_near_as_those_of_lapack(size, dtype):
    a = well_conditioned(np.random.default_rng(6), 400, size, dtype)
    wide, eps = a.astype(np.longdouble), np.finfo(dtype).eps
    condition = np.linalg.cond(a.astype(float))
    b = np.ones((size, 1), dtype)
    x = compiled(lambda a: np.linalg.solve(a, np.ones((size, 1))), a)
    residual = np.abs(wide @ x - b).max(axis=(1, 2))
    reach = np.abs(a.astype(float)).sum(axis=2).max(axis=1)
    assert (residual <= 2 * size * eps * reach * np.abs(x).max(axis=(1, 2))).all()
    inverse = compiled(np.linalg.inv, a)
    away = np.abs(wide @ inverse - np.eye(size)).max(axis=(1, 2))
    assert (away <= 2 * size * eps * reach * np.abs(inverse).sum(axis=1).max(axis=1)).all()
    det = compiled(np.linalg.det, a)
    exact = np.linalg.det(a.astype(float)) if dtype == np.float32 else det_of(wide)
    assert (np.abs(det - exact) <= 2 * size * eps * condition * np.abs(exact)).all()


def det_of(a):
    """By minors."""
    if a.shape[-1] == 1:
        return a[..., 0, 0]
    minors = [np.delete(a[..., 1:, :], k, axis=-1) for k in range(a.shape[-1])]
    return sum((-1) ** k * a[..., 0, k] * det_of(minor) for k, minor in enumerate(minors))


def test_a_singular_matrix_has_determinant_zero_and_no_finite_inverse():
    a = np.array([[[0.0, 0.0], [0.0, 0.0]], [[1.0, 2.0], [2.0, 4.0]], [[0.0, 1.0], [0.0, 3.0]]])
    np.testing.assert_array_equal(compiled(np.linalg.det, a), [0, 0, 0])
    with np.errstate(all="ignore"):
        assert not np.isfinite(compiled(np.linalg.inv, a)).all(axis=(1, 2)).any()


def test_solve_takes_a_constant_matrix_of_any_size():
    a = np.random.default_rng(7).normal(size=(9, 9))
    x = np.random.default_rng(8).normal(size=(20, 9))
    for f in (lambda x, t: np.linalg.solve(a, x.T).T, lambda x, t: np.linalg.solve(a[None], x[..., None])[..., 0]):
        np.testing.assert_allclose(mr.compile(f)(x, 0.0), f(x, 0.0), rtol=1e-10)


def test_solve_takes_several_right_sides_and_one_vector():
    x = np.random.default_rng(9).normal(size=(20, 9))
    for f in (
        lambda x, t: flat(np.linalg.solve(matrices(x), matrices(x)[:, ::-1])),
        lambda x, t: np.linalg.solve(matrices(x), np.array([1.0, 2, 3])),
        lambda x, t: np.linalg.solve(matrices(x), x[:, :3, None])[..., 0],
    ):
        np.testing.assert_allclose(mr.compile(f)(x, 0.0), f(x, 0.0), rtol=1e-10)
