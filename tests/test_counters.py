"""No field of the noise's counter ever wraps: what does not fit raises OverflowError, before anything is run.

The counter holds a path number below 2^64 and a block number; a path has at most 2^64 normals, steps * m.
"""

import numpy as np
import pytest

import maruyama as mr

LAST = 2**64 - 1


def forbidden(x, t):
    raise AssertionError("a field was called")


def run(paths=1, steps=1, dim=1, **options):
    return mr.euler_maruyama(forbidden, 1.0, np.zeros(dim), paths=paths, steps=steps, seed=7, **options)


MAKERS = {
    "noise": lambda paths=0, steps=1, dim=1: mr.noise(7, paths=paths, steps=steps, dim=dim),
    "brownian": lambda paths=0, steps=1, dim=1: mr.brownian(paths, steps=steps, dim=dim, seed=7, save="final"),
    "euler_maruyama": run,
}
every_maker = pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS.keys())

BEYOND = {
    "a range that ends beyond": range(LAST, LAST + 2),
    "a range that starts beyond": range(2**64, 2**64 + 1),
    "a range with a stride": range(0, 2**64 + 1, 2**63),
    "a list": [0, 2**64],
    "an array of objects": np.array([2**65], object),
}


@every_maker
@pytest.mark.parametrize("paths", BEYOND.values(), ids=BEYOND.keys())
def test_path_numbers_beyond_64_bits_overflow(make, paths):
    with pytest.raises(OverflowError, match="64 bits"):
        make(paths=paths)


@every_maker
@pytest.mark.parametrize(("steps", "dim"), [(2**62, 5), (2**63 - 1, 3), (2**61 + 1, 8)])
def test_more_normals_than_64_bits_can_count_overflow(make, steps, dim):
    with pytest.raises(OverflowError, match=rf"steps \* normals a step = {steps} \* {dim} does not fit in 64 bits"):
        make(paths=0, steps=steps, dim=dim)


@every_maker
@pytest.mark.parametrize("steps", [2**63, 2**64, 10**30])
def test_steps_beyond_63_bits_overflow(make, steps):
    with pytest.raises(OverflowError, match=rf"steps={steps} does not fit in 63 bits"):
        make(paths=0, steps=steps)


def test_general_noise_counts_its_own_normals():
    with pytest.raises(OverflowError, match=f"{2**62} \\* 5"):
        mr.euler_maruyama(forbidden, np.ones((1, 5)), [0.0], noise="general", paths=0, steps=2**62, seed=7)
    assert mr.euler(forbidden, np.zeros((0, 5)), steps=2**62).x.shape == (1, 0, 5)  # an ODE has none


def test_all_64_bits_may_be_used():
    assert mr.brownian(range(LAST, LAST + 1), steps=1, seed=7).paths == range(LAST, LAST + 1)
    assert MAKERS["brownian"](steps=2**61, dim=8).x.shape == (1, 0, 8)  # 2^64 normals: the last is number 2^64 - 1


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_the_last_path_is_followed_by_none(dtype):
    z = mr.noise(7, paths=range(LAST - 39, LAST + 1), steps=3, dim=3, dtype=dtype)
    first = mr.noise(7, paths=40, steps=3, dim=3, dtype=dtype)
    assert (z[:, -1:] == mr.noise(7, paths=[LAST], steps=3, dim=3, dtype=dtype)).all()
    assert not (z[:, -1] == first[:, 0]).any()
