"""Every law of every process, with its parameters at their limits, against the same formula in many digits.

A law is right where it is off by no more than a few roundings of its arguments would put it off: then nothing cancels
that need not. Beyond the range of float64 it is infinite or 0, as the limit says.
"""

import itertools
import random
import warnings
from typing import NamedTuple

import numpy as np
import pytest

import maruyama as mr

mpmath = pytest.importorskip("mpmath")
mp, mpf, log, sqrt, pi = mpmath.mp, mpmath.mpf, mpmath.log, mpmath.sqrt, mpmath.pi
P = mr.processes

DIGITS = 700  # 1e-300 is added to 1, and squared
CASES = 250  # of each law, chosen at random, always the same
ROUNDING = 2.0**-52

RATES = [1e-300, 1e-15, 1e-6, 0.7, 30.0, 1e8, 1e300]
REALS = [0.0, 0.05, -2.0, 1e13, -1e13, 1e-200, 1e200]
SIZES = [1e-160, 1e-7, 0.2, 3.0, 1e9]
TIMES = [1e-300, 1e-9, 0.5, 10.0, 1e7, 1e300]
COUNTS = [0, 1, 2, 7, 100, 10**9]
STATES = [0.05, 1.0, 1e-3, 40.0]


class Law(NamedTuple):
    """A law of floats and counts, its formula in the numbers of mpmath, and the values that each argument takes."""

    found: object
    formula: object
    values: tuple


def exp(x):
    return mpmath.exp(x) if x > -(10**5) else mpf(0)  # it takes long to write out what is no more than 0


def power(base, n):
    if n < 10**6:
        return base**n
    return mpf(0) if base == 0 else mpmath.sign(base) ** n * exp(n * log(abs(base)))


def normal(apart, variance):
    return exp(-(apart**2) / (2 * variance)) / sqrt(2 * pi * variance)


def ou_mean(theta, mu, x0, t):
    return mu + (x0 - mu) * exp(-theta * t)


def ou_variance(theta, sigma, t):
    return sigma**2 * (1 - exp(-2 * theta * t)) / (2 * theta)


def ou_scheme_variance(theta, sigma, t, n):
    if n == 0:
        return mpf(0)
    dt = t / n
    square = (1 - theta * dt) ** 2
    return sigma**2 * abs(dt) * (n if square == 1 else (1 - power(square, n)) / (1 - square))


def scheme_step(t, n):
    return t / max(n, 1)


def gbm_scheme(mu, sigma, t, n):
    dt = scheme_step(t, n)
    square = (1 + mu * dt) ** 2
    return power(square + sigma**2 * abs(dt), n), power(square, n)


def gbm_strong_error(mu, sigma, x0, t, n):
    a, v = mu * scheme_step(t, n), sigma**2 * scheme_step(t, n)
    return x0**2 * (power((1 + a) ** 2 + v, n) - 2 * power(exp(a) * (1 + a + v), n) + power(exp(2 * a + v), n))


def cir_variance(kappa, theta, sigma, x0, t):
    decay = exp(-kappa * t)
    return sigma**2 / kappa * (1 - decay) * (x0 * decay + theta * (1 - decay) / 2)


def cir_density(kappa, theta, sigma, x, x0, t):
    decay, rest = mpmath.exp(-kappa * t), -mpmath.expm1(-kappa * t)
    c, q = 2 * kappa / (sigma**2 * rest), 2 * kappa * theta / sigma**2 - 1
    u, v = c * x0 * decay, c * x
    return c * mpmath.exp(-u - v + q / 2 * log(v / u)) * mpmath.besseli(q, 2 * sqrt(u * v))


