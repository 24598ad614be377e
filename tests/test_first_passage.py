"""When Brownian motion leaves (-1, 1): simulated on a grid, with the bias of looking only at its times named.

A path that is out and in again between two times is missed, so the simulated time tau_dt is too long by O(sqrt(dt)).
Its law is known exactly, by quadrature, and nearly: it is that of tau for a barrier moved outwards by
0.5826 sigma sqrt(dt), where 0.5826 = -zeta(1/2) / sqrt(2 pi) (Broadie, Glasserman and Kou, "A continuity correction for
discrete barrier options", Math. Finance 7 (1997) 325-349).
"""

import math

import numpy as np
import pytest
from scipy import stats

import maruyama as mr
from standard_errors import z_score

SHIFT = 0.5825971579390106
PATHS, STEPS = 400_000, 100


@mr.compile
def until_out(x, t):
    """The diffusion of a Brownian motion that stops where it leaves (-1, 1)."""
    return np.where(np.abs(x) < 1.0, 1.0, 0.0)


@mr.compile
def clock(x, t):
    """The drift of the pair (W, min(tau, t)): time goes on while W is inside."""
    return np.stack([np.zeros_like(x[:, 0]), np.where(np.abs(x[:, 0]) < 1.0, 1.0, 0.0)], axis=1)


@mr.compile
def noise_of_the_pair(x, t):
    return np.stack([np.where(np.abs(x[:, 0]) < 1.0, 1.0, 0.0), np.zeros_like(x[:, 0])], axis=1)


def survival(t, barrier=1.0):
    """P(tau > t) for leaving (-barrier, barrier): 4/pi sum (-1)^k/(2k + 1) exp(-(2k + 1)^2 pi^2 t / (8 barrier^2))."""
    odd = 2 * np.arange(50) + 1
    return 4 / math.pi * np.sum((-1.0) ** np.arange(50) / odd * np.exp(-((odd * math.pi / barrier) ** 2) * t / 8))


def survival_on_a_grid(dt, steps):
    """P(tau_dt > k dt), k = 0, ..., steps: the density of the survivors, stepped on by Gauss-Legendre quadrature."""
    nodes, weights = np.polynomial.legendre.leggauss(120)
    kernel = stats.norm.pdf(nodes[:, None], nodes[None, :], math.sqrt(dt)) * weights
    density, alive = stats.norm.pdf(nodes, 0.0, math.sqrt(dt)), [1.0]
    for _ in range(steps):
        alive.append(float(weights @ density))
        density = kernel @ density
    return np.array(alive)


@pytest.fixture(scope="module")
def survived():
    x = mr.euler_maruyama(0.0, until_out, 0.0, paths=PATHS, steps=STEPS, seed=51).final[:, 0]
    return np.abs(x) < 1.0


def test_the_series_gives_the_known_number():
    assert survival(1.0) == pytest.approx(0.370777429800, abs=1e-12)


def test_the_probability_to_stay_is_that_of_looking_on_the_grid(survived):
    assert abs(z_score(survived, survival_on_a_grid(1 / STEPS, STEPS)[-1])) < 4


def test_the_probability_to_stay_is_that_of_a_barrier_further_out(survived):
    """Within 4 standard errors and the next order, 0.12 dt; see below."""
    error, shifted = survived.std() / math.sqrt(PATHS), survival(1.0, 1 + SHIFT * math.sqrt(1 / STEPS))
    assert abs(survived.mean() - shifted) < 4 * error + 0.12 / STEPS


def test_the_probability_to_stay_is_not_that_of_continuous_time(survived):
    """It is 0.051 larger, 66 standard errors."""
    assert z_score(survived, 0.370777429800) > 40


def test_a_barrier_further_out_leaves_an_error_of_order_dt():
    """0.12 dt, where the bias itself is of order sqrt(dt)."""
    for steps in (100, 400, 1600):
        on_the_grid = survival_on_a_grid(1 / steps, steps)[-1]
        assert on_the_grid - survival(1.0) == pytest.approx(0.52 / math.sqrt(steps), rel=0.03)
        assert abs(on_the_grid - survival(1.0, 1 + SHIFT / math.sqrt(steps))) < 0.12 / steps


def test_the_mean_time_to_leave_is_one_and_its_bias():
    """E tau = 1; on the grid dt sum_k P(tau_dt > k dt), which is (1 + 0.5826 sqrt(dt))^2 + dt / 4 to 2e-5.

    Time ends at 8, where P(tau_dt > 8) = 3e-4.
    """
    steps, dt = 400, 0.02
    run = mr.euler_maruyama(clock, noise_of_the_pair, [0.0, 0.0], paths=PATHS // 4, steps=steps, t=(0.0, 8.0), seed=52)
    times = run.final[:, 1]
    assert abs(z_score(times, dt * survival_on_a_grid(dt, steps)[:-1].sum())) < 4
    forever = dt * survival_on_a_grid(dt, 3 * steps)[:-1].sum()
    assert forever == pytest.approx((1 + SHIFT * math.sqrt(dt)) ** 2 + dt / 4, abs=2e-5)
    assert z_score(times, 1.0) > 40
