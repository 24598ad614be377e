"""DiffusionModel and the family of with_noise: laws against the exact law of the scheme."""

import numpy as np
import pytest

import maruyama as mr


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("compiled", [False, True])
def test_shards_are_rows_of_the_whole(compiled, dtype):
    drift = lambda x, t: -x  # noqa: E731
    model = mr.DiffusionModel(mr.compile(drift) if compiled else drift, 0.5, init=2)
    whole = model.sample(1000, steps=10, seed=7, dtype=dtype)
    assert np.array_equal(model.sample(range(300, 500), steps=10, seed=7, dtype=dtype), whole[300:500])
    assert np.array_equal(model.sample([999, 5], steps=10, seed=7, dtype=dtype), whole[[999, 5]])


def test_a_sample_is_the_run_of_a_draw_of_the_initial_law():
    law = mr.UniformBox([-1.0, 0.0], [1.0, 3.0])
    run = mr.euler_maruyama(lambda x, t: -x, 0.5, law.sample(100, seed=7), steps=10, seed=7)
    assert np.array_equal(mr.DiffusionModel(lambda x, t: -x, 0.5, law).sample(100, steps=10, seed=7), run.final)


SIGMAS = {
    "a number": 0.7,
    "one for each dimension": [0.5, 1.0],
    "a function of t": lambda x, t: 1.0 + t,
    "a function of t, for each dimension": lambda x, t: np.array([0.5, 1.0]) * t,
    "a function of x": lambda x, t: 0.5 + 0.1 * x * x,
}


@pytest.mark.parametrize("compiled", [False, True])
@pytest.mark.parametrize("name", SIGMAS)
def test_sigma_may_be(name, compiled):
    sigma = SIGMAS[name]
    given = mr.compile(sigma) if compiled and callable(sigma) else sigma
    x = mr.StandardNormal(2).sample(50, seed=7)
    for k, z in enumerate(mr.noise(7, paths=50, steps=4, dim=2)):
        g = sigma(x, 0.25 * k) if callable(sigma) else np.asarray(sigma)
        x = (x + 0.25 * -x) + g * (0.5 * z)
    drift = mr.compile(lambda x, t: -x) if compiled else lambda x, t: -x
    assert np.array_equal(mr.DiffusionModel(drift, given, init=2).sample(50, steps=4, seed=7), x)


def test_general_noise_has_a_matrix():
    matrix = np.array([[1.0, 0.5], [0.0, 2.0]])
    run = mr.euler_maruyama(0.0, matrix, mr.StandardNormal(2).sample(9, seed=7), noise="general", steps=3, seed=7)
    model = mr.DiffusionModel(0.0, matrix, 2, noise="general")
    assert np.array_equal(model.sample(9, steps=3, seed=7), run.final)


@pytest.mark.parametrize("compiled", [False, True])
def test_a_label_reaches_the_drift_and_a_sigma_that_takes_it(compiled):
    as_given = mr.compile if compiled else lambda f: f
    drift = as_given(lambda x, t, y: y - x)
    y = np.arange(6.0).reshape(3, 2)
    models = [
        mr.DiffusionModel(drift, sigma, init=2)
        for sigma in (1.0, as_given(lambda x, t: np.ones(2)), as_given(lambda x, t, y: 0 * y + 1))
    ]
    plain, of_time, of_label = (model.sample(3, steps=4, seed=7, y=y) for model in models)
    assert np.array_equal(plain, of_time)
    assert np.array_equal(plain, of_label)


# --- the family that keeps the marginals ---------------------------------------------------------------------------
# The straight path from N(0, 1) to N(2, 1/4): u and the score are affine, so that the scheme's law is normal, with a
# mean and a variance in closed form.

MEAN, VARIANCE = 2.0, 0.25
NOISES = {
    "half": 0.5,
    "one": 1.0,
    "most in the middle": lambda t: 4 * t * (1 - t),
    "dying out": lambda t: np.sqrt(2 * (1 - t)),
    "sudden": lambda t: np.where(t < 0.5, 0.0, 1.5),
}


