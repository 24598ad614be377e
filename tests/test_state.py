"""The initial state, from anything NumPy can read."""

import numpy as np
import pytest

import maruyama as mr

STATES = np.arange(6.0).reshape(3, 2)


def final(x0, **options):
    return mr.euler(0.0, x0, steps=1, **options).final


@pytest.mark.parametrize(
    "x0",
    [
        STATES.tolist(),
        STATES.astype(int),
        STATES.astype(np.uint8),
        STATES.astype(np.float16),
        STATES.astype(np.longdouble),
        STATES.astype(">f8"),
        np.asfortranarray(STATES),
        np.repeat(STATES, 2, axis=0)[::2],
        np.ma.array(STATES),
    ],
)
def test_x0_is_what_numpy_reads(x0):
    assert final(x0).dtype == np.float64
    assert (final(x0) == STATES).all()


def test_x0_may_be_misaligned():
    memory = np.empty(STATES.nbytes + 1, np.uint8)
    x0 = memory[1:].view(np.float64).reshape(3, 2)
    x0[:] = STATES
    assert not x0.flags.aligned
    assert (final(x0) == STATES).all()


def test_x0_may_be_read_only():
    x0 = STATES.copy()
    x0.flags.writeable = False
    assert (final(x0) == STATES).all()


def test_x0_is_not_changed():
    x0 = STATES.copy()
    mr.euler(1.0, x0, steps=3)
    assert (x0 == STATES).all()


def test_float32_stays_float32():
    assert final(STATES.astype(np.float32)).dtype == np.float32
    assert final(STATES.astype(">f4")).dtype == np.dtype(np.float32)


@pytest.mark.parametrize("dtype", ["float32", np.float64, np.dtype("f4")])
def test_dtype_has_the_last_word(dtype):
    assert final(STATES, dtype=dtype).dtype == np.dtype(dtype)


def test_one_state_is_shared_by_all_paths():
    assert final([1, 2], paths=4).tolist() == [[1.0, 2.0]] * 4


def test_a_scalar_is_a_state_of_one_dimension():
    assert final(3, paths=2).tolist() == [[3.0], [3.0]]


@pytest.mark.parametrize("shape", [(0, 3), (3, 0), (0, 0)])
def test_empty_states_are_runs(shape):
    run = mr.euler_maruyama(lambda x, t: x, lambda x, t: x, np.zeros(shape), steps=3, seed=1, save="all")
    assert run.x.shape == (4, *shape)


def test_one_row_without_paths_tells_both_remedies():
    with pytest.raises(ValueError, match=r"one state of 5 dimensions say paths=.*x0\[:, None\]"):
        final(np.zeros(5))


def test_a_scalar_without_paths_tells_the_remedy():
    with pytest.raises(ValueError, match="say how many paths start there, paths="):
        final(3.0)


def test_one_row_for_many_paths_tells_the_remedy():
    with pytest.raises(ValueError, match=r"x0\[0\] is one state for all"):
        final(np.zeros((1, 2)), paths=5)


def test_three_axes_are_refused():
    with pytest.raises(ValueError, match=r"shape \(1, 2, 3\), expected \(paths, dim\)"):
        final(np.zeros((1, 2, 3)))


@pytest.mark.parametrize("x0", [[[1j]], [["1"]], [[None]], [[object()]], np.array([["2020-01-01"]], "M8[D]")])
def test_what_is_not_real_is_refused_by_name(x0):
    with pytest.raises(TypeError, match=r"x0 must hold real numbers, got dtype"):
        final(x0)


def test_rows_of_different_lengths_are_refused():
    with pytest.raises(ValueError, match="x0 cannot be read as an array"):
        final([[1.0], [1.0, 2.0]])


def test_masked_entries_are_refused():
    with pytest.raises(ValueError, match="x0 has masked entries"):
        final(np.ma.array([[1.0, 2.0]], mask=[[False, True]]))


@pytest.mark.parametrize("value", [np.nan, np.inf, 1e300])
def test_x0_that_is_not_finite_names_its_path(value):
    with pytest.raises(ValueError, match="x0 of path 8 is not finite"):
        final([[0.0], [value]], paths=[9, 8], dtype=np.float32)


def test_x0_that_is_not_finite_may_propagate():
    assert np.isnan(final([[np.nan], [1.0]], nonfinite="propagate")).ravel().tolist() == [True, False]