OU = {
    "mean": Law(
        lambda theta, mu, x0, t: P.OrnsteinUhlenbeck(theta, mu).mean(x0, t), ou_mean, (RATES, REALS, REALS, TIMES)
    ),
    "variance": Law(
        lambda theta, sigma, t: P.OrnsteinUhlenbeck(theta, 0.0, sigma).variance(0.0, t),
        ou_variance,
        (RATES, SIZES, TIMES),
    ),
    "stationary-variance": Law(
        lambda theta, sigma: P.OrnsteinUhlenbeck(theta, 0.0, sigma).stationary_variance(),
        lambda theta, sigma: sigma**2 / (2 * theta),
        (RATES, SIZES),
    ),
    "scheme-mean": Law(
        lambda theta, mu, x0, t, n: P.OrnsteinUhlenbeck(theta, mu).scheme_mean(x0, t, n),
        lambda theta, mu, x0, t, n: mu + (x0 - mu) * power(1 - theta * scheme_step(t, n), n),
        (RATES, REALS, REALS, [*TIMES, -0.3], COUNTS),
    ),
    "scheme-variance": Law(
        lambda theta, sigma, t, n: P.OrnsteinUhlenbeck(theta, 0.0, sigma).scheme_variance(0.0, t, n),
        ou_scheme_variance,
        (RATES, SIZES, [*TIMES, -0.3], COUNTS),
    ),
    "scheme-stationary-variance": Law(
        lambda theta, sigma, part: P.OrnsteinUhlenbeck(theta, 0.0, sigma).scheme_stationary_variance(part / theta),
        lambda theta, sigma, part: sigma**2 / (theta * (2 - theta * mpf(float(part) / float(theta)))),
        (RATES[:-1], SIZES, [1e-9, 0.5, 1.0, 1.9]),
    ),
    "density": Law(
        lambda theta, mu, sigma, x0, t: P.OrnsteinUhlenbeck(theta, mu, sigma).density(x0 * 1.001, x0, t),
        lambda theta, mu, sigma, x0, t: normal(
            mpf(float(x0) * 1.001) - ou_mean(theta, mu, x0, t), ou_variance(theta, sigma, t)
        ),
        (RATES, REALS, SIZES, STATES, TIMES),
    ),
    "stationary-density": Law(
        lambda theta, mu, sigma: P.OrnsteinUhlenbeck(theta, mu, sigma).stationary_density(0.1),
        lambda theta, mu, sigma: normal(mpf(0.1) - mu, sigma**2 / (2 * theta)),
        (RATES, REALS, SIZES),
    ),
    "transition": Law(
        lambda theta, mu, sigma, x0, t: P.OrnsteinUhlenbeck(theta, mu, sigma).transition(x0, t, 0.7),
        lambda theta, mu, sigma, x0, t: ou_mean(theta, mu, x0, t) + mpf(0.7) * sqrt(ou_variance(theta, sigma, t)),
        (RATES, REALS, SIZES, REALS, TIMES),
    ),
}
BROWNIAN = {
    "mean": Law(
        lambda mu, x0, t: P.BrownianMotion(mu).mean(x0, t), lambda mu, x0, t: x0 + mu * t, (REALS, REALS, TIMES)
    ),
    "variance": Law(
        lambda sigma, t: P.BrownianMotion(0.0, sigma).variance(0.0, t), lambda sigma, t: sigma**2 * t, (SIZES, TIMES)
    ),
    "scheme-mean": Law(
        lambda mu, x0, t, n: P.BrownianMotion(mu).scheme_mean(x0, t, n),
        lambda mu, x0, t, n: x0 + (mu * t if n else 0),
        (REALS, REALS, [*TIMES, -0.3], COUNTS),
    ),
    "scheme-variance": Law(
        lambda sigma, t, n: P.BrownianMotion(0.0, sigma).scheme_variance(0.0, t, n),
        lambda sigma, t, n: sigma**2 * abs(t) * (n > 0),
        (SIZES, [*TIMES, -0.3], COUNTS),
    ),
    "density": Law(
        lambda mu, sigma, x0, t: P.BrownianMotion(mu, sigma).density(x0 * 1.001, x0, t),
        lambda mu, sigma, x0, t: normal(mpf(float(x0) * 1.001) - x0 - mu * t, sigma**2 * t),
        (REALS, SIZES, STATES, TIMES),
    ),
    "transition": Law(
        lambda mu, sigma, x0, t: P.BrownianMotion(mu, sigma).transition(x0, t, 0.7),
        lambda mu, sigma, x0, t: x0 + mu * t + sigma * sqrt(t) * mpf(0.7),
        (REALS, SIZES, REALS, TIMES),
    ),
}
GROWTHS = [0.0, 1e-300, 1e-12, 0.3, -0.6, 5.0, -40.0, 1e6]
GBM = {
    "mean": Law(
        lambda mu, x0, t: P.GeometricBrownianMotion(mu).mean(x0, t),
        lambda mu, x0, t: x0 * exp(mu * t),
        (GROWTHS, [*STATES, -1e-250, 1e250], [1e-300, 1e-9, 0.5, 10.0, 30.0]),
    ),
    "variance": Law(
        lambda mu, sigma, x0, t: P.GeometricBrownianMotion(mu, sigma).variance(x0, t),
        lambda mu, sigma, x0, t: x0**2 * (exp((2 * mu + sigma**2) * t) - exp(2 * mu * t)),
        (GROWTHS, [1e-160, 1e-9, 0.2, 3.0, 9.0, 1e4], [*STATES, 1e-160], [1e-300, 1e-9, 0.5, 10.0]),
    ),
    "density": Law(
        lambda mu, sigma, x0, t: P.GeometricBrownianMotion(mu, sigma).density(x0 * 1.001, x0, t),
        lambda mu, sigma, x0, t: (
            normal(log(mpf(float(x0) * 1.001) / x0) - mu * t + sigma**2 * t / 2, sigma**2 * t) / mpf(float(x0) * 1.001)
        ),
        (GROWTHS, SIZES, [*STATES, 1e-250], [1e-300, 1e-9, 0.5, 10.0]),
    ),
    "transition": Law(
        lambda mu, sigma, x0, t: P.GeometricBrownianMotion(mu, sigma).transition(x0, t, 0.7),
        lambda mu, sigma, x0, t: x0 * exp((mu - sigma**2 / 2) * t + sigma * sqrt(t) * mpf(0.7)),
        (GROWTHS, [1e-160, 1e-9, 0.2, 3.0], STATES, [1e-300, 1e-9, 0.5, 10.0]),
    ),
    "scheme-mean": Law(
        lambda mu, x0, t, n: P.GeometricBrownianMotion(mu).scheme_mean(x0, t, n),
        lambda mu, x0, t, n: x0 * power(1 + mu * scheme_step(t, n), n),
        (GROWTHS, STATES, [1e-300, 1e-9, 0.5, 10.0, -0.3], COUNTS),
    ),
    "scheme-second-moment": Law(
        lambda mu, sigma, x0, t, n: P.GeometricBrownianMotion(mu, sigma).scheme_second_moment(x0, t, n),
        lambda mu, sigma, x0, t, n: x0**2 * gbm_scheme(mu, sigma, t, n)[0],
        (GROWTHS, SIZES, STATES, [1e-300, 1e-9, 0.5, 10.0, -0.3], COUNTS),
    ),
    "scheme-variance": Law(
        lambda mu, sigma, x0, t, n: P.GeometricBrownianMotion(mu, sigma).scheme_variance(x0, t, n),
        lambda mu, sigma, x0, t, n: x0**2 * (gbm_scheme(mu, sigma, t, n)[0] - gbm_scheme(mu, sigma, t, n)[1]),
        (GROWTHS, SIZES, STATES, [1e-300, 1e-9, 0.5, 10.0, -0.3], COUNTS),
    ),
    "strong-error": Law(
        lambda mu, sigma, x0, t, n: P.GeometricBrownianMotion(mu, sigma).strong_error(x0, t, n),
        gbm_strong_error,
        (GROWTHS[:-2], [1e-160, 1e-7, 1e-3, 0.2, 1.0, 3.0], STATES, [1e-300, 1e-9, 0.5, 2.0, 10.0], COUNTS),
    ),
}
LINEAR = {
    "flow": Law(
        lambda theta, x0, t: P.LinearODE(theta).flow(x0, t),
        lambda theta, x0, t: exp(-theta * t) * x0,
        (GROWTHS, [*STATES, -1e-250, 1e250], [1e-300, 0.5, 10.0, 30.0, -0.3]),
    ),
    "scheme-mean": Law(
        lambda theta, x0, t, n: P.LinearODE(theta).scheme_mean(x0, t, n),
        lambda theta, x0, t, n: x0 * power(1 - theta * scheme_step(t, n), n),
        (GROWTHS, STATES, [1e-300, 1e-9, 0.5, 10.0, -0.3], COUNTS),
    ),
}
CIR = {
    "mean": Law(
        lambda kappa, theta, x0, t: P.CIR(kappa, theta).mean(x0, t),
        ou_mean,
        (RATES, [0.0, 0.05, 1e13, 1e-200], [0.0, 0.05, 1e13], TIMES),
    ),
    "variance": Law(
        lambda kappa, theta, sigma, x0, t: P.CIR(kappa, theta, sigma).variance(x0, t),
        cir_variance,
        (RATES, [0.0, 0.05, 1e13, 1e-200], SIZES, [0.0, 0.05, 1e13], TIMES),
    ),
    "stationary-variance": Law(
        lambda kappa, theta, sigma: P.CIR(kappa, theta, sigma).stationary_variance(),
        lambda kappa, theta, sigma: theta * sigma**2 / (2 * kappa),
        (RATES, [0.0, 0.05, 1e13, 1e-200], SIZES),
    ),
}
HESTON = {
    "mean-price": Law(
        lambda r, s0, t: P.Heston(r=r).mean([s0, 0.04], t)[0], lambda r, s0, t: s0 * exp(r * t),
        (GROWTHS, STATES, [1e-300, 1e-9, 0.5, 10.0]),
    ),
    "mean-variance": Law(
        lambda kappa, theta, v0, t: P.Heston(kappa=kappa, theta=theta).mean([1.0, v0], t)[1],
        ou_mean,
        (RATES, [0.0, 0.05, 1e13, 1e-200], [0.0, 0.05, 1e13], TIMES),
    ),
    "scheme-mean-price": Law(
        lambda r, s0, t, n: P.Heston(r=r).scheme_price_mean(s0, t, n),
        lambda r, s0, t, n: s0 * power(1 + r * scheme_step(t, n), n),
        (GROWTHS, STATES, [1e-300, 1e-9, 0.5, 10.0], COUNTS),
    ),
}  # fmt: skip
LAWS = {
    f"{process}-{law}": case
    for process, laws in {
        "ou": OU, "brownian": BROWNIAN, "gbm": GBM, "linear": LINEAR, "cir": CIR, "heston": HESTON
    }.items()
    for law, case in laws.items()
}  # fmt: skip


