"""Functions of one state, compiled: the same numbers as calling them for one row after the other."""

import numpy as np
import pytest

import maruyama as mr

X = np.random.default_rng(3).normal(size=(7, 3))
MATRIX = np.array([[1.0, 2.0, 0.5], [0.0, -1.0, 3.0], [2.0, 2.0, -2.0]])


def lorenz(state, t):
    x, y, z = state
    return 10.0 * (y - x), x * (28.0 - z) - y, x * y - 8 / 3 * z


def ring(x, t):
    return np.array([x[(i + 1) % len(x)] - 2 * x[i] + x[i - 1] for i in range(len(x))])


def chosen(x, t):
    return np.where(x[0] > 0, -x, x + t)


FIELDS = {
    "elements": lambda x, t: np.array([x[1], -x[0], x[2] * t]),
    "unpacked": lorenz,
    "loop": ring,
    "list": lambda x, t: [x[0], t, 1.0],
    "whole": lambda x, t: -x * np.exp(-t),
    "choice": chosen,
    "sum": lambda x, t: x - x.sum() / len(x),
    "norm": lambda x, t: -x / np.linalg.norm(x),
    "mean-and-max": lambda x, t: np.mean(x) - np.max(x) * x,
    "matrix-before": lambda x, t: MATRIX @ x,
    "matrix-after": lambda x, t: x @ MATRIX + MATRIX[0],
    "square-form": lambda x, t: (x @ MATRIX @ x) * np.ones(3),
    "outer": lambda x, t: np.outer(x, x) @ np.ones(3),
    "two-products": lambda x, t: np.tanh(MATRIX @ np.tanh(MATRIX @ x)),
    "einsum": lambda x, t: np.einsum("ij,j,k->i", MATRIX, x, x),
    "stack": lambda x, t: np.stack([x[2], x[0], x[1]]),
    "concatenate": lambda x, t: np.concatenate([x[1:], x[:1]]),
    "roll-and-diff": lambda x, t: np.roll(x, 1) + np.append(np.diff(x), t),
    "reversed": lambda x, t: x[::-1],
    "scalar": lambda x, t: x[0] * x[1],
    "number": lambda x, t: 2.5,
    "constant": lambda x, t: np.arange(3.0),
    "time-alone": lambda x, t: np.array([t, np.sin(t), 0.0]),
    "pairs": lambda x, t: (x[:, None] - x[None, :]).sum(axis=1),
    "condition": lambda x, t: x > 0,
}


@pytest.mark.parametrize("name", FIELDS)
def test_a_function_of_one_state_is_compiled(name):
    of_rows = mr.pointwise(FIELDS[name])
    compiled = mr.compile(of_rows)
    np.testing.assert_allclose(compiled(X, 0.3), of_rows(X, 0.3), rtol=1e-13, atol=1e-14)
    run = mr.euler(compiled, X, steps=5)
    assert run.route == "compiled"
    np.testing.assert_allclose(run.final, mr.euler(of_rows, X, steps=5).final, rtol=1e-11, atol=1e-12)


def test_as_many_paths_as_dimensions_are_not_mistaken_for_them():
    compiled = mr.compile(mr.pointwise(lambda x, t: MATRIX @ x))
    np.testing.assert_allclose(compiled(X[:3], 0.0), X[:3] @ MATRIX.T)


def test_each_path_has_its_own_row_of_an_argument():
    rates, shifts, shared = np.arange(7.0), np.arange(21.0).reshape(7, 3), np.array([1.0, 2.0, 3.0])
    args = (mr.per_path(rates), mr.per_path(shifts), mr.per_path(rates > 2), shared)

    def field(x, t, rate, shift, is_fast, shared):
        return np.where(is_fast, -rate * (x - shift) + shift[0], shared)

    of_rows = mr.pointwise(field)
    compiled = mr.compile(of_rows)
    np.testing.assert_array_equal(compiled(X, 0.3, *args), of_rows(X, 0.3, *args))
    runs = [mr.euler(each, X, steps=3, args=args).final for each in (compiled, of_rows)]
    np.testing.assert_array_equal(*runs)


def test_general_noise_of_one_state():
    diffusion = mr.pointwise(lambda x, t: np.array([[x[0], 0.0], [1.0, x[1]], [t, x[2]]]))
    runs = [
        mr.euler_maruyama(0.0, each, X, steps=3, seed=7, noise="general").final
        for each in (mr.compile(diffusion), diffusion)
    ]
    np.testing.assert_allclose(*runs, rtol=1e-13)


def test_a_function_of_one_state_inside_a_compiled_one():
    inner = mr.pointwise(lorenz)
    compiled = mr.compile(lambda x, t: 2 * inner(x, t) + inner(np.ones((1, 3)), t))
    np.testing.assert_allclose(compiled(X, 0.3), 2 * inner(X, 0.3) + inner(np.ones((1, 3)), 0.3))


def test_models_of_functions_of_one_state_are_compiled():
    velocity = mr.compile(mr.pointwise(lambda x, t, y: y - x))
    model = mr.FlowModel(mr.guided(velocity, 2.0, null=0.0), init=3)
    assert model.trajectories(2, steps=3, seed=7, y=1.0).route == "compiled"
    np.testing.assert_allclose(
        mr.FlowModel(velocity, init=3).sample(2, steps=3, seed=7, y=np.ones((2, 3))),
        mr.FlowModel(mr.pointwise(lambda x, t, y: y - x), init=3).sample(2, steps=3, seed=7, y=np.ones((2, 3))),
    )


@pytest.mark.parametrize(
    ("function", "error", "said"),
    [
        (lambda x, t: x if x[0] > 0 else -x, mr.TracingError, r"np\.where\(condition, a, b\)"),
        (lambda x, t: None, TypeError, "did you forget `return`"),
        (lambda x, t: np.ma.array(x * np.ones(3), mask=[True, False, False]), ValueError, "has masked entries"),
        (lambda x, t: np.array([float(x[0]), 0.0, 0.0]), mr.TracingError, "a traced value is no number yet"),
    ],
)
def test_what_cannot_be_traced_of_one_state_is_refused(function, error, said):
    with pytest.raises(error, match=said):
        mr.compile(mr.pointwise(function))(X, 0.0)


def test_results_of_another_shape_are_refused():
    with pytest.raises(ValueError, match=r"velocity returned shape \(paths, 2\), expected \(paths, 3\)"):
        mr.euler(mr.compile(mr.pointwise(lambda x, t: x[:2])), X, steps=1)


def test_a_compiled_function_is_none_of_one_state():
    with pytest.raises(TypeError, match=r"mr\.compile\(mr\.pointwise\(f\)\)"):
        mr.pointwise(mr.compile(lambda x, t: -x))
