"""The fields of Gaussian paths against what defines them: p_t, its gradient, the continuity equation, the average."""

import pickle

import numpy as np
import pytest

import maruyama as mr
from gaussian_paths import PATHS, POINTS, TARGETS, law_at

every_path = pytest.mark.parametrize("path", PATHS.values(), ids=PATHS)
X = np.random.default_rng(1).normal(size=(30, 2))
H = 1e-5


def along(j):
    return H * np.eye(2)[j]


def gradient(function, x):
    """Central differences: (n, 2), to H^2 times a third derivative and 1e-16 / H."""
    return np.stack([(function(x + along(j)) - function(x - along(j))) / (2 * H) for j in range(2)], axis=-1)


@every_path
@pytest.mark.parametrize("t", [0.0, 0.3, 0.8])
def test_the_score_is_the_gradient_of_log_p(path, t):
    wanted = gradient(law_at(path, t).log_density, X)
    assert np.allclose(path.score(X, t), wanted, rtol=1e-6, atol=1e-7)


@every_path
@pytest.mark.parametrize("t", [0.2, 0.6])
def test_velocity_and_p_solve_the_continuity_equation(path, t):
    """d/dt log p + u . grad log p + div u = 0."""
    u = path.velocity(X, t)
    change = (law_at(path, t + H).log_density(X) - law_at(path, t - H).log_density(X)) / (2 * H)
    divergence = sum(gradient(lambda x, j=j: path.velocity(x, t)[:, j], X)[:, j] for j in range(2))
    carried = (u * path.score(X, t)).sum(axis=1)
    size = np.abs(change) + np.abs(carried) + np.abs(divergence)
    assert (np.abs(change + carried + divergence) < 1e-6 * (1 + size)).all()


@pytest.mark.parametrize(
    "target", [mr.Gaussian(1.0, 0.3), mr.Mixture.of_gaussians([[-1.0], [2.0]], [0.3, 0.1], [1, 2])]
)
@pytest.mark.parametrize("name", ["straight", "cosine", "variance_preserving"])
@pytest.mark.parametrize("t", [0.0, 0.4])
def test_fields_are_posterior_averages_of_the_conditional_ones(target, name, t):
    path = getattr(mr.GaussianPath, name)(target)
    z = np.linspace(-9, 9, 4001)[:, None]  # the trapezoid rule is exact to rounding for what decays like this
    for x in np.array([[[-1.0]], [[0.3]], [[2.0]]]):
        weight = np.exp(target.log_density(z) - ((x - path.alpha(t) * z)[:, 0] / path.beta(t)) ** 2 / 2)
        for marginal, each in [
            (path.velocity, path.conditional_velocity(x, t, z)),
            (path.score, path.conditional_score(x, t, z)),
            (path.posterior_mean, z),
        ]:
            assert np.allclose(marginal(x, t)[0, 0], (weight * each[:, 0]).sum() / weight.sum(), rtol=1e-12, atol=1e-13)


@pytest.mark.parametrize("t", [0.3, 0.95])
def test_fields_of_samples_average_over_the_points(t):
    path = PATHS["straight, samples"]
    squares = ((X[:, None] - t * POINTS) ** 2).sum(axis=2) / (2 * (1 - t) ** 2)
    weights = np.exp(squares.min(axis=1, keepdims=True) - squares)
    weights /= weights.sum(axis=1, keepdims=True)
    each = np.stack([path.conditional_velocity(X, t, z) for z in POINTS], axis=1)
    assert np.allclose(path.velocity(X, t), np.einsum("nk,nki->ni", weights, each), rtol=1e-11, atol=1e-12)


@every_path
@pytest.mark.parametrize("field", ["velocity", "score", "posterior_mean"])
@pytest.mark.parametrize("t", [0.0, 0.5, 0.99])
def test_a_compiled_field_is_its_numpy_function_to_rounding(path, field, t):
    compiled = getattr(path, field)
    wanted = compiled.function(X, t)
    near = 100 * np.finfo(float).eps * np.abs(wanted).max() + 1e-14  # 1e-14: fields that are 0, as terms cancel
    assert (np.abs(compiled(X, t) - wanted) <= near).all()


@every_path
def test_float32_states_have_float32_fields(path):
    for field in (path.velocity, path.score):
        got, wanted = field(X.astype(np.float32), 0.5), field(X, 0.5)
        assert got.dtype == np.float32
        assert np.allclose(got, wanted, rtol=1e-4, atol=1e-4 * np.abs(wanted).max() + 1e-6)