def chosen(values):
    every = list(itertools.product(*values))
    return every if len(every) <= CASES else random.Random(1).sample(every, CASES)


def exact(formula, arguments):
    with mp.workdps(DIGITS):
        return formula(*(each if isinstance(each, int) else mpf(each) for each in arguments))


def allowed(formula, arguments, value):
    """What some roundings of each argument do to the value, and of the value itself."""
    moved = mpf(0)
    for place, each in enumerate(arguments):
        if isinstance(each, float) and each != 0:
            other = [*arguments[:place], mpf(each) * (1 + mpf(ROUNDING)), *arguments[place + 1 :]]
            moved += abs(exact(formula, other) - value)
    return 16 * moved + 200 * ROUNDING * abs(value) + mpf("1e-305")


def is_right(found, formula, arguments):
    value = exact(formula, arguments)
    if abs(value) > mpf("1e307"):
        return found * mpmath.sign(value) > 1e306
    return np.isfinite(found) and abs(mpf(float(found)) - value) <= allowed(formula, arguments, value)


@pytest.mark.parametrize("name", LAWS)
def test_a_law_keeps_its_digits_at_the_limits_of_its_parameters(name):
    law = LAWS[name]
    wrong = []
    for arguments in chosen(law.values):
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            found = law.found(*arguments)
        if not is_right(found, law.formula, arguments):
            wrong.append((arguments, float(found), float(exact(law.formula, arguments))))
    assert not wrong, f"{len(wrong)} wrong: (arguments, found, right) = {wrong[:5]}"


