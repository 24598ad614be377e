"""Runs follow the law of the scheme at finite dt, known exactly, so that bias is never taken for a bug.

Each estimate from many paths is compared in its standard errors, |z| < 4; seeds are fixed. A 1 % error of the noise
shows as z = 14 and more in the variances below.
"""

import math

import numpy as np
import pytest

import maruyama as mr

both_dtypes = pytest.mark.parametrize("dtype", [np.float64, np.float32], ids=["float64", "float32"])

PATHS = 1_000_000


def minus_x(x, t):
    return -x


def zero(x, t):
    return 0 * x


def z_of_mean(x, mean, variance):
    """Of the sample mean of independent x."""
    return (x.mean(dtype=np.float64) - mean) / math.sqrt(variance / len(x))


def z_of_variance(x, mean, variance):
    """Of the sample variance of normal x of a known mean: its standard error is v sqrt(2/n)."""
    x = x.astype(np.float64)
    return (((x - mean) ** 2).mean() - variance) / (variance * math.sqrt(2 / len(x)))


def assert_normal(x, mean, variance):
    assert abs(z_of_mean(x, mean, variance)) < 4
    assert abs(z_of_variance(x, mean, variance)) < 4


def linear_law(x0, theta, sigma, dts):
    """Mean and variance of X <- (1 - theta dt) X + sigma sqrt|dt| z."""
    mean, variance = x0, 0.0
    for dt in dts:
        mean, variance = (1 - theta * dt) * mean, (1 - theta * dt) ** 2 * variance + sigma**2 * abs(dt)
    return mean, variance


# --- additive noise --------------------------------------------------------------------------------------------------


@both_dtypes
def test_ornstein_uhlenbeck_has_the_variance_of_the_scheme(dtype):
    run = mr.euler_maruyama(minus_x, 1.0, dtype(0), paths=PATHS, steps=100, seed=1)
    assert run.final.dtype == dtype
    assert_normal(run.final[:, 0], 0.0, 0.435186093036)
    assert linear_law(0, 1, 1, [0.01] * 100)[1] == pytest.approx(0.435186093036, abs=1e-12)


@both_dtypes
def test_a_stationary_start_stays_stationary(dtype):
    """The variance 1/(2 - dt) is kept; x0 and the run share a seed and are independent."""
    variance = 0.502512562814
    x0 = dtype(math.sqrt(variance)) * mr.standard_normal((PATHS, 1), seed=2, dtype=dtype)
    run = mr.euler_maruyama(minus_x, 1.0, x0, steps=10, t=(0, 0.1), seed=2)
    assert_normal(run.final[:, 0], 0.0, variance)