@pytest.mark.parametrize("name", [name for name in PATHS if "samples" not in name])
def test_fields_exist_at_both_ends_where_the_target_has_a_density(name):
    for t in (0.0, 1.0):
        assert np.isfinite(PATHS[name].velocity(X, t)).all()
    wanted = gradient(PATHS[name].target.log_density, X)
    assert np.allclose(PATHS[name].score(X, 1.0), wanted, rtol=1e-6, atol=1e-7)


def test_far_from_all_modes_nothing_overflows():
    for name, path in PATHS.items():
        far = path.velocity([[1e6, -1e6]], 0.9)
        assert np.isfinite(far).all(), name


def test_data_far_from_the_origin_lose_no_digits():
    shift = 1e6
    near, far = (mr.GaussianPath.straight(mr.Samples(POINTS + s)) for s in (0.0, shift))
    t = 0.9
    mean = far.posterior_mean(X + t * shift, t) - shift
    # x and z are known to shift * eps; logits multiply that by alpha |z| / beta^2, some hundreds
    assert np.allclose(mean, near.posterior_mean(X, t), rtol=0, atol=1e3 * shift * np.finfo(float).eps)


def test_a_mixture_of_one_and_a_weight_of_zero_change_nothing():
    gaussian = TARGETS["covariance"]
    one = mr.GaussianPath.straight(gaussian).velocity(X, 0.4)
    for mixture in (mr.Mixture([gaussian]), mr.Mixture([mr.Gaussian([9.0, 9.0], 1.0), gaussian], [0, 1])):
        assert np.allclose(mr.GaussianPath.straight(mixture).velocity(X, 0.4), one, rtol=1e-13, atol=1e-14)


def test_the_marginal_of_one_point_is_the_conditional_path():
    z = np.array([1.0, -2.0])
    for target in (mr.Samples(z[None]), mr.Gaussian(z, 0.0)):
        path = mr.GaussianPath.cosine(target)
        assert np.allclose(path.velocity(X, 0.4), path.conditional_velocity(X, 0.4, z), rtol=1e-13, atol=1e-14)
        assert np.allclose(path.score(X, 0.4), path.conditional_score(X, 0.4, z), rtol=1e-13, atol=1e-14)


def test_the_conditional_flow_ends_at_its_point_exactly():
    """Straight lines: Euler is exact, whatever the number of steps."""
    path, z = mr.GaussianPath.straight(mr.StandardNormal(2)), np.array([3.0, 1.0])
    run = mr.euler(mr.compile(path.conditional_velocity), path.init.sample(50, seed=7), steps=10, args=(z,))
    assert np.allclose(run.final, z, atol=1e-14)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_draws_of_p_t_depend_on_seed_and_path_number(dtype):
    path = PATHS["straight, mixture"]
    whole = path.sample(100, 0.5, seed=7, dtype=dtype)
    assert whole.dtype == dtype
    assert np.array_equal(path.sample(range(40, 60), 0.5, seed=7, dtype=dtype), whole[40:60])
    assert path.sample(0, 0.5, seed=7).shape == (0, 2)


@pytest.mark.parametrize("seed", [7, np.random.SeedSequence(7, spawn_key=(1,))])
def test_draws_of_p_t_share_nothing_with_other_draws_of_the_seed(seed):
    path = mr.GaussianPath.straight(mr.StandardNormal(2))
    z, eps = path.sample(100, 1.0, seed=seed), path.sample(100, 0.0, seed=seed)
    others = [path.init.sample(100, seed=seed), mr.noise(seed, paths=100, steps=5, dim=2)]
    assert not np.isin(z, eps).any()
    assert not any(np.isin(each, other).any() for each in (z, eps) for other in others)


@every_path
def test_a_pickled_path_has_the_same_fields(path):
    again = pickle.loads(pickle.dumps(path))
    assert np.allclose(again.velocity(X, 0.3), path.velocity(X, 0.3), rtol=1e-12, atol=1e-13)


def test_targets_without_a_closed_form_are_refused():
    with pytest.raises(TypeError, match=r"not for UniformBox: mr.Samples\(data\)"):
        mr.GaussianPath.straight(mr.UniformBox(0.0, 1.0))
    with pytest.raises(TypeError, match="not for Samples"):
        mr.GaussianPath.straight(mr.Mixture([mr.StandardNormal(2), mr.Samples(POINTS)]))


def test_states_of_another_dimension_are_refused():
    with pytest.raises(ValueError, match="x has 3 dimensions, but the target of the path has 1"):
        mr.GaussianPath.straight(mr.Gaussian(0.0, 1.0)).velocity(np.ones((5, 3)), 0.5)


@pytest.mark.parametrize("t", [-0.1, 1.1, np.nan])
def test_times_outside_are_refused(t):
    with pytest.raises(ValueError, match="t must be between 0 and 1"):
        PATHS["straight, samples"].sample(3, t, seed=7)