def cir_cases():
    """Those whose Bessel function mpmath gives in some milliseconds."""
    every = itertools.product(
        [1e-12, 1e-3, 0.5, 8.0, 1e4],
        [1e-4, 0.04, 2.0, 300.0],
        [0.005, 0.05, 0.3, 2.0, 30.0],
        [0.04, 0.0401, 0.3],
        [0.04, 0.5, 1e-5],
        [1e-12, 1 / 31_536_000, 1e-3, 0.5, 30.0],
    )
    easy = [case for case in every if 2 * case[0] * case[1] / case[2] ** 2 < 3000]
    return random.Random(1).sample(easy, 300)


def test_the_density_of_cir_keeps_its_digits_at_the_limits_of_its_parameters():
    wrong = []
    for arguments in cir_cases():
        with mp.workdps(80):
            value = cir_density(*map(mpf, arguments))
        found = float(P.CIR(*arguments[:3]).density(*arguments[3:]))
        if abs(mpf(found) - value) > mpf("1e-11") * value + mpf("1e-290"):
            wrong.append((arguments, found, float(value)))
    assert not wrong, f"{len(wrong)} wrong: (arguments, found, right) = {wrong[:5]}"


def test_the_density_of_cir_one_second_ahead_is_that_of_the_bessel_function():
    found = P.CIR(kappa=0.5, theta=0.04, sigma=0.005).density(0.04, 0.04, 1 / 31_536_000)
    assert found == pytest.approx(2.24033710965668e6, rel=1e-12)


