"""One round of scripts/battery.py: about 10^7 normals of each type, every p-value at least ALPHA, fixed seeds."""

import sys
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

sys.path.insert(0, str(Path(__file__).parent.parent / "scripts"))
import battery

ALPHA = 1e-6
DTYPES = [np.float64, np.float32]
both_dtypes = pytest.mark.parametrize("dtype", DTYPES, ids=["float64", "float32"])


def unlikely(results):
    return {result.name: result.p for result in results if not result.p >= ALPHA}


@both_dtypes
def test_the_noise_passes_the_battery(dtype):
    results = list(battery.round_of(dtype, seed=2026))
    assert len(results) == 13 + 7 * 4 + (3 if dtype is np.float64 else 0)
    assert not unlikely(results)


def normals(size=2_000_000):
    return np.random.default_rng(1).standard_normal(size)


@pytest.mark.parametrize(
    ("defect", "seen_by"),
    [
        (lambda x: x + 4e-3, "Kolmogorov-Smirnov"),
        (lambda x: x * 1.01, "Anderson-Darling"),
        (lambda x: np.round(x, 3), "1000 equal bins"),
        (lambda x: np.where(np.abs(x) > 4, 0, x), "tails, 2 to 6 sigma"),
        (lambda x: np.append(x, [7, 7, 7, 7]), "beyond 6 sigma"),
        (lambda x: np.where(np.abs(x) > 4, 0, x), "moment 8"),
    ],
)
def test_the_battery_sees_a_wrong_distribution(defect, seen_by):
    assert seen_by in unlikely(battery.distribution(defect(normals())))
    assert not unlikely(battery.distribution(normals()))


def test_the_battery_sees_a_shared_radius_in_the_squares_alone():
    rng = np.random.default_rng(1)
    r, turn = np.sqrt(-2 * np.log(rng.random(10**6))), 2 * np.pi * rng.random(10**6)
    a, b = r * np.cos(turn), r * np.cos(2 * turn)  # uncorrelated directions
    assert set(unlikely(battery.judged("pair", lambda kind: [(kind(a), kind(b))]))) == {
        "pair, squares, largest",
        "pair, squares, all",
    }


def test_p_values_of_right_samples_are_uniform():
    u = np.sort(np.random.default_rng(1).random((400, 1000)), axis=1)
    for p in (
        [battery.kolmogorov_smirnov(row) for row in u],
        [battery.anderson_darling(stats.norm.ppf(row)) for row in u],
    ):
        assert stats.kstest(p, "uniform").pvalue > 1e-3
