"""Sizes that cannot be are refused before anything is allocated, and the bytes are named."""

import numpy as np
import pytest

import maruyama as mr


def test_a_result_that_does_not_fit_names_its_bytes():
    with pytest.raises(MemoryError, match=r"8.0e15 bytes \(7.1 PiB\); save fewer steps \(save=...\).*out= a memmap"):
        mr.euler(1.0, [0.0], paths=10**9, steps=10**6, save="all")


@pytest.mark.parametrize("paths", [10**17, 10**18, 2**63 - 1, 2**64 - 1])
def test_bytes_that_overflow_are_refused(paths):
    with pytest.raises(MemoryError, match="x of shape"):
        mr.euler(1.0, [0.0, 0.0, 0.0], paths=paths, steps=1000, save="all")


def test_the_field_is_not_called_where_the_result_does_not_fit():
    def velocity(x, t):
        raise AssertionError

    with pytest.raises(MemoryError):
        mr.euler(velocity, [0.0], paths=2**60, steps=1)


@pytest.mark.parametrize("sizes", [(10**15, 10, 1), (2**62, 2**62, 2**62)])
def test_noise_that_does_not_fit_names_its_bytes(sizes):
    paths, steps, dim = sizes
    with pytest.raises((MemoryError, OverflowError), match=r"bytes|64 bits"):
        mr.noise(1, paths=paths, steps=steps, dim=dim)


def test_normals_that_do_not_fit_name_their_bytes():
    with pytest.raises(MemoryError, match=r"needs 8.0e17 bytes \(710.5 PiB\)"):
        mr.standard_normal((10**9, 10**8), seed=1)


def test_counters_that_overflow_are_refused():
    with pytest.raises(OverflowError, match="does not fit in 64 bits"):
        mr.noise(1, paths=0, steps=2**62, dim=5)


def test_many_steps_of_no_paths_take_no_time():
    assert mr.euler(1.0, np.zeros((0, 1)), steps=10**15).t.tolist() == [1.0]


def test_the_final_state_of_many_steps_needs_the_memory_of_one():
    assert mr.euler(1.0, [0.0], paths=1, steps=10**5).x.nbytes == 8