@pytest.mark.parametrize("sigma", [1e-7, 1e-60, 1e-155])
@pytest.mark.parametrize("z", [0.0, 1.0, -3.0])
def test_the_density_of_cir_tends_to_the_normal_one_where_its_noise_vanishes(sigma, z):
    rate = P.CIR(kappa=0.5, theta=0.04, sigma=sigma)
    mean, deviation = float(rate.mean(0.09, 2.0)), sigma * float(P.CIR(0.5, 0.04, 1.0).variance(0.09, 2.0)) ** 0.5
    found = rate.density(mean + z * deviation, 0.09, 2.0)
    if sigma > 1e-10:  # else the point is the mean
        assert found == pytest.approx(np.exp(-(z**2) / 2) / deviation / (2 * np.pi) ** 0.5, rel=1e-5)
    else:
        assert found == pytest.approx(1 / deviation / (2 * np.pi) ** 0.5, rel=1e-6) or found == 0.0


@pytest.mark.parametrize(
    ("order", "right"), [(0.5, np.inf), (1.0, 1.0), (1.5, 0.0)], ids=["infinite", "finite", "zero"]
)
def test_the_density_of_cir_at_0_is_that_of_its_law(order, right):
    """From x0 = 0 the law is Gamma of shape 2 kappa theta / sigma^2: its density at 0 is 1 / scale for shape 1."""
    rate = P.CIR(kappa=1.0, theta=2 * order, sigma=2.0)
    scale = 2 * (1 - np.exp(-1.0))
    assert rate.density(0.0, 0.0, 1.0) == pytest.approx(right / scale if right else 0.0)
    assert rate.density(-0.1, 0.0, 1.0) == 0.0


