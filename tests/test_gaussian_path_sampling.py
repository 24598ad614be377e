"""Sampling from noise to a known target, end to end: the law that arrives is the law that was asked for."""

import numpy as np
import pytest

import maruyama as mr
from gaussian_paths import MEANS, PATHS, POINTS, TARGETS

stats = pytest.importorskip("scipy.stats")

ALPHA = 1e-6
DIRECTIONS = np.array([[1.0, 0.0], [0.0, 1.0], [0.8, 0.6], [-0.6, 0.8]])


def worst(x, y):
    """The least p-value of two-sample Kolmogorov-Smirnov tests of projections, times their number."""
    return len(DIRECTIONS) * min(stats.ks_2samp(x @ d, y @ d).pvalue for d in DIRECTIONS)


def drift(path, sigma, correction=0.5):
    """u + sigma^2/2 grad log p."""
    return mr.compile(lambda x, t: path.velocity(x, t) + correction * sigma**2 * path.score(x, t))


@pytest.mark.parametrize(("steps", "wanted"), [(10, "1.5692174"), (100, "1.50735452"), (1000, "1.50074033")])
def test_euler_of_the_gaussian_flow_is_the_known_number(steps, wanted):
    path = mr.GaussianPath.straight(mr.Gaussian([2.0], 0.25))
    assert abs(mr.euler(path.velocity, [[-1.0]], steps=steps).final[0, 0] - float(wanted)) < 5e-9  # its last digit


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_samples_of_the_gaussian_flow_have_the_law_of_the_scheme(dtype):
    path, steps, n = mr.GaussianPath.straight(mr.Gaussian([2.0], 0.25)), 20, 50_000
    slope, shift = 1.0, 0.0  # x_k = slope x_0 + shift, by u = 2 + V'/(2V) (x - 2t), V = t^2/4 + (1-t)^2
    for t in np.arange(steps) / steps:
        rate = (t / 4 - (1 - t)) / (t**2 / 4 + (1 - t) ** 2)
        slope, shift = slope + slope * rate / steps, shift + (2 + rate * (shift - 2 * t)) / steps
    x = mr.euler(path.velocity, path.init.sample(n, seed=7, dtype=dtype), steps=steps).final
    assert x.dtype == dtype
    assert stats.kstest(x[:, 0], lambda y: stats.norm.cdf(y, shift, slope)).pvalue > ALPHA


@pytest.mark.parametrize("name", ["straight", "cosine", "variance_preserving"])
def test_samples_of_a_mixture_have_its_distribution_function(name):
    means, sigmas, weights = np.array([-2.0, 0.5, 1.5]), np.array([0.5, 0.2, 0.4]), np.array([0.2, 0.5, 0.3])
    path = getattr(mr.GaussianPath, name)(mr.Mixture.of_gaussians(means[:, None], sigmas**2, weights))
    # Euler's bias at 500 steps is below 2e-3 in distribution; 20,000 draws see sqrt(log(2/ALPHA) / 2 / n) = 2e-2
    x = mr.euler(path.velocity, path.sample(20_000, 0.0, seed=7), steps=500).final
    assert stats.kstest(x[:, 0], lambda y: stats.norm.cdf(y[:, None], means, sigmas) @ weights).pvalue > ALPHA


@pytest.mark.parametrize("target", ["covariance", "mixture of covariances"])
def test_flow_and_draws_of_the_target_are_one_law_in_two_dimensions(target):
    path = PATHS[f"straight, {target}"]
    x = mr.euler(path.velocity, path.init.sample(20_000, seed=7), steps=300).final
    assert worst(x, TARGETS[target].sample(20_000, seed=8)) > ALPHA


def test_modes_receive_their_weights():
    weights, n = np.array([1, 2, 3]) / 6, 20_000
    path = mr.GaussianPath.straight(mr.Mixture.of_gaussians(MEANS, 0.01, weights))
    x = mr.euler(path.velocity, path.init.sample(n, seed=7), steps=300).final
    nearest = ((x[:, None] - MEANS) ** 2).sum(axis=2).argmin(axis=1)
    assert stats.chisquare(np.bincount(nearest), n * weights).pvalue > ALPHA


@pytest.mark.parametrize("sigma", [0.3, 1.0])
def test_flow_and_sde_have_the_law_of_the_path_at_every_time(sigma):
    path, n = PATHS["straight, mixture"], 10_000
    options = {"steps": 400, "save": [0.25, 0.5, 0.75, 1.0]}
    x0 = path.init.sample(n, seed=7)
    flow = mr.euler(path.velocity, x0, **options)
    sde = mr.euler_maruyama(drift(path, sigma), sigma, path.init.sample(n, seed=8), seed=8, **options)
    for k, t in enumerate(flow.t):
        exact = path.sample(n, t, seed=9)
        assert worst(flow.x[k], exact) > ALPHA
        assert worst(sde.x[k], exact) > ALPHA
        assert worst(sde.x[k], flow.x[k]) > ALPHA


def test_noise_without_its_correction_is_seen():
    path, n = PATHS["straight, mixture"], 10_000
    x = mr.euler_maruyama(drift(path, 1.0, 0.0), 1.0, path.init.sample(n, seed=8), seed=8, steps=400).final
    assert worst(x, path.sample(n, 1.0, seed=9)) < ALPHA


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("name", ["straight", "cosine"])
def test_flow_to_a_data_set_ends_on_its_points_in_equal_numbers(name, dtype):
    path, n = PATHS[f"{name}, samples"], 5000
    x = mr.euler(path.velocity, path.init.sample(n, seed=7, dtype=dtype), steps=200).final
    apart = np.linalg.norm(x[:, None] - POINTS, axis=2)
    # Euler's last step, from t = 1 - 1/200, leads to the posterior mean, which is a point but for paths between two
    assert (apart.min(axis=1) < 1e-3).mean() > 0.98
    assert stats.chisquare(np.bincount(apart.argmin(axis=1), minlength=5)).pvalue > ALPHA


def test_the_flow_can_be_run_backwards_from_data_to_noise():
    path = PATHS["variance preserving, mixture of covariances"]
    x0 = mr.euler(path.velocity, path.target.sample(20_000, seed=7), steps=500, t=(1.0, 0.0)).final
    assert worst(x0, path.sample(20_000, 0.0, seed=8)) > ALPHA