def spread(t):
    return VARIANCE * t**2 + (1 - t) ** 2


def velocity(x, t):
    return MEAN + (VARIANCE * t - (1 - t)) / spread(t) * (x - MEAN * t)


def score(x, t):
    return -(x - MEAN * t) / spread(t)


def scheme_law(sigma, steps):
    """Mean and variance of Euler-Maruyama after each step."""
    dt, mean, variance = 1 / steps, 0.0, 1.0
    laws = [(mean, variance)]
    for k in range(steps):
        t = k * dt
        s2 = float(sigma(t) if callable(sigma) else sigma) ** 2
        slope = (VARIANCE * t - (1 - t) - s2 / 2) / spread(t)
        mean = mean + dt * (MEAN + slope * (mean - MEAN * t))
        variance = (1 + dt * slope) ** 2 * variance + s2 * dt
        laws.append((mean, variance))
    return np.array(laws).T


@pytest.mark.parametrize("compiled", [False, True])
@pytest.mark.parametrize("name", NOISES)
def test_noise_with_the_score_has_the_law_of_the_scheme(name, compiled):
    n, steps = 40_000, 40
    as_given = mr.compile if compiled else lambda f: f
    model = mr.with_noise(as_given(velocity), as_given(score), NOISES[name], init=1)
    run = model.trajectories(n, steps=steps, seed=7, save=10)
    assert (run.route == "compiled") == (compiled and callable(NOISES[name])) or "compiled" in run.route
    means, variances = scheme_law(NOISES[name], steps)
    for place, x in zip(range(0, steps + 1, 10), run.x, strict=True):
        assert abs(x.mean() - means[place]) < 4 * np.sqrt(variances[place] / n)
        assert abs(x.var() - variances[place]) < 4 * variances[place] * np.sqrt(2 / n)


@pytest.mark.parametrize("name", NOISES)
def test_the_law_of_the_scheme_tends_to_the_marginals_of_the_flow(name):
    errors = []
    for steps in (100, 1000, 10_000):
        means, variances = scheme_law(NOISES[name], steps)
        t = np.linspace(0, 1, steps + 1)
        errors.append(max(np.abs(means - MEAN * t).max(), np.abs(variances - spread(t)).max()))
    assert errors[2] < 1e-3
    assert errors[2] < errors[1] / 5 < errors[0] / 25


def test_noise_without_the_score_has_another_law():
    n = 40_000
    x1 = mr.DiffusionModel(velocity, 1.0, init=1).sample(n, steps=100, seed=7)
    kept = mr.with_noise(velocity, score, 1.0, init=1).sample(n, steps=100, seed=7)
    standard_error = VARIANCE * np.sqrt(2 / n)
    assert abs(x1.var() - VARIANCE) > 50 * standard_error
    assert abs(kept.var() - scheme_law(1.0, 100)[1][-1]) < 4 * standard_error


@pytest.mark.parametrize("compiled", [False, True])
@pytest.mark.parametrize("sigma", [0.0, 0, lambda t: 0.0, lambda t: 0 * t], ids=["0.0", "0", "of t", "of t, traced"])
def test_without_noise_it_is_the_flow_bit_for_bit(sigma, compiled):
    as_given = mr.compile if compiled else lambda f: f
    flow = mr.FlowModel(as_given(velocity), init=1)
    model = mr.with_noise(as_given(velocity), as_given(score), sigma, init=1)
    assert np.array_equal(model.sample(1000, steps=50, seed=7), flow.sample(1000, steps=50, seed=7))


@pytest.mark.parametrize("compiled", [False, True])
@pytest.mark.parametrize("sigma", [0.0, lambda t: 0.0])
def test_a_score_that_is_not_finite_does_no_harm_where_there_is_no_noise(sigma, compiled):
    as_given = mr.compile if compiled else lambda f: f
    endless = as_given(lambda x, t: x * np.inf)
    model = mr.with_noise(as_given(velocity), endless, sigma, init=1)
    assert np.isfinite(model.sample(100, steps=5, seed=7)).all()


