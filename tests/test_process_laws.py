"""The laws of the linear processes: against known numbers, against each other, and against simulation.

A simulated mean is compared in its standard errors, |z| < 4, with the law of the scheme where that is known. Seeds are
fixed.
"""

import math

import numpy as np
import pytest
from scipy import integrate, special, stats

import maruyama as mr
from standard_errors import assert_moments, z_score

P = mr.processes
OU, GBM = P.OrnsteinUhlenbeck, P.GeometricBrownianMotion
PATHS = 400_000


# --- known numbers ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("found", "known"),
    [
        (OU().variance(0.0, 1.0), 0.432332358382),
        (OU().scheme_variance(0.0, 1.0, 100), 0.435186093036),
        (OU().stationary_variance(), 0.5),
        (OU().scheme_stationary_variance(0.01), 0.502512562814),
        (GBM(1.01, 0.87).mean(0.5, 1.0), 1.372800507508),
        (GBM(1.01, 0.87).variance(0.5, 1.0), 2.132701105338),
        (P.LinearODE(2.0).flow(3.0, 0.5), 3.0 * math.exp(-1.0)),
        (P.LinearODE(2.0).scheme_mean(3.0, 0.5, 4), 3.0 * 0.75**4),
        (P.BrownianMotion(0.5, 2.0).mean(1.0, 3.0), 2.5),
        (P.BrownianMotion(0.5, 2.0).variance(1.0, 3.0), 12.0),
    ],
)
def test_laws_give_the_known_numbers(found, known):
    assert found == pytest.approx(known, abs=6e-13)


# --- Ornstein-Uhlenbeck and Brownian motion ---------------------------------------------------------------------------


@pytest.mark.parametrize("t", [1e-9, 0.5, 1.0, 2.0, 3.0, -0.5])
@pytest.mark.parametrize("steps", [0, 1, 2, 7])
def test_the_variance_of_the_ou_scheme_is_its_recursion(t, steps):
    """With theta dt = 1 (q = 0), 2 (q = 1) and above (q > 1) among them, and time that runs backwards."""
    dt, variance = t / max(steps, 1), 0.0
    for _ in range(steps):
        variance = (1 - 2.0 * dt) ** 2 * variance + 0.7**2 * abs(dt)
    assert OU(2.0, 1.0, 0.7).scheme_variance(5.0, t, steps) == pytest.approx(variance, rel=1e-13)


