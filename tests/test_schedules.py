"""Schedules of Gaussian paths: their ends, their derivatives, and what is refused."""

import numpy as np
import pytest

import maruyama as mr

TARGET = mr.Gaussian(2.0, 0.25)
PATHS = {
    "straight": mr.GaussianPath.straight(TARGET),
    "cosine": mr.GaussianPath.cosine(TARGET),
    "variance preserving": mr.GaussianPath.variance_preserving(TARGET),
}
every_path = pytest.mark.parametrize("path", PATHS.values(), ids=PATHS)
LINEAR = mr.Schedule(lambda t: t, lambda t: 1.0)
REST = mr.Schedule(lambda t: 1 - t, lambda t: -1.0)


@every_path
@pytest.mark.parametrize("t", [0.0, 0.1, 0.5, 0.9])
def test_derivatives_are_those_of_the_values(path, t):
    h = 1e-5
    for schedule in (path.alpha, path.beta):
        lo, hi = max(t - h, 0.0), t + h
        middle = (lo + hi) / 2
        # central difference: h^2/6 times a third derivative of at most 1e3, and rounding 1e-16/h
        assert abs((schedule(hi) - schedule(lo)) / (hi - lo) - schedule.derivative(middle)) < 1e-7
        assert abs(schedule.half_square_rate(t) - schedule(t) * schedule.derivative(t)) < 1e-14


@every_path
def test_paths_end_at_the_data(path):
    assert abs(path.alpha(1.0) - 1) < 1e-15
    assert abs(path.beta(1.0)) < 1e-15


@pytest.mark.parametrize("name", ["straight", "cosine"])
def test_paths_begin_at_the_noise(name):
    assert PATHS[name].alpha(0.0) == 0
    assert PATHS[name].beta(0.0) == 1


def test_a_variance_preserving_path_begins_nearly_at_the_noise():
    path = mr.GaussianPath.variance_preserving(TARGET, beta_min=0.5, beta_max=15.5)
    assert abs(path.alpha(0.0) - np.exp(-4.0)) < 1e-15
    for t in (0.0, 0.3, 1.0):
        assert abs(path.alpha(t) ** 2 + path.beta(t) ** 2 - 1) < 1e-15


def test_a_straight_path_of_ones_own_is_the_straight_path():
    x = np.linspace(-3, 3, 7)[:, None]
    own = mr.GaussianPath(LINEAR, REST, TARGET)
    assert np.array_equal(own.velocity(x, 0.3), PATHS["straight"].velocity(x, 0.3))


@pytest.mark.parametrize(
    ("alpha", "beta", "words"),
    [
        (REST, LINEAR, r"alpha\(0\) is 1, expected 0"),
        (LINEAR, mr.Schedule(lambda t: 1 - t / 2, lambda t: -0.5), r"beta\(1\) is 0.5, expected 0"),
        (mr.Schedule(lambda t: t**2, lambda t: t), REST, "derivative of alpha is 0.21 at t = 0.21"),
        (mr.Schedule(lambda t: t, lambda t: 1.0, lambda t: 2 * t), REST, "the product of alpha"),
        (mr.Schedule(lambda t: np.log(t + 1e-300), lambda t: 1.0), REST, r"alpha\(0\) is -690"),
        (mr.Schedule(lambda t: [t, t], lambda t: 1.0), REST, "must be a finite number"),
        (mr.Schedule(lambda t: np.nan, lambda t: 1.0), REST, "must be a finite number"),
    ],
)
def test_schedules_that_lead_elsewhere_are_refused(alpha, beta, words):
    with pytest.raises(ValueError, match=words):
        mr.GaussianPath(alpha, beta, TARGET)


def test_a_bare_function_is_no_schedule():
    with pytest.raises(TypeError, match=r"alpha must be a mr.Schedule\(value, derivative\), got function"):
        mr.GaussianPath(lambda t: t, REST, TARGET)


def test_negative_rates_are_refused():
    with pytest.raises(ValueError, match="must not be negative, got -1 and 20"):
        mr.GaussianPath.variance_preserving(TARGET, beta_min=-1)


def test_too_little_noise_in_a_variance_preserving_path_is_refused():
    with pytest.raises(ValueError, match=r"alpha\(0\) is 0.759572"):
        mr.GaussianPath.variance_preserving(TARGET, beta_max=1.0)
