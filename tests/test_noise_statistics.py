"""The noise is that of independent standard normals: moments, distribution, tails and correlations.

Seeds are fixed, and each comparison fails a right generator with probability ALPHA. Lane mix-ups of Box-Muller
partners, which share a radius, correlate the squares and leave the values alone: so both are compared.
"""

import numpy as np
import pytest
from scipy import stats
from scipy.special import factorial2, ndtr

import maruyama as mr

ALPHA = 1e-6
Z = stats.norm.isf(ALPHA / 2)  # 4.9 standard errors

DTYPES = [np.float64, np.float32]
both_dtypes = pytest.mark.parametrize("dtype", DTYPES, ids=["float64", "float32"])

PATHS, STEPS, DIM = 2**16, 16, 6  # 6.3 million


@pytest.fixture(scope="module", params=DTYPES, ids=["float64", "float32"])
def z(request):
    """(steps, paths, dim)"""
    noise = mr.noise(2026, paths=PATHS, steps=STEPS, dim=DIM, dtype=request.param)
    noise.flags.writeable = False
    return noise


@pytest.fixture(scope="module", params=["values", "squares"])
def x(z, request):
    """The noise, or its squares less their mean."""
    return z if request.param == "values" else z * z - 1


def correlation(a, b):
    """In standard errors: the mean of products of independent values of mean 0 and the variances that a and b have."""
    a, b = a.astype(np.float64).ravel(), b.astype(np.float64).ravel()
    return a @ b / np.sqrt((a @ a) * (b @ b) / a.size)


def moment(p):
    """E z^p."""
    return float(factorial2(p - 1)) if p % 2 == 0 else 0.0


# --- one normal ------------------------------------------------------------------------------------------------------


@both_dtypes
def test_moments_up_to_the_8th_are_those_of_a_normal(dtype):
    size, chunks = 2**20, 24
    sums = np.zeros(9)
    for chunk in range(chunks):
        x = mr.noise(11, paths=range(chunk * size, (chunk + 1) * size), steps=1, dim=1, dtype=dtype).ravel()
        x = x.astype(np.float64)
        powers = np.ones_like(x)
        for p in range(1, 9):
            powers *= x
            sums[p] += powers.sum()
    for p in range(1, 9):
        error = np.sqrt((moment(2 * p) - moment(p) ** 2) / (size * chunks))  # of the mean of z^p
        assert abs(sums[p] / (size * chunks) - moment(p)) < Z * error, f"moment {p}"