@pytest.mark.parametrize("process", [P.BrownianMotion(0.4, 0.7), OU(1.5, 0.3, 0.7), GBM(0.4, 0.7), P.LinearODE(0.7)])
def test_laws_of_the_scheme_hold_backwards_in_time(process):
    x = process.simulate(1.3, paths=PATHS // 4, steps=4, t=(2.0, 1.0), seed=26).final
    mean, variance = process.scheme_mean(1.3, -1.0, 4), process.scheme_variance(1.3, -1.0, 4)
    if process.noise:
        assert_moments(x, mean, variance)
    else:
        np.testing.assert_allclose(x, mean, rtol=1e-14)
        assert variance == 0.0


def test_the_laws_of_all_steps_come_at_once():
    n = np.arange(11)
    means = OU().scheme_mean(2.0, 0.1 * n, n)
    np.testing.assert_allclose(means, 2.0 * 0.9**n, rtol=1e-13)
    assert OU().scheme_variance(2.0, 0.1 * n, n).shape == (11,)
    assert OU([1.0, 2.0]).scheme_mean([2.0, 3.0], 0.1 * n[:, None], n[:, None]).shape == (11, 2)


@pytest.mark.parametrize("process", [OU(1.5, 0.3, 0.7), GBM(0.4, 0.3), P.BrownianMotion(0.4, 0.3), P.LinearODE(0.7)])
def test_the_law_of_the_scheme_tends_to_that_of_the_process_at_first_order(process):
    """The error of n steps is twice that of 2 n, to within the next order, 1/n = 1e-4."""
    for law, scheme in [(process.mean, process.scheme_mean), (process.variance, process.scheme_variance)]:
        errors = [float(scheme(2.0, 1.0, n) - law(2.0, 1.0)) for n in (10**4, 2 * 10**4)]
        assert errors[0] == pytest.approx(2 * errors[1], rel=1e-3, abs=1e-11)


@pytest.mark.parametrize(
    "process",
    [P.BrownianMotion([0.5, -1.0, 0.0], [1.0, 0.2, 3.0]), OU([0.5, 1.0, 4.0], [1.0, 0.0, -2.0], [1.0, 0.5, 2.0]),
     GBM([0.1, 0.5, -1.0], [0.2, 0.3, 0.5])],
    ids=["BrownianMotion", "OrnsteinUhlenbeck", "GeometricBrownianMotion"],
)  # fmt: skip
def test_runs_have_the_law_of_the_scheme(process):
    x0 = np.array([1.0, -2.0, 0.5])
    x = process.simulate(x0, paths=PATHS, steps=5, t=(1.0, 2.5), seed=21).final
    assert_moments(x, process.scheme_mean(x0, 1.5, 5), process.scheme_variance(x0, 1.5, 5))


@pytest.mark.parametrize("process", [P.BrownianMotion(0.4, 0.7), OU(1.5, 0.3, 0.7), GBM(0.4, 0.4)])
def test_exact_samples_have_the_exact_law(process):
    """Kolmogorov-Smirnov at alpha = 1e-6, against the integral of the density."""
    x = process.exact_sample(1.3, 0.8, paths=PATHS, seed=22)
    assert_moments(x, process.mean(1.3, 0.8), process.variance(1.3, 0.8))
    grid = np.linspace(-6.0, 25.0, 200_001)
    cdf = integrate.cumulative_trapezoid(process.density(grid, 1.3, 0.8), grid, initial=0.0)
    assert cdf[-1] == pytest.approx(1.0, abs=1e-7)
    assert stats.kstest(x[:, 0], lambda points: np.interp(points, grid, cdf)).pvalue > 1e-6


def test_a_stationary_ou_process_stays_so():
    process = OU(2.0, 0.5, 0.7)
    assert process.mean(process.stationary_mean(), 3.0) == process.stationary_mean()
    assert process.variance(0.0, 50.0) == pytest.approx(process.stationary_variance(), rel=1e-15)
    x = np.linspace(-3, 4, 8)
    np.testing.assert_allclose(process.stationary_density(x), process.density(x, 9.0, 50.0), rtol=1e-12)
    assert process.scheme_stationary_variance(0.1) == pytest.approx(process.scheme_variance(0.0, 50.0, 500), rel=1e-13)


# --- geometric Brownian motion ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("steps", [1, 16])
def test_runs_of_gbm_have_the_strong_error_of_the_scheme(steps):
    """The scheme and the solution on the same Brownian path, which `brownian` gives for the run's seed."""
    process = GBM(0.5, 0.4)
    x = process.simulate(2.0, paths=PATHS, steps=steps, seed=23).final
    w = mr.brownian(PATHS, steps=steps, seed=23, save="final").final
    squared = ((x - process.solution(2.0, 1.0, w)) ** 2)[:, 0]
    assert abs(z_score(squared, process.strong_error(2.0, 1.0, steps))) < 4


def test_the_strong_error_of_gbm_is_of_order_one_half():
    """Squared it is of order 1; with additive noise in its place, order 2."""
    errors = GBM(0.5, 0.4).strong_error(1.0, 1.0, np.array([1000, 2000]))
    assert errors[0] / errors[1] == pytest.approx(2.0, rel=0.01)


def call_price(spot, rate, sigma, strike=100.0):
    """Black and Scholes, T = 1."""
    d = (math.log(spot / strike) + rate + sigma**2 / 2) / sigma
    return spot * special.ndtr(d) - strike * math.exp(-rate) * special.ndtr(d - sigma)


def call_price_of_euler(spot, rate, sigma, steps, strike=100.0):
    """That of the scheme: Gauss-Hermite over the normals of all steps but the last, which is Bachelier's formula."""
    dt, (nodes, weights) = 1.0 / steps, np.polynomial.hermite_e.hermegauss(40)
    prices, masses = np.array([spot]), np.array([1.0])
    for _ in range(steps - 1):
        factors = 1 + rate * dt + sigma * math.sqrt(dt) * nodes
        prices = np.outer(prices, factors).ravel()
        masses = np.outer(masses, weights / weights.sum()).ravel()
    mean, deviation = prices * (1 + rate * dt), prices * sigma * math.sqrt(dt)
    d = (mean - strike) / deviation
    density = np.exp(-d * d / 2) / math.sqrt(2 * math.pi)
    return math.exp(-rate) * np.sum(masses * ((mean - strike) * special.ndtr(d) + deviation * density))


def test_a_european_call_is_black_and_scholes_by_exact_samples():
    assert call_price(100.0, 0.05, 0.2) == pytest.approx(10.450583572186, abs=1e-12)
    x = GBM(0.05, 0.2).exact_sample(100.0, 1.0, paths=PATHS, seed=24)[:, 0]
    assert abs(z_score(math.exp(-0.05) * np.maximum(x - 100.0, 0.0), 10.450583572186)) < 4


@pytest.mark.parametrize("steps", [1, 2, 4])
def test_a_european_call_by_euler_costs_what_the_scheme_says(steps):
    """The bias of one step, -0.25, shows as z = -10 against Black and Scholes."""
    x = GBM(0.05, 0.2).simulate(100.0, paths=PATHS, steps=steps, seed=25).final[:, 0]
    payoff = math.exp(-0.05) * np.maximum(x - 100.0, 0.0)
    assert abs(z_score(payoff, call_price_of_euler(100.0, 0.05, 0.2, steps))) < 4
    assert steps > 1 or z_score(payoff, 10.450583572186) < -6


def test_the_bias_of_a_call_by_euler_is_of_first_order():
    bias = {n: call_price_of_euler(100.0, 0.05, 0.2, n) - 10.450583572186 for n in (1, 2, 4)}
    extrapolated = [2 * bias[2] - bias[1], 2 * bias[4] - bias[2]]
    assert abs(extrapolated[1]) < abs(extrapolated[0]) / 3  # of second order: a quarter


# mu, sigma, steps of t = 1; the variance and the strong error of the scheme from x0 = 1, in 60 digits
GBM_SMALL = [
    (0.05, 0.2, 100, 0.045046598470349856, 9.212394915708009e-06),
    (0.05, 0.01, 1000, 0.00011051128406626084, 7.54342625042961e-12),
    (0.05, 1e-5, 1000, 1.1050576467717765e-10, 1.7267125756945547e-12),
    (0.5, 0.4, 16, 0.4324419081826275, 0.003470447011730102),
]


@pytest.mark.parametrize(("mu", "sigma", "steps", "variance", "error"), GBM_SMALL)
def test_small_variances_and_errors_of_the_gbm_scheme_have_their_digits(mu, sigma, steps, variance, error):
    """A difference of squares near 1 would leave as few as one."""
    stock = GBM(mu, sigma)
    assert stock.scheme_variance(1.0, 1.0, steps) == pytest.approx(variance, rel=1e-11)
    assert stock.strong_error(1.0, 1.0, steps) == pytest.approx(error, rel=1e-9)


@pytest.mark.parametrize("mu", [-3.0, -1.0, 0.0, 4.0])
@pytest.mark.parametrize("steps", [0, 1, 2, 5])
def test_long_steps_of_the_gbm_scheme_have_the_same_laws(mu, steps):
    a, v, n = mu / max(steps, 1), 0.25 / max(steps, 1), steps
    second, mean = ((1 + a) ** 2 + v) ** n, (1 + a) ** n
    error = second - 2 * (np.exp(a) * (1 + a + v)) ** n + np.exp((2 * a + v) * n)
    stock = GBM(mu, 0.5)
    assert stock.scheme_variance(1.0, 1.0, steps) == pytest.approx(second - mean**2, rel=1e-12, abs=1e-12)
    assert stock.strong_error(1.0, 1.0, steps) == pytest.approx(error, rel=1e-12, abs=1e-12)


@pytest.mark.parametrize(
    ("density", "words"),
    [
        (lambda: mr.processes.BrownianMotion(sigma=0.0).density(0.0, 0.0, 1.0), "sigma must be positive"),
        (lambda: mr.processes.OrnsteinUhlenbeck(sigma=0.0).stationary_density(0.0), "sigma must be positive"),
        (lambda: GBM(0.0, 0.0).density(1.0, 1.0, 1.0), "sigma must be positive"),
        (lambda: GBM().density(1.0, 0.0, 1.0), "x0 must be positive"),
        (lambda: mr.processes.CIR(theta=0.0).density(0.1, 0.1, 1.0), "theta must be positive"),
        (lambda: mr.processes.CIR().density(0.1, -0.1, 1.0), "x0 must be at least 0"),
    ],
)
def test_where_there_is_no_density_it_says_so(density, words):
    with pytest.raises(ValueError, match=words):
        density()


def test_an_exact_sample_is_of_one_time():
    with pytest.raises(ValueError, match="t must be one time"):
        GBM().exact_sample(1.0, [1.0, 2.0], paths=3, seed=7)
