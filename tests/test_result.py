"""Paths and Info say what they are."""

from importlib.metadata import version

import numpy as np
import pytest

import maruyama as mr


def test_final_is_a_view_of_the_last_save():
    run = mr.euler(1.0, [[0.0, 1.0]], steps=4, save=2)
    assert run.x.shape == (3, 1, 2)
    assert run.t.shape == (3,)
    assert np.shares_memory(run.final, run.x)
    assert (run.final == run.x[-1]).all()


def test_the_repr_is_readable():
    run = mr.euler_maruyama(lambda x, t: x, 1.0, [[0.0]], steps=1, seed=7)
    assert repr(run) == "Paths(1 path, 1 dimension, t = 1, float64, seed=7, drift: callback, diffusion: constant)"


def test_the_repr_of_a_spawned_seed_can_be_read_back():
    seed = np.random.SeedSequence(5, spawn_key=(1,))
    assert "seed=np.random.SeedSequence(5, spawn_key=(1,))" in repr(mr.brownian(2, steps=1, seed=seed))


def test_an_ode_shows_no_seed():
    assert (
        repr(mr.euler(1.0, [[0.0]], steps=2, save="all"))
        == "Paths(1 path, 1 dimension, 3 saves from t = 0 to 1, float64, constant)"
    )


def test_info_names_the_installation():
    info = mr.info()
    assert info.version == mr.__version__ == version("maruyama")
    assert info.instruction_set in info.available
    assert info.threads >= 1
    for value in (info.version, info.compiler, info.instruction_set):
        assert value in str(info)


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'eulr'"):
        _ = mr.eulr


def test_all_names_are_there():
    assert all(hasattr(mr, name) for name in mr.__all__)
    assert mr.__all__ == sorted(mr.__all__)