@both_dtypes
@pytest.mark.parametrize("dim", [1, 3, 40])
def test_the_distribution_is_normal(dtype, dim):
    x = np.sort(mr.noise(12, paths=2**21 // dim, steps=1, dim=dim, dtype=dtype), axis=None)
    grid = np.arange(x.size) / x.size
    distance = np.abs(ndtr(x.astype(np.float64)) - grid - 0.5 / x.size).max() + 0.5 / x.size
    assert stats.kstwobign.sf(np.sqrt(x.size) * distance) > ALPHA  # Kolmogorov-Smirnov


@both_dtypes
@pytest.mark.parametrize("make", ["noise", "standard_normal"])
def test_the_tails_hold_as_much_as_a_normal_s(dtype, make):
    size = 2**22
    counts = {(sign, sigma): 0 for sign in (1, -1) for sigma in (3, 4, 5)}
    for chunk in range(8):  # 3.4e7 in all: 9.6 beyond 5 sigma on each side
        if make == "noise":
            x = mr.noise(13 + chunk, paths=size // 4, steps=1, dim=4, dtype=dtype)
        else:
            x = mr.standard_normal(size, seed=13 + chunk, dtype=dtype)
        for sign, sigma in counts:
            counts[sign, sigma] += np.count_nonzero(sign * x > sigma)
    for (sign, sigma), count in counts.items():
        expected = stats.poisson(8 * size * stats.norm.sf(sigma))
        assert min(expected.cdf(count), expected.sf(count - 1)) > ALPHA / 2, f"beyond {sign * sigma} sigma"


def test_standard_normals_are_uncorrelated_at_every_small_lag():
    x = mr.standard_normal(2**20, seed=14)
    for lag in [*range(1, 18), 31, 32, 33, 64, 1024]:
        assert abs(correlation(x[lag:], x[:-lag])) < Z, f"lag {lag}"
        assert abs(correlation(x[lag:] ** 2 - 1, x[:-lag] ** 2 - 1)) < Z, f"squares, lag {lag}"


# --- two normals of a run --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lag", [1, 2, 3, 4, 5, 7, 8, 15])
def test_steps_of_a_path_are_uncorrelated(x, lag):
    assert abs(correlation(x[lag:], x[:-lag])) < Z


@pytest.mark.parametrize("lag", [1, 2, 3, 4, 7, 8, 16, 31, 32, 256, 2**15])
def test_paths_are_uncorrelated(x, lag):
    some = x[::4]
    assert abs(correlation(some[:, lag:], some[:, :-lag])) < Z


@pytest.mark.parametrize("lag", range(1, DIM))
def test_dimensions_are_uncorrelated(x, lag):
    assert abs(correlation(x[:, :, lag:], x[:, :, :-lag])) < Z


def test_every_pair_of_places_in_a_block_is_uncorrelated(x):
    """Both normals of a pair, and all four of a float32 block, one pair at a time."""
    stream = x.transpose(1, 0, 2).reshape(PATHS, -1)
    for i in range(8):
        for j in range(i):
            assert abs(correlation(stream[:, i], stream[:, j])) < Z, f"places {j} and {i}"


@pytest.mark.parametrize("lag", [1, 2, 4, 8])
def test_neighbouring_paths_are_uncorrelated_at_every_pair_of_places(x, lag):
    """Lanes that took each other's radius or angle would meet here."""
    stream = x.transpose(1, 0, 2).reshape(PATHS, -1)
    for i in range(4):
        for j in range(4):
            assert abs(correlation(stream[lag:, i], stream[:-lag, j])) < Z, f"places {i} and {j}"


def test_a_pair_turns_through_the_whole_circle_evenly(z):
    """The angle of (z[2i], z[2i+1]) is uniform, and so is the angle of neighbours that are no pair."""
    stream = z.transpose(1, 0, 2).reshape(PATHS, -1).astype(np.float64)
    for first in (0, 1, 2, 3):
        turns = np.arctan2(stream[:, first], stream[:, first + 1]) / (2 * np.pi) + 0.5
        counts = np.bincount((turns * 64).astype(int).clip(0, 63), minlength=64)
        assert stats.chisquare(counts).pvalue > ALPHA


def test_signs_of_five_successive_normals_are_even(z):
    """All 32 patterns of signs are as frequent, along the stream of a path."""
    bits = (z[:, ::2] > 0).transpose(1, 0, 2).reshape(PATHS // 2, -1)[:, :95].reshape(-1, 5)
    counts = np.bincount(bits @ (1 << np.arange(5)), minlength=32)
    assert stats.chisquare(counts).pvalue > ALPHA


# --- two seeds -------------------------------------------------------------------------------------------------------

SEEDS = [(7, 8), (0, 1), *((7, 7 ^ (1 << bit)) for bit in (1, 2, 4, 31, 32, 63)), (7, 7 + 2**64)]


@both_dtypes
@pytest.mark.parametrize(("one", "other"), SEEDS)
def test_seeds_are_uncorrelated(dtype, one, other):
    a, b = (mr.noise(seed, paths=2**16, steps=4, dim=2, dtype=dtype) for seed in (one, other))
    assert abs(correlation(a, b)) < Z
    assert abs(correlation(a * a - 1, b * b - 1)) < Z


@both_dtypes
def test_a_run_is_uncorrelated_with_standard_normals_of_its_seed(dtype):
    a = mr.noise(7, paths=1, steps=2**19, dim=1, dtype=dtype).ravel()
    b = mr.standard_normal(a.size, seed=7, dtype=dtype)
    assert abs(correlation(a, b)) < Z
    assert abs(correlation(a * a - 1, b * b - 1)) < Z
