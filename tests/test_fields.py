"""Coefficients: numbers, vectors, functions; general noise; and the sentences that refuse the rest."""

import numpy as np
import pytest

import maruyama as mr

X0 = np.arange(8.0).reshape(4, 2)


def sde(drift, diffusion, **options):
    return mr.euler_maruyama(drift, diffusion, X0, steps=3, seed=7, **options)


@pytest.mark.parametrize("constant", [2, 2.0, [2.0], [2, 2], np.float32(2), np.full((1, 2), 2.0), np.array(2)])
def test_a_constant_is_the_function_that_returns_it(constant):
    by_function = sde(lambda x, t: np.full_like(x, 2.0), lambda x, t: np.full_like(x, 2.0)).final
    assert (sde(constant, constant).final == by_function).all()


def test_a_constant_is_rounded_once_to_the_state():
    run = mr.euler(0.1, [0.0], paths=1, steps=1, dtype=np.float32)
    assert run.final.item() == np.float32(0.1)


@pytest.mark.parametrize(
    ("drift", "diffusion", "route"),
    [
        (1.0, 1.0, "drift: constant, diffusion: constant"),
        (lambda x, t: x, 1.0, "drift: callback, diffusion: constant"),
        (1.0, lambda x, t: x, "drift: constant, diffusion: callback"),
    ],
)
def test_the_route_is_in_the_result(drift, diffusion, route):
    assert sde(drift, diffusion).route == route


@pytest.mark.parametrize("wrong", [None, "x", [1j], object(), {}])
def test_what_is_no_coefficient_is_refused(wrong):
    with pytest.raises(TypeError, match=r"velocity must hold real numbers.* give a function of"):
        mr.euler(wrong, X0, steps=1)


def test_no_diffusion_tells_the_remedy():
    with pytest.raises(TypeError, match=r"without noise say 0.0, or mr.euler"):
        sde(0.0, None)


def test_a_vector_of_the_wrong_length_is_refused():
    with pytest.raises(ValueError, match=r"drift has shape \(3,\), expected \(2,\) or a number"):
        sde([1.0, 2.0, 3.0], 1.0)


def test_a_constant_for_each_path_tells_the_remedy():
    with pytest.raises(ValueError, match=r"expected \(2,\) or a number: for one row per path .*mr.per_path"):
        sde(np.ones((4, 2)), 1.0)


@pytest.mark.parametrize("form", ["constant", "(dim, m)", "(paths, dim, m)", "(1, dim, m)"])
def test_general_noise_sums_its_terms_in_order(form):
    g = np.array([[1.0, 2.0, 3.0], [0.5, 0.25, 0.125]])
    diffusion = {
        "constant": g,
        "(dim, m)": lambda x, t: g,
        "(paths, dim, m)": lambda x, t: np.broadcast_to(g, (len(x), 2, 3)).copy(),
        "(1, dim, m)": lambda x, t: g[None],
    }[form]
    x = X0.copy()
    for z in mr.noise(7, paths=4, steps=2, dim=3):
        dw = np.sqrt(0.5) * z
        x = (x + 0.5 * -x) + ((g[:, 0] * dw[:, [0]] + g[:, 1] * dw[:, [1]]) + g[:, 2] * dw[:, [2]])
    run = mr.euler_maruyama(lambda x, t: -x, diffusion, X0, steps=2, seed=7, noise="general")
    assert (run.final == x).all()


def test_general_noise_is_tried_once_on_the_first_rows_at_t0():
    calls = []

    def diffusion(x, t, a):
        calls.append((len(x), t, a.tolist()))
        assert not x.flags.writeable
        return np.ones((len(x), 2, 1))

    sde(0.0, diffusion, noise="general", t=(5.0, 6.0), args=(mr.per_path(np.arange(4)),))
    assert calls[0] == (3, 5.0, [0, 1, 2])
    assert calls[1] == (4, 5.0, [0, 1, 2, 3])


def test_general_noise_of_no_paths_calls_nobody():
    run = mr.euler_maruyama(0.0, lambda x, t: 1 / 0, np.zeros((0, 2)), steps=0, noise="general")
    assert run.final.shape == (0, 2)


@pytest.mark.parametrize("diffusion", [1.0, [1.0, 2.0], lambda x, t: 1.0])
def test_general_noise_without_m_is_refused(diffusion):
    with pytest.raises(ValueError, match=r"noise='general' expects .*\(.*2, m\)"):
        sde(0.0, diffusion, noise="general")


@pytest.mark.parametrize("diffusion", [np.ones((3, 5)), lambda x, t: np.ones((len(x), 3, 5))])
def test_general_noise_of_the_wrong_dimension_is_refused(diffusion):
    with pytest.raises(ValueError, match="diffusion"):
        sde(0.0, diffusion, noise="general")


@pytest.mark.parametrize("dim", [1, 2, 3, 4])
@pytest.mark.parametrize("shared", [False, True])
def test_general_noise_of_one_value_per_dimension_is_refused(dim, shared):
    x0 = np.ones(dim) if shared else np.ones((4, dim))
    with pytest.raises(ValueError, match=r"expects \(paths, dim, m\)"):
        mr.euler_maruyama(0.0, lambda x, t: np.ones_like(x), x0, paths=4, steps=1, noise="general")


def test_an_m_that_changes_is_refused():
    with pytest.raises(ValueError, match=r"\(paths, dim, m\) = \(paths, 2, 1\) every time"):
        sde(0.0, lambda x, t: np.ones((len(x), 2, 1 if t == 0 else 2)), noise="general")


def test_brownian_paths_are_summed_noise():
    w = mr.brownian(3, steps=4, dim=2, seed=7)
    x = np.zeros((3, 2))
    for k, z in enumerate(mr.noise(7, paths=3, steps=4, dim=2)):
        x = x + np.sqrt(0.25) * z
        assert (w.x[k + 1] == x).all()


def test_brownian_paths_may_have_a_listed_grid():
    assert mr.brownian(3, t=[0.0, 1.0, 4.0], seed=7, dtype=np.float32).x.shape == (3, 3, 1)
