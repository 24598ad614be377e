"""Laws of initial states: moments, and that a draw depends on seed and path number alone."""

import numpy as np
import pytest

import maruyama as mr
from maruyama.distributions.draws import uniforms


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_shards_of_a_standard_normal_are_rows_of_the_whole(dtype):
    law = mr.StandardNormal(3)
    whole = law.sample(100, seed=7, dtype=dtype)
    assert whole.dtype == dtype
    assert np.array_equal(law.sample(range(40, 60), seed=7, dtype=dtype), whole[40:60])
    assert np.array_equal(law.sample([99, 3], seed=7, dtype=dtype), whole[[99, 3]])


def test_initial_draws_are_not_the_noise_of_a_run():
    assert not np.isin(mr.StandardNormal(2).sample(50, seed=7), mr.noise(7, paths=50, steps=4, dim=2)).any()


@pytest.mark.parametrize("count", [1, 2, 5])
def test_shards_of_uniforms_are_rows_of_the_whole(count):
    whole = uniforms(100, count, 7)
    assert whole.shape == (100, count)
    assert np.array_equal(uniforms(range(40, 60), count, 7), whole[40:60])
    assert np.array_equal(uniforms([2**64 - 1, 3], count, 7)[1], whole[3])


def test_uniforms_have_the_moments_of_a_uniform():
    u = uniforms(200_000, 3, 7)
    n = len(u)
    assert ((u > 0) & (u < 1)).all()
    assert (np.abs(u.mean(axis=0) - 1 / 2) < 4 * np.sqrt(1 / 12 / n)).all()
    assert (np.abs(u.var(axis=0) - 1 / 12) < 4 * np.sqrt(1 / 180 / n)).all()
    assert (np.abs(np.corrcoef(u.T)[np.triu_indices(3, 1)]) < 4 / np.sqrt(n)).all()
