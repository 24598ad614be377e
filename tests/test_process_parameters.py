"""Parameters and arguments of named processes: vectors, shards of exact samples, and what is refused."""

import numpy as np
import pytest

import maruyama as mr
from maruyama.processes import CIR, BrownianMotion, GeometricBrownianMotion, Heston, Langevin, LinearODE, Lorenz

OU = mr.processes.OrnsteinUhlenbeck


def cube(x):
    return x**3


def states(process, paths=5):
    """Positive ones, as prices and variances are."""
    return np.random.default_rng(3).uniform(0.2, 1.5, (paths, process.dim))


# --- vectors of parameters --------------------------------------------------------------------------------------------


def test_dimensions_are_as_many_as_the_values_of_a_parameter():
    assert [OU().dim, OU([1.0]).dim, OU(1.0, [0, 1, 2]).dim, OU([1, 2, 3], 0.0, [1, 1, 1]).dim] == [1, 1, 3, 3]


@pytest.mark.parametrize("process", [LinearODE, BrownianMotion, OU, GeometricBrownianMotion, CIR])
def test_each_dimension_is_the_process_of_its_own_parameters(process):
    both, alone = process([0.5, 2.0]), [process(0.5), process(2.0)]
    x = states(both)
    np.testing.assert_array_equal(both.drift(x, 0.0), np.hstack([p.drift(x[:, [j]], 0.0) for j, p in enumerate(alone)]))
    for law in ("mean", "variance", "scheme_mean", "scheme_variance"):
        steps = (4,) if law.startswith("scheme") else ()
        if not (process is CIR and steps):
            wanted = [getattr(p, law)(x[:, j], 0.5, *steps) for j, p in enumerate(alone)]
            found = np.broadcast_to(getattr(both, law)(x, 0.5, *steps), x.shape)
            np.testing.assert_allclose(found, np.stack(np.broadcast_arrays(*wanted, x[:, 0])[:2], axis=1), rtol=1e-15)


# --- exact samples ----------------------------------------------------------------------------------------------------

exact = pytest.mark.parametrize(
    "process", [BrownianMotion(0.3, 2.0), OU([1.0, 2.0]), GeometricBrownianMotion(0.1, 0.3)]
)


@exact
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_shards_of_an_exact_sample_are_rows_of_the_whole(process, dtype):
    x0 = states(process, 1)[0]
    whole = process.exact_sample(x0, 0.5, paths=50, seed=7, dtype=dtype)
    assert (whole.shape, whole.dtype) == ((50, process.dim), dtype)
    np.testing.assert_array_equal(process.exact_sample(x0, 0.5, paths=range(20, 30), seed=7, dtype=dtype), whole[20:30])
    np.testing.assert_array_equal(process.exact_sample(x0, 0.5, paths=[49, 3], seed=7, dtype=dtype), whole[[49, 3]])


@exact
def test_an_exact_sample_takes_a_state_for_each_path(process):
    x0 = states(process)
    np.testing.assert_array_equal(process.exact_sample(x0, 0.0, seed=7), x0)
    assert process.exact_sample(x0[:0], 1.0, seed=7).shape == (0, process.dim)


def test_an_exact_sample_is_independent_of_a_run_of_the_same_seed():
    motion = BrownianMotion()
    x, y = motion.exact_sample(0.0, 1.0, paths=50, seed=7), motion.simulate(0.0, paths=50, steps=1, seed=7).final
    assert not np.isin(x, y).any()


# --- what is refused --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: OU(theta=0.0), "theta must be positive, got 0.0"),
        (lambda: OU(sigma=[1.0, -1.0]), "sigma must be at least 0"),
        (lambda: OU(mu=np.inf), "mu must be finite"),
        (lambda: OU(mu=np.nan), "mu must be finite"),
        (lambda: OU(theta=[[1.0]]), "theta must be a number or a vector"),
        (lambda: OU(theta=[]), "theta must be a number or a vector"),
        (lambda: OU([1.0, 2.0], [1.0, 2.0, 3.0]), r"vectors of lengths \[2, 3\]"),
        (lambda: BrownianMotion(sigma=np.inf), "sigma must be at least 0 and finite"),
        (lambda: Heston(kappa=[1.0, 2.0]), r"kappa must be a number, got shape \(2,\)"),
        (lambda: Heston(rho=1.01), "rho must be from -1 to 1"),
        (lambda: Langevin(cube, beta=0), "beta must be positive"),
        (lambda: Langevin(cube, dim=0), "dim must be at least 1"),
        (lambda: OU().mean(1.0, -0.1), "t must be the time since x0"),
        (lambda: OU().mean(1.0, np.nan), "t must be the time since x0"),
        (lambda: OU().density(1.0, 1.0, 0.0), "t must be positive"),
        (lambda: GeometricBrownianMotion().density(1.0, 1.0, 0.0), "t must be positive"),
        (lambda: CIR().density(1.0, 1.0, [1.0, 0.0]), "t must be positive"),
        (lambda: OU().scheme_mean(1.0, 1.0, 2.0), "steps must be whole numbers"),
        (lambda: OU().scheme_mean(1.0, 1.0, [1, -1]), "steps must be whole numbers"),
        (lambda: OU().scheme_stationary_variance(2.0), "dt must be positive and below 2 / theta"),
        (lambda: Heston().mean([1.0], 1.0), "expected .*a price and a variance"),
        (lambda: Heston().simulate(1.0, paths=3, steps=3), r"expected \(paths, 2\)"),
        (lambda: Lorenz().simulate(np.ones((4, 2)), steps=3), r"expected \(paths, 3\)"),
        (lambda: OU().simulate([1.0, 2.0], paths=2, steps=3), r"expected \(paths, 1\)"),
        (lambda: OU().simulate([1.0, 2.0], steps=3), "give x0"),
        (lambda: OU([1.0, 2.0]).exact_sample(1.0, 1.0, paths=3), r"expected \(paths, 2\)"),
        (lambda: Langevin(cube).stationary_density(1.0), "the stationary law needs the potential"),
        (lambda: Langevin(cube, lambda x: x[0] ** 4).stationary_density(0.0), r"potential returned shape \(1,\)"),
        (lambda: Langevin(np.sin, lambda x: -np.cos(x[:, 0])).stationary_density(0.0), "no stationary density"),
    ],
)
def test_what_makes_no_sense_is_refused(make, words):
    with pytest.raises(ValueError, match=words):
        make()


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: OU(theta="fast"), "theta must hold real numbers"),
        (lambda: OU(theta=1j), "theta must hold real numbers"),
        (lambda: Langevin(1.0), "grad must be a function"),
        (lambda: Langevin(cube, 2.0), "potential must be a function"),
        (lambda: Langevin(cube, dim=1.5), "dim must be an integer"),
    ],
)
def test_what_is_of_another_kind_is_refused(make, words):
    with pytest.raises(TypeError, match=words):
        make()


def test_a_stationary_density_of_many_dimensions_is_not_made_up():
    with pytest.raises(NotImplementedError, match="dim 2"):
        Langevin(cube, lambda x: (x**2).sum(axis=1), dim=2).stationary_density(0.0)


def test_an_ode_has_no_seed():
    assert LinearODE().simulate([[1.0]], steps=2, seed=7).seed is None
    assert Lorenz().simulate([[1.0, 2.0, 3.0]], steps=2).seed is None
    assert Lorenz(epsilon=0.1).simulate([[1.0, 2.0, 3.0]], steps=2, seed=7).seed == 7
