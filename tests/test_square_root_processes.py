"""CIR and Heston by full truncation: moments, densities, prices, and what truncation does to the scheme."""

import math

import numpy as np
import pytest
from scipy import integrate, special, stats

import maruyama as mr
from standard_errors import assert_moments, z_score

CIR, Heston = mr.processes.CIR, mr.processes.Heston
PATHS = 400_000

MILD = CIR(kappa=2.0, theta=0.5, sigma=0.3)  # 2 kappa theta / sigma^2 = 22
HARSH = CIR(kappa=4.0, theta=0.05, sigma=1.0)  # 0.4: it comes to 0 often
any_cir = pytest.mark.parametrize("process", [MILD, CIR(1.0, 1.0, 1.0)])


@any_cir
def test_the_density_of_cir_has_its_moments(process):
    x = np.linspace(1e-9, 16.0, 32_001)
    moments = [integrate.simpson(x**power * process.density(x, 0.8, 0.7), x=x) for power in (0, 1, 2)]
    mean, variance = process.mean(0.8, 0.7), process.variance(0.8, 0.7)
    np.testing.assert_allclose(moments, [1.0, mean, variance + mean**2], rtol=1e-7)


@pytest.mark.parametrize("process", [MILD, CIR(1.0, 1.0, 1.0), HARSH])
def test_the_density_of_cir_is_that_of_its_paper(process):
    """Equation (18): c exp(-u - v) (v / u)^(q / 2) I_q(2 sqrt(u v))."""
    x, x0, t = np.array([1e-3, 0.1, 0.5, 1.0, 2.5]), 0.8, 0.7
    decay = math.exp(-process.kappa * t)
    c, q = (
        2 * process.kappa / (process.sigma**2 * (1 - decay)),
        2 * process.kappa * process.theta / process.sigma**2 - 1,
    )
    u, v = c * x0 * decay, c * x
    scaled = special.ive(q, 2 * np.sqrt(u * v)) * np.exp(
        -((np.sqrt(u) - np.sqrt(v)) ** 2)
    )  # ive(q, z) = exp(-z) I_q(z)
    np.testing.assert_allclose(process.density(x, x0, t), c * (v / u) ** (q / 2) * scaled, rtol=1e-9, atol=1e-300)
    assert process.density(-0.1, x0, t) == 0.0


def test_the_density_of_cir_is_nearly_normal_where_its_noise_is_small():
    process = CIR(1.0, 1.0, 0.01)
    normal = stats.norm.pdf(1.0, 1.0, math.sqrt(process.variance(1.0, 0.5)))
    assert process.density(1.0, 1.0, 0.5) == pytest.approx(normal, rel=1e-3)


@any_cir
def test_cir_tends_to_its_stationary_law(process):
    assert process.mean(9.0, 40.0) == pytest.approx(process.stationary_mean(), rel=1e-12)
    assert process.variance(9.0, 40.0) == pytest.approx(process.stationary_variance(), rel=1e-12)


def test_the_moments_of_cir_without_time_are_those_of_x0():
    assert MILD.mean([0.3, 0.4], 0.0).tolist() == [0.3, 0.4]
    assert MILD.variance([0.3, 0.4], 0.0).tolist() == [0.0, 0.0]


def test_without_truncation_cir_has_the_linear_moments_of_the_scheme():
    """m <- m + kappa (theta - m) dt, v <- (1 - kappa dt)^2 v + sigma^2 m dt, while no path reaches 0."""
    steps, dt, mean, variance = 10, 0.1, 0.8, 0.0
    run = MILD.simulate(0.8, paths=PATHS, steps=steps, seed=31, save="all")
    assert run.x.min() > 0
    for _ in range(steps):
        mean, variance = mean + 2.0 * (0.5 - mean) * dt, (1 - 2.0 * dt) ** 2 * variance + 0.3**2 * mean * dt
    assert_moments(run.final, mean, variance)