@both_dtypes
def test_linear_equations_of_several_dimensions_have_the_law_of_the_scheme(dtype):
    theta, sigma, x0 = [0.5, 1.0, 2.0, 0.0], [1.0, 0.5, 2.0, 0.1], [1.0, -2.0, 0.0, 3.0]
    rates = np.array(theta, dtype)
    run = mr.euler_maruyama(lambda x, t: -rates * x, sigma, np.array(x0, dtype), paths=PATHS // 2, steps=20, seed=3)
    for j in range(4):
        assert_normal(run.final[:, j], *linear_law(x0[j], theta[j], sigma[j], [0.05] * 20))


@both_dtypes
@pytest.mark.parametrize("dim", [2, 3, 5])
def test_dimensions_of_diagonal_noise_are_independent(dtype, dim):
    x = mr.euler_maruyama(minus_x, 1.0, np.zeros(dim, dtype), paths=PATHS // 4, steps=10, seed=4).final
    correlations = np.corrcoef(x.astype(np.float64), rowvar=False)[np.triu_indices(dim, 1)]
    assert (abs(correlations) * math.sqrt(len(x)) < 4).all()  # standard error 1/sqrt(n)
    squares = np.corrcoef(x.astype(np.float64) ** 2, rowvar=False)[np.triu_indices(dim, 1)]
    assert (abs(squares) * math.sqrt(len(x)) < 4).all()


@both_dtypes
@pytest.mark.parametrize("dim", [1, 3])
def test_increments_of_different_steps_are_independent(dtype, dim):
    """Every pair of steps: a reused step number shows as a correlation of 1."""
    w = mr.brownian(PATHS // 10, steps=9, dim=dim, seed=5, dtype=dtype).x.astype(np.float64)
    dw = np.diff(w, axis=0)[:, :, 0]
    correlations = np.corrcoef(dw)[np.triu_indices(9, 1)]
    assert (abs(correlations) * math.sqrt(dw.shape[1]) < 4).all()  # standard error 1/sqrt(n)


@both_dtypes
def test_brownian_motion_has_variance_t_at_every_time(dtype):
    w = mr.brownian(PATHS // 4, steps=12, t=(1.0, 4.0), seed=6, dtype=dtype)
    for t, x in zip(w.t[1:], w.x[1:, :, 0], strict=True):
        assert_normal(x, 0.0, t - 1.0)


@both_dtypes
def test_time_runs_backwards_with_the_root_of_its_length(dtype):
    run = mr.euler_maruyama(minus_x, 0.5, dtype(1), paths=PATHS // 2, steps=20, t=(2.0, 1.0), seed=7)
    assert_normal(run.final[:, 0], *linear_law(1.0, 1.0, 0.5, [-0.05] * 20))


@both_dtypes
@pytest.mark.parametrize("sign", [1, -1])
def test_uneven_grids_have_the_law_of_their_steps(dtype, sign):
    t = sign * np.cumsum([0.0, 0.3, 0.01, 0.2, 0.001, 0.15, 0.4])
    run = mr.euler_maruyama(minus_x, 0.7, dtype(1), paths=PATHS, t=t, seed=8)
    assert_normal(run.final[:, 0], *linear_law(1.0, 1.0, 0.7, np.diff(t)))


@both_dtypes
def test_a_drift_of_time_is_taken_at_the_start_of_each_step(dtype):
    """u = t moves the mean by the sum of t_k dt, 0.45; at the ends of the steps it were 0.55."""
    x = mr.euler_maruyama(lambda x, t: np.full_like(x, t), 0.5, dtype(0), paths=PATHS // 4, steps=10, seed=18).final
    assert_normal(x[:, 0], 0.45, 0.25)


@both_dtypes
def test_a_diffusion_of_time_is_taken_at_the_start_of_each_step(dtype):
    """g = t gives the variance sum of t_k^2 dt; at the ends of the steps it were 0.385, not 0.285."""
    x = mr.euler_maruyama(zero, lambda x, t: np.full_like(x, t), dtype(0), paths=PATHS, steps=10, seed=9).final
    assert_normal(x[:, 0], 0.0, sum((k / 10) ** 2 for k in range(10)) / 10)


# --- multiplicative noise --------------------------------------------------------------------------------------------


def geometric(lam, mu, steps, *, dtype, seed, x0=1.0):
    """X at t = 1 of dX = lam X dt + mu X dW."""
    run = mr.euler_maruyama(lambda x, t: lam * x, lambda x, t: mu * x, dtype(x0), paths=PATHS, steps=steps, seed=seed)
    return run.final[:, 0].astype(np.float64)


def geometric_moments(lam, mu, dt, steps):
    """E X_n^p for p = 1, 2, 4 from X0 = 1, by the moments of a + b z with a = 1 + lam dt, b = mu sqrt(dt)."""
    a, b2 = 1 + lam * dt, mu**2 * dt
    return a**steps, (a**2 + b2) ** steps, (a**4 + 6 * a**2 * b2 + 3 * b2**2) ** steps


@both_dtypes
@pytest.mark.parametrize(("lam", "mu", "steps"), [(0.5, 0.3, 4), (-1.0, 0.5, 8), (2.0, 0.2, 4)])
def test_geometric_brownian_motion_has_the_moments_of_the_scheme(dtype, lam, mu, steps):
    x = geometric(lam, mu, steps, dtype=dtype, seed=10)
    m1, m2, m4 = geometric_moments(lam, mu, 1 / steps, steps)
    assert abs(z_of_mean(x, m1, m2 - m1**2)) < 4
    assert abs(z_of_mean(x * x, m2, m4 - m2**2)) < 4


@both_dtypes
def test_geometric_brownian_motion_has_the_strong_error_of_the_scheme(dtype):
    lam, mu, steps, dt = 0.5, 0.4, 16, 1 / 16
    x = geometric(lam, mu, steps, dtype=dtype, seed=11)
    w = mr.brownian(PATHS, steps=steps, seed=11, dtype=dtype, save="final").final[:, 0].astype(np.float64)
    squared = (x - np.exp(lam - mu**2 / 2 + mu * w)) ** 2
    m2 = geometric_moments(lam, mu, dt, steps)[1]
    cross = (math.exp(lam * dt) * (1 + lam * dt + mu**2 * dt)) ** steps
    error = m2 - 2 * cross + math.exp(2 * lam + mu**2)
    assert abs(squared.mean() - error) < 4 * squared.std() / math.sqrt(PATHS)


@both_dtypes
def test_the_linear_problem_of_sciml_has_the_law_of_the_scheme(dtype):
    lam, mu, steps = 1.01, 0.87, 50
    x = geometric(lam, mu, steps, dtype=dtype, seed=12, x0=0.5)
    m1, m2, _ = geometric_moments(lam, mu, 1 / steps, steps)
    mean, variance = m1 / 2, m2 / 4 - m1**2 / 4
    assert abs(z_of_mean(x, mean, variance)) < 4
    squared = (x - mean) ** 2  # of heavy tails: the standard error is the sample's
    assert abs(squared.mean() - variance) < 4 * squared.std() / math.sqrt(PATHS)


def test_that_law_tends_to_the_exact_one():
    m1, m2, _ = geometric_moments(1.01, 0.87, 1e-8, 10**8)
    assert m1 / 2 == pytest.approx(1.372800507508, rel=1e-7)
    assert m2 / 4 - m1**2 / 4 == pytest.approx(2.132701105338, rel=1e-7)


def test_a_european_call_costs_what_black_and_scholes_say():
    """The logarithm of the price has constant coefficients, so that the scheme is exact at any dt."""
    rate, sigma, strike = 0.05, 0.2, 100.0
    x = mr.euler_maruyama(rate - sigma**2 / 2, sigma, math.log(100.0), paths=PATHS, steps=4, seed=13).final[:, 0]
    payoff = math.exp(-rate) * np.maximum(np.exp(x) - strike, 0)
    assert abs(payoff.mean() - 10.450583572186) < 4 * payoff.std() / math.sqrt(PATHS)


# --- general noise ---------------------------------------------------------------------------------------------------

G = np.array([[1.0, 0.5, 0.0, -0.3], [0.2, -1.0, 0.4, 0.0]])  # (dim, m)
A = np.array([[-1.0, 0.5], [0.2, -0.5]])


def assert_covariance(x, covariance):
    """x is normal of mean 0: the standard error of an entry is sqrt((S_ii S_jj + S_ij^2)/n)."""
    x = x.astype(np.float64)
    variances = np.diag(covariance)
    error = np.sqrt((np.outer(variances, variances) + covariance**2) / len(x))
    assert (abs(x.T @ x / len(x) - covariance) < 4 * error).all()


@both_dtypes
@pytest.mark.parametrize("form", ["constant", "callable", "per state"])
def test_general_noise_has_the_covariance_of_the_scheme(dtype, form):
    g = G.astype(dtype)
    diffusion = {
        "constant": G,
        "callable": lambda x, t: np.broadcast_to(g, (len(x), 2, 4)),
        "per state": lambda x, t: np.where(x[:, :1, None] > 0, g, -g),  # a turned sign leaves the law
    }[form]
    a, steps = A.astype(dtype), 10
    run = mr.euler_maruyama(
        lambda x, t: x @ a.T, diffusion, np.zeros(2, dtype), noise="general", paths=PATHS // 2, steps=steps, seed=14
    )
    covariance, step = np.zeros((2, 2)), np.eye(2) + A / steps
    for _ in range(steps):
        covariance = step @ covariance @ step.T + G @ G.T / steps
    assert_covariance(run.final, covariance)


@both_dtypes
def test_general_multiplicative_noise_has_the_mixed_moments_of_the_scheme(dtype):
    """dX_i = a_i X_i dt + X_i sum_j s_ij dW_j: E X_i X_k = ((1 + a_i dt)(1 + a_k dt) + (s s^T)_ik dt)^n."""
    a, s, steps = np.array([1.0, -0.5]), 0.3 * G, 5
    rates, factors = a.astype(dtype), s.astype(dtype)
    run = mr.euler_maruyama(
        lambda x, t: rates * x, lambda x, t: x[:, :, None] * factors, np.ones(2, dtype),
        noise="general", paths=PATHS, steps=steps, seed=15,
    )  # fmt: skip
    x = run.final.astype(np.float64)
    growth = 1 + a / steps
    moments = (np.outer(growth, growth) + s @ s.T / steps) ** steps
    for i, k in [(0, 0), (0, 1), (1, 1)]:
        product = x[:, i] * x[:, k]
        assert abs(product.mean() - moments[i, k]) < 4 * product.std() / math.sqrt(PATHS)


@both_dtypes
def test_diagonal_noise_is_general_noise_of_a_diagonal_matrix_in_law_and_bits(dtype):
    sigma = np.array([0.5, 2.0], dtype)
    x0 = np.ones(2, dtype)
    diagonal = mr.euler_maruyama(minus_x, sigma, x0, paths=1000, steps=9, seed=16).final
    general = mr.euler_maruyama(minus_x, np.diag(sigma), x0, noise="general", paths=1000, steps=9, seed=16).final
    assert (diagonal == general).all()


# --- ODEs ------------------------------------------------------------------------------------------------------------


@both_dtypes
@pytest.mark.parametrize("t", [(0.0, 1.0), (1.0, 0.0)], ids=["forwards", "backwards"])
@pytest.mark.parametrize("steps", [1, 10, 1000])
def test_a_linear_ode_has_the_powers_of_euler(dtype, t, steps):
    theta, x0 = 1.5, np.array([[1.0], [-2.0], [0.25]], dtype)
    dt = (t[1] - t[0]) / steps
    x = mr.euler(lambda x, t: -theta * x, x0, steps=steps, t=t).final
    assert x == pytest.approx(
        (1 - theta * dt) ** steps * x0, rel=3 * steps * float(np.finfo(dtype).eps)
    )  # 3 roundings a step


def test_the_linear_ode_tends_to_its_flow():
    x = mr.euler(lambda x, t: -1.5 * x, 1.0, paths=1, steps=10**5).final
    assert x[0, 0] == pytest.approx(math.exp(-1.5), rel=1.5**2 / 2 * 1e-5 * 1.01)  # relative error theta^2 dt/2


def flow_velocity(x, t):
    v, dv = 0.25 * t**2 + (1 - t) ** 2, 0.5 * t - 2 * (1 - t)
    return 2 + (dv / (2 * v)) * (x - 2 * t)


@both_dtypes
@pytest.mark.parametrize(("steps", "wanted"), [(10, 1.5692174), (100, 1.50735452), (1000, 1.50074033)])
def test_the_gaussian_flow_has_the_values_of_euler(dtype, steps, wanted):
    x = mr.euler(flow_velocity, dtype(-1), paths=3, steps=steps).final
    rounding = 4 * steps * float(np.finfo(dtype).eps)  # 4 roundings of a ulp each step
    digits = 10.0 ** -len(str(wanted).split(".")[1])
    assert x == pytest.approx(wanted, abs=digits / 2 + rounding)


def sum_of_times(times, dts, dtype):
    x = dtype(0)
    for t, dt in zip(times, dts, strict=True):
        x = x + dtype(dt) * dtype(t)
    return x


@both_dtypes
@pytest.mark.parametrize("steps", [1, 7, 100, 1000])
@pytest.mark.parametrize("span", [(0.0, 1.0), (1.0, 0.0), (-0.3, 2.1)])
def test_velocity_t_gives_exactly_the_sum_of_the_times(dtype, steps, span):
    t0, t1 = span
    times = [t0 + (k * (t1 - t0)) / steps for k in range(steps)]
    x = mr.euler(lambda x, t: np.full_like(x, t), dtype(0), paths=2, steps=steps, t=span).final
    assert (x == sum_of_times(times, [(t1 - t0) / steps] * steps, dtype)).all()


@both_dtypes
def test_velocity_t_of_dyadic_steps_gives_the_sum_in_closed_form(dtype):
    """Sum of k/64 * 1/64 for k < 64; one step too few, too many or at t + dt would show."""
    x = mr.euler(lambda x, t: np.full_like(x, t), dtype(0), paths=1, steps=64).final
    assert x[0, 0] == 63 / 128


@both_dtypes
def test_velocity_t_on_an_uneven_grid_gives_exactly_the_sum_of_the_times(dtype):
    t = np.random.default_rng(5).uniform(0.01, 0.3, size=40).cumsum()
    x = mr.euler(lambda x, t: np.full_like(x, t), dtype(0), paths=2, t=t).final
    assert (x == sum_of_times(t[:-1], np.diff(t), dtype)).all()


def test_the_coefficients_see_each_time_of_the_grid_once_and_never_the_last():
    seen = []
    mr.euler_maruyama(lambda x, t: seen.append(t) or -x, 1.0, 0.0, paths=1, steps=7, t=(0.1, 0.8), seed=1)
    assert seen == [0.1 + (k * (0.8 - 0.1)) / 7 for k in range(7)]


def test_noise_in_a_process_of_no_drift_is_a_martingale():
    x = geometric(0.0, 0.5, 20, dtype=np.float64, seed=17)
    _, m2, _ = geometric_moments(0.0, 0.5, 1 / 20, 20)
    assert abs(z_of_mean(x, 1.0, m2 - 1)) < 4
