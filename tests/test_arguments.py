"""Single arguments are read as NumPy would, or refused by a sentence."""

import numpy as np
import pytest

import maruyama as mr


@pytest.mark.parametrize("steps", [np.int64(3), np.uint8(3), np.array(3)])
def test_steps_may_be_a_numpy_integer(steps):
    assert mr.euler(1.0, [[0.0]], steps=steps).final.item() == pytest.approx(1.0)


@pytest.mark.parametrize("steps", [2.0, True, np.True_, "2", [2]])
def test_steps_must_be_an_integer(steps):
    with pytest.raises(TypeError, match="steps must be an integer"):
        mr.euler(1.0, [[0.0]], steps=steps)


def test_steps_must_not_be_negative():
    with pytest.raises(ValueError, match="steps must be at least 0, got -1"):
        mr.euler(1.0, [[0.0]], steps=-1)


@pytest.mark.parametrize("dtype", [np.int64, np.float16, np.longdouble, complex, ">f8", "no such dtype"])
def test_dtype_must_be_one_the_core_computes_in(dtype):
    with pytest.raises(TypeError, match="dtype must be float64 or float32"):
        mr.euler(1.0, [[0.0]], steps=1, dtype=dtype)


def test_args_must_be_a_tuple():
    with pytest.raises(TypeError, match=r"args=\(value,\)"):
        mr.euler(lambda x, t, a: a * x, [[0.0]], steps=1, args=3.0)


def test_args_that_nobody_takes_are_refused():
    with pytest.raises(ValueError, match="no coefficient is a Python function"):
        mr.euler(1.0, [[0.0]], steps=1, args=(3.0,))


def test_args_are_passed_to_both_coefficients():
    seen = []
    for_both = lambda x, t, a: seen.append(a) or 0.0 * x  # noqa: E731
    mr.euler_maruyama(for_both, for_both, [[0.0]], steps=1, seed=1, args=("a",))
    assert seen == ["a", "a"]


@pytest.mark.parametrize("value", ["ignore", None, True])
def test_nonfinite_is_one_of_two_words(value):
    with pytest.raises(ValueError, match="nonfinite must be 'raise' or 'propagate'"):
        mr.euler(1.0, [[0.0]], steps=1, nonfinite=value)


@pytest.mark.parametrize("value", ["scalar", ""])
def test_noise_is_one_of_two_words(value):
    with pytest.raises(ValueError, match="noise must be 'diagonal' or 'general'"):
        mr.euler_maruyama(1.0, 1.0, [[0.0]], steps=1, noise=value)


@pytest.mark.parametrize(("shape", "size"), [(5, 5), ((), 1), ((2, 0), 0), ([2, 3], 6), (np.int64(4), 4)])
def test_standard_normal_has_the_shape_asked_for(shape, size):
    z = mr.standard_normal(shape, seed=1)
    assert z.size == size
    assert z.shape == np.empty(shape).shape


def test_standard_normal_refuses_a_negative_size():
    with pytest.raises(ValueError, match="a size in shape must be at least 0"):
        mr.standard_normal((2, -1), seed=1)


def test_a_longer_fill_begins_with_the_shorter_one():
    assert (mr.standard_normal(100_001, seed=1)[:7] == mr.standard_normal(7, seed=1)).all()