def test_full_truncation_has_the_mean_that_its_negative_parts_leave():
    """With a = 1 - kappa dt and X = X+ + X-: E X_n = theta + (x0 - theta) a^n + kappa dt sum_k a^(n-1-k) E X_k-.

    Without truncation in the drift the sum would be missing, and shows as z = -17.
    """
    x0, steps, dt = 0.1, 20, 0.05
    x = HARSH.simulate(x0, paths=PATHS // 4, steps=steps, seed=32, save="all").x[:, :, 0]
    a = 1 - HARSH.kappa * dt
    weights = HARSH.kappa * dt * a ** np.arange(steps - 1, -1, -1)
    linear = HARSH.theta + (x0 - HARSH.theta) * a**steps
    assert abs(z_score(x[-1] - weights @ np.minimum(x[:-1], 0.0), linear)) < 4
    assert abs(z_score(x[-1], linear)) > 10


def test_full_truncation_waits_below_zero_without_noise():
    x = HARSH.simulate([[-1.0]], steps=1, seed=33).final
    assert x[0, 0] == -1.0 + HARSH.kappa * HARSH.theta


# --- Heston -----------------------------------------------------------------------------------------------------------


def test_heston_has_the_means_of_price_and_variance():
    heston, x0 = Heston(), [100.0, 0.09]
    np.testing.assert_allclose(heston.mean(x0, 0.5), [100 * math.exp(0.025), 0.04 + 0.05 * math.exp(-2.5)], rtol=1e-15)
    assert heston.mean([x0] * 3, [0.1, 0.2, 0.3]).shape == (3, 2)


@pytest.mark.parametrize("xi", [0.1, 2.0], ids=["mild", "truncated"])
def test_the_mean_price_of_the_heston_scheme_does_not_know_of_truncation(xi):
    heston = Heston(xi=xi)
    run = heston.simulate([100.0, 0.04], paths=PATHS, steps=16, seed=34)
    assert (run.final[:, 1].min() < 0) == (xi > 1)
    assert abs(z_score(run.final[:, 0], heston.scheme_price_mean(100.0, 1.0, 16))) < 4


def test_one_step_of_heston_has_the_covariance_of_its_equation():
    """v0 dt ((S0^2, S0 xi rho), (S0 xi rho, xi^2)), exactly."""
    heston, s0, v0, dt = Heston(rho=-0.7, xi=0.4), 100.0, 0.09, 0.01
    x = heston.simulate([s0, v0], paths=PATHS, steps=1, t=(0.0, dt), seed=35).final
    d = x - [s0 * (1 + 0.05 * dt), v0 + 5.0 * (0.04 - v0) * dt]
    wanted = v0 * dt * np.array([[s0**2, s0 * 0.4 * -0.7], [s0 * 0.4 * -0.7, 0.4**2]])
    for i, j in [(0, 0), (0, 1), (1, 1)]:
        assert abs(z_score(d[:, i] * d[:, j], wanted[i, j])) < 4


def test_heston_waits_without_noise_while_its_variance_is_below_zero():
    x = Heston(r=0.5, kappa=2.0, theta=0.25).simulate([[100.0, -0.5]], steps=1, seed=40).final
    assert x.tolist() == [[150.0, -0.5 + 2.0 * 0.25]]


@pytest.mark.parametrize("rho", [-1.0, 0.0, 1.0])
def test_the_correlation_of_heston_may_be_all_or_nothing(rho):
    x = Heston(rho=rho).simulate([1.0, 0.04], paths=1000, steps=1, seed=36).final
    correlation = np.corrcoef(x.T)[0, 1]
    assert correlation == pytest.approx(rho, abs=1e-12 if rho else 4 / math.sqrt(1000))


def test_heston_of_almost_no_volatility_of_variance_is_geometric_brownian_motion():
    x0, seed = [100.0, 0.04], 37
    heston = Heston(xi=1e-9, rho=0.0).simulate(x0, paths=100, steps=8, seed=seed).final[:, 0]
    z = mr.noise(seed, paths=100, steps=8, dim=2)[:, :, 0]
    np.testing.assert_allclose(heston, 100.0 * np.prod(1 + 0.05 / 8 + 0.2 * math.sqrt(1 / 8) * z, axis=0), rtol=1e-7)


def test_a_heston_call_costs_what_giles_says():
    """The price itself, of a known mean in the scheme, is the control variate: the error falls from 0.020 to 0.008.

    The bias of full truncation at these parameters is -0.213 dt: measured with 24 million paths, to within 0.0012, as
    -0.0269, -0.0133, -0.0062 and -0.0033 for 8, 16, 32 and 64 steps.
    """
    steps, heston = 32, Heston()
    price = heston.simulate([100.0, 0.04], paths=PATHS * 5 // 4, steps=steps, seed=38).final[:, 0]
    payoff = math.exp(-heston.r) * np.maximum(price - 100.0, 0.0)
    controlled = payoff - 0.63 * (price - heston.scheme_price_mean(100.0, 1.0, steps))
    assert abs(z_score(controlled, 10.459671664488 - 0.213 / steps)) < 4


def test_the_price_of_the_heston_scheme_can_fall_to_0_and_below_as_its_docs_say():
    heston = mr.processes.Heston(r=0.0, kappa=0.5, theta=0.5, xi=1.0, rho=-0.7)
    run = heston.simulate([1.0, 0.5], paths=200_000, steps=12, seed=7, save="all")
    fallen = (run.x[:, :, 0] <= 0).any(axis=0).mean()
    assert 0.002 < fallen < 0.004