def test_the_laws_that_cancelled_have_their_digits():
    pulled = P.OrnsteinUhlenbeck(theta=1e-15, mu=1e13, sigma=0.01)
    assert pulled.mean(0.05, 10.0) == pytest.approx(0.15, rel=1e-13)
    assert pulled.scheme_mean(0.05, 10.0, 100) == pytest.approx(0.15, rel=1e-13)
    assert P.CIR(1e-15, 1e13, 0.01).mean(0.05, 10.0) == pytest.approx(0.15, rel=1e-13)
    assert P.Heston(kappa=1e-15, theta=1e13).mean([1.0, 0.05], 10.0)[1] == pytest.approx(0.15, rel=1e-13)
    drawn = P.OrnsteinUhlenbeck(theta=1e-15, mu=1e13, sigma=1e-9).exact_sample(0.05, 10.0, paths=9, seed=1)
    assert drawn == pytest.approx(0.15, rel=1e-6)


@pytest.mark.parametrize("spread", [1e-300, 1e-30, 1.0, 1e300])
def test_the_log_density_of_a_gaussian_does_not_overflow(spread):
    found = mr.Gaussian(0.0, spread).log_density([[0.0], [2 * spread**0.5], [1e200]])
    with np.errstate(over="ignore"):
        squares = np.square([0.0, 2.0, 1e200 / spread**0.5])
    right = -0.5 * np.log(2 * np.pi) - 0.5 * np.log(spread) - 0.5 * squares
    np.testing.assert_allclose(found, right, rtol=1e-13)


DENSITIES = {
    "Brownian motion": lambda x: mr.processes.BrownianMotion().density(x, 0.3, 1.0),
    "Ornstein-Uhlenbeck": lambda x: mr.processes.OrnsteinUhlenbeck().density(x, 0.3, 1.0),
    "its stationary law": lambda x: mr.processes.OrnsteinUhlenbeck().stationary_density(x),
    "geometric Brownian motion": lambda x: mr.processes.GeometricBrownianMotion().density(x, 0.3, 1.0),
    "CIR": lambda x: mr.processes.CIR().density(x, 0.3, 1.0),
    "CIR after a short time": lambda x: mr.processes.CIR().density(x, 0.3, 1e-9),
    "a double well": lambda x: mr.processes.DoubleWell().stationary_density(x),
    "the standard normal": lambda x: np.exp(mr.StandardNormal(1).log_density(np.reshape(x, (-1, 1)))),
    "a Gaussian": lambda x: np.exp(mr.Gaussian(0.0, 2.0).log_density(np.reshape(x, (-1, 1)))),
    "a box": lambda x: np.exp(mr.UniformBox([0.0], [1.0]).log_density(np.reshape(x, (-1, 1)))),
    "a mixture": lambda x: np.exp(mr.Mixture.of_gaussians([[0.0], [1.0]], 1.0).log_density(np.reshape(x, (-1, 1)))),
}


@pytest.mark.parametrize("density", DENSITIES.values(), ids=DENSITIES.keys())
def test_a_density_is_nan_at_nan_and_nothing_at_infinity(density):
    at = np.asarray(density(np.array([np.nan, np.inf, -np.inf, 0.3]))).ravel()
    assert np.isnan(at[0])
    assert at[1:3].tolist() == [0.0, 0.0]
    assert at[3] > 0


def test_a_box_is_nan_where_one_coordinate_is():
    densities = mr.UniformBox([0.0, 0.0], [1.0, 2.0]).log_density(
        [[np.nan, 0.0], [np.nan, 5.0], [0.5, 3.0], [0.5, 2.0]]
    )
    np.testing.assert_array_equal(densities, [np.nan, np.nan, -np.inf, -np.log(2.0)])