def test_sigma_may_have_a_value_for_each_dimension():
    model = mr.with_noise(lambda x, t: 0 * x, lambda x, t: -x, [0.0, 1.0], init=2)
    x0 = mr.StandardNormal(2).sample(100, seed=7)
    x1 = model.sample(100, steps=10, seed=7)
    assert np.array_equal(x1[:, 0], x0[:, 0])
    assert (x1[:, 1] != x0[:, 1]).all()


def test_sigma_that_depends_on_the_state_is_refused():
    with pytest.raises(TypeError, match=r"sigma must be a number or a function of t alone: .* divergence"):
        mr.with_noise(velocity, score, lambda x, t: x, init=1)


@pytest.mark.parametrize("sigma", [np.nan, np.inf, [[1.0]]])
def test_sigma_that_is_no_number_is_refused(sigma):
    with pytest.raises(ValueError, match="sigma must be a finite number"):
        mr.with_noise(velocity, score, sigma, init=1)


def test_fields_that_are_no_functions_are_refused():
    with pytest.raises(TypeError, match="score must be a function"):
        mr.with_noise(velocity, 1.0, 1.0, init=1)


FIELDS = {"callback": lambda f: f, "compiled": mr.compile, "pointwise": mr.pointwise}


@pytest.mark.parametrize("second", FIELDS)
@pytest.mark.parametrize("first", FIELDS)
def test_a_label_reaches_velocity_and_score_of_any_kind(first, second):
    y = np.array([[0.0, 1.0, 2.0], [3.0, 4.0, 5.0], [6.0, 7.0, 8.0]])  # as many rows as dimensions

    def velocity(x, t, y):
        return y - x

    def score(x, t, y):
        return -(x + y)

    model = mr.with_noise(FIELDS[first](velocity), FIELDS[second](score), 0.5, init=3)
    plain = mr.with_noise(velocity, score, 0.5, init=3)
    run, wanted = (each.sample(3, steps=4, seed=7, y=y) for each in (model, plain))
    np.testing.assert_allclose(run, wanted, rtol=1e-14)


@pytest.mark.parametrize("kind", FIELDS)
def test_sigma_without_a_label_may_take_the_other_arguments(kind):
    def drift(x, t, y, rate):
        return -rate * x

    def sigma(x, t, rate):
        return rate + 0 * x

    model = mr.DiffusionModel(drift, FIELDS[kind](sigma), init=2)
    wanted = mr.DiffusionModel(drift, 0.5, init=2)
    runs = (each.sample(3, steps=2, seed=7, y=1, args=(0.5,)) for each in (model, wanted))
    np.testing.assert_array_equal(*runs)


@pytest.mark.parametrize("t", [(1.0, 0.0), [1.0, 0.5, 0.0]])
def test_noise_that_keeps_the_marginals_runs_forwards_only(t):
    path = mr.GaussianPath.straight(mr.Gaussian(2.0, 0.25))
    model = mr.with_noise(path.velocity, path.score, 0.5, init=1)
    with pytest.raises(ValueError, match="forwards in time"):
        model.sample(3, steps=None if len(t) > 2 else 2, t=t)


def test_a_score_that_is_not_finite_does_no_harm_in_dimensions_without_noise():
    def score(x, t):
        return np.stack([-x[:, 0], np.full(len(x), np.inf)], axis=1)

    model = mr.with_noise(lambda x, t: -x, score, lambda t: np.array([0.5, 0.0]), init=2)
    flow = mr.FlowModel(lambda x, t: -x, init=2)
    assert np.array_equal(model.sample(9, steps=3, seed=7)[:, 1], flow.sample(9, steps=3, seed=7)[:, 1])
