"""Langevin, DoubleWell and Lorenz: the law of the scheme by quadrature, the stationary law, and where nothing moves."""

import math

import numpy as np
import pytest
from scipy import integrate, stats

import maruyama as mr
from standard_errors import assert_moments, z_score

DoubleWell, Langevin, Lorenz = mr.processes.DoubleWell, mr.processes.Langevin, mr.processes.Lorenz
PATHS = 400_000


def parabola(x):
    return 0.75 * (x[:, 0] - 0.4) ** 2


def slope(x):
    return 1.5 * (x - 0.4)


def density_of_scheme(process, x0, dt, steps, grid):
    """Of the scheme after ``steps`` steps, on an even ``grid``: p <- integral N(x; y + u(y) dt, 2 dt / beta) p(y) dy.

    The trapezoidal rule on normal kernels is exact to rounding where their deviation is above the spacing.
    """
    deviation, h = math.sqrt(2 * dt / process.beta), grid[1] - grid[0]
    assert deviation > 1.2 * h
    means = (grid + dt * process.drift(grid[:, None], 0.0)[:, 0])[None, :]
    kernel = stats.norm.pdf(grid[:, None], means, deviation) * h
    density = stats.norm.pdf(grid, x0 + dt * float(process.drift([[x0]], 0.0)[0, 0]), deviation)
    for _ in range(steps - 1):
        density = kernel @ density
    return density


def assert_density(x, grid, density):
    """Kolmogorov-Smirnov at alpha = 1e-6."""
    cdf = integrate.cumulative_trapezoid(density, grid, initial=0.0)
    assert cdf[-1] == pytest.approx(1.0, abs=1e-6)
    assert stats.kstest(x, lambda points: np.interp(points, grid, cdf)).pvalue > 1e-6


@pytest.mark.parametrize(("beta", "dt", "steps"), [(3.0, 0.05, 20), (1.0, 0.02, 30), (2.0, 0.1, 1)])
def test_double_wells_have_the_law_of_the_scheme(beta, dt, steps):
    process, grid = DoubleWell(beta), np.linspace(-3.5, 3.5, 701)
    x = process.simulate(0.2, paths=PATHS, steps=steps, t=(0.0, steps * dt), seed=41).final[:, 0]
    density = density_of_scheme(process, 0.2, dt, steps, grid)
    assert_density(x, grid, density)
    for power in (1, 2):
        assert abs(z_score(x**power, np.sum(grid**power * density) * 0.01)) < 4


def test_the_scheme_in_a_double_well_tends_to_the_stationary_density_at_first_order_of_dt():
    """From one well, after time 20: E X^2 of the scheme, by quadrature, beside that of exp(-beta V) / Z."""
    process, grid, errors = DoubleWell(2.0), np.linspace(-2.5, 2.5, 401), []
    for dt in (0.02, 0.01):
        density = density_of_scheme(process, 1.0, dt, round(20 / dt), grid)
        errors.append(np.sum(grid**2 * density) * (grid[1] - grid[0]) - process.stationary_expectation(np.square))
        np.testing.assert_allclose(density, process.stationary_density(grid), atol=6 * dt)
    assert errors[0] == pytest.approx(2 * errors[1], rel=0.1)
    assert 0.1 * 0.01 < abs(errors[1]) < 0.01


def test_a_double_well_falls_by_four_x_times_x_squared_minus_one():
    x = np.array([[-2.0], [-1.0], [0.0], [0.5], [1.0], [3.0]])
    np.testing.assert_array_equal(DoubleWell().drift(x, 0.0), -4 * x * (x**2 - 1))
    np.testing.assert_array_equal(DoubleWell().potential(x), (x[:, 0] ** 2 - 1) ** 2)
    assert DoubleWell(beta=8.0).diffusion(x, 0.0) == 0.5


@pytest.mark.parametrize("beta", [0.01, 1.0, 3.0, 50.0, 5000.0])
def test_the_stationary_law_of_a_double_well_is_that_of_adaptive_quadrature(beta):
    process = DoubleWell(beta)

    def moment(power):
        weight = lambda x: x**power * math.exp(-beta * (x * x - 1) ** 2)  # noqa: E731
        width = 8 / math.sqrt(8 * beta)
        return integrate.quad(weight, max(0.0, 1 - width), 1 + width + 8, points=[1.0], epsabs=0, epsrel=1e-11)[0]

    assert process.stationary_density(0.9) == pytest.approx(
        math.exp(-beta * (0.81 - 1) ** 2) / (2 * moment(0)), rel=1e-9, abs=1e-300
    )
    assert process.stationary_expectation(np.square) == pytest.approx(moment(2) / moment(0), rel=1e-9)
    assert process.stationary_expectation(lambda x: x) == pytest.approx(0.0, abs=1e-12)
    assert process.stationary_density(np.zeros((2, 3))).shape == (2, 3)


def test_langevin_in_a_parabola_is_ornstein_uhlenbeck():
    """V = theta (x - mu)^2 / 2 and sigma^2 = 2 / beta, in bits and in law."""
    langevin = Langevin(slope, parabola, beta=8.0)
    ou = mr.processes.OrnsteinUhlenbeck(1.5, 0.4, 0.5)
    runs = [process.simulate(1.0, paths=100, steps=10, seed=42).final for process in (langevin, ou)]
    np.testing.assert_array_equal(*runs)
    x = np.linspace(-1, 2, 7)
    np.testing.assert_allclose(langevin.stationary_density(x), ou.stationary_density(x), rtol=1e-12)
    assert langevin.stationary_expectation(lambda x: x) == pytest.approx(0.4, rel=1e-12)


def test_langevin_in_several_dimensions_has_the_law_of_the_scheme():
    x = Langevin(slope, beta=2.0, dim=3).simulate([0.0, 1.0, 2.0], paths=PATHS // 4, steps=8, seed=43).final
    ou = mr.processes.OrnsteinUhlenbeck(1.5, 0.4, 1.0)
    assert_moments(x, ou.scheme_mean([0.0, 1.0, 2.0], 1.0, 8), ou.scheme_variance(0.0, 1.0, 8))


# --- Lorenz ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("process", [Lorenz(), Lorenz(rho=14.0), Lorenz(rho=0.5), Lorenz(rho=1.0)])
def test_lorenz_stands_still_at_its_equilibria(process):
    points = process.equilibria()
    assert len(points) == (3 if process.rho > 1 else 1)
    np.testing.assert_allclose(process.drift(points, 0.0), 0.0, atol=1e-13)
    np.testing.assert_allclose(process.simulate(points, steps=100).final, points, atol=1e-11)


def test_lorenz_is_chaotic():
    """At the Lyapunov exponent 0.9 a distance of 1e-10 grows to order 1 within time 30."""
    x = Lorenz().simulate([[1.0, 1.0, 20.0], [1.0 + 1e-10, 1.0, 20.0]], steps=40_000, t=(0.0, 40.0)).final
    assert 0.01 < np.linalg.norm(x[0] - x[1]) < 100


def test_one_step_of_noisy_lorenz_has_the_variance_of_its_noise():
    process, x0 = Lorenz(epsilon=2.0), np.array([1.0, 2.0, 3.0])
    x = process.simulate(x0, paths=PATHS // 4, steps=1, t=(0.0, 0.01), seed=44).final
    assert_moments(x, x0 + 0.01 * process.drift(x0[None], 0.0)[0], 2.0**2 * 0.01)


@pytest.mark.parametrize("beta", [1.0, 1e2, 1e4])
def test_a_double_well_has_its_mass_where_laplaces_method_says(beta):
    """Density at the wells sqrt(beta / pi), to O(1/beta): V'' = 8 and there are two."""
    assert mr.processes.DoubleWell(beta).stationary_density(1.0) == pytest.approx((beta / np.pi) ** 0.5, rel=0.2 / beta)


@pytest.mark.parametrize("beta", [1e6, 1e12])
def test_wells_that_the_nodes_do_not_see_are_refused(beta):
    with pytest.raises(ValueError, match="too narrow"):
        mr.processes.DoubleWell(beta).stationary_density(1.0)


def half(x):
    return (1 + np.sign(x)) / 2


@pytest.mark.parametrize(
    ("f", "by_quadrature"), [(np.exp, None), (np.cosh, None), (lambda x: 1.0, 1.0), (half, 0.5), (abs, None)]
)
def test_expectations_of_what_grows_are_those_of_the_density(f, by_quadrature):
    process = mr.processes.DoubleWell(beta=3.0)
    x = np.linspace(-6, 6, 200_001)
    density = process.stationary_density(x)
    expected = np.trapezoid(f(x) * density, x) if by_quadrature is None else by_quadrature
    np.testing.assert_allclose(process.stationary_expectation(f), expected, rtol=1e-8)


@pytest.mark.parametrize(
    "f", [lambda x: np.stack([x**2, x**4]), lambda x: x[:, None] ** 2, lambda x: x[:5], lambda x: [x, x]]
)
def test_an_expectation_is_of_one_number_for_each_point(f):
    with pytest.raises(ValueError, match=r"f returned shape .*, expected \(20001,\)"):
        mr.processes.DoubleWell().stationary_expectation(f)


def test_an_expectation_is_real():
    with pytest.raises(TypeError, match="the result of f must hold real numbers"):
        mr.processes.DoubleWell().stationary_expectation(lambda x: np.exp(1j * x))


def test_the_stationary_law_is_that_of_the_potential_as_it_is():
    stiffness = np.array([1.0])
    process = mr.processes.Langevin(lambda x: stiffness * x, lambda x: stiffness[0] * x[:, 0] ** 2 / 2)
    for k in (1.0, 2.0):
        stiffness[:] = k
        np.testing.assert_allclose(process.stationary_expectation(np.square), 1 / k, rtol=1e-12)
        np.testing.assert_allclose(process.stationary_density(0.0), np.sqrt(k / (2 * np.pi)), rtol=1e-12)
