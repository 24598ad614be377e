"""Path numbers: counts, ranges and arrays; rows of a longer run."""

import numpy as np
import pytest

import maruyama as mr


def run(paths, **options):
    return mr.euler_maruyama(lambda x, t: -x, 1.0, [1.0, 2.0], paths=paths, steps=5, seed=7, **options)


@pytest.mark.parametrize("paths", [range(3, 9), range(0, 10, 3), range(9, 10), np.array([7, 2, 2]), [5], np.int64(4)])
def test_a_path_depends_on_its_number_alone(paths):
    rows = np.arange(paths) if isinstance(paths, np.integer) else list(paths)
    assert (run(paths).final == run(10).final[rows]).all()


def test_noise_has_the_rows_of_the_same_numbers():
    assert (mr.noise(7, paths=[4, 1], steps=3, dim=2) == mr.noise(7, paths=5, steps=3, dim=2)[:, [4, 1]]).all()


@pytest.mark.parametrize("paths", [0, range(0), range(5, 5), range(5, 2), [], np.array([], np.int64)])
def test_no_paths_are_a_run(paths):
    assert run(paths).final.shape == (0, 2)


def test_the_numbers_are_in_the_result():
    assert run(5).paths == range(5)
    assert run(range(3, 9)).paths == range(3, 9)
    assert run([4, 1]).paths.tolist() == [4, 1]


def test_the_numbers_in_the_result_are_a_copy():
    numbers = np.array([4, 1], np.uint64)
    result = run(numbers)
    numbers[:] = 0
    assert result.paths.tolist() == [4, 1]


def test_numbers_reach_to_the_end_of_64_bits():
    last = 2**64 - 1
    by_range = run(range(last - 1, last + 1)).final
    assert (by_range == run(np.array([last - 1, last], np.uint64)).final).all()


def test_a_list_of_small_and_large_numbers_is_exact():
    assert run([0, 2**63 + 1]).paths.tolist() == [0, 2**63 + 1]


@pytest.mark.parametrize("paths", [range(2**64, 2**64 + 1), range(2**64 - 1, 2**64 + 1), [2**64], [2**70, -1]])
def test_numbers_beyond_64_bits_are_refused(paths):
    with pytest.raises(OverflowError, match="64 bits"):
        run(paths)


@pytest.mark.parametrize("paths", [-1, range(-1, 3), [0, -1]])
def test_negative_numbers_are_refused(paths):
    with pytest.raises(ValueError, match=r"negative|at least 0"):
        run(paths)


def test_a_range_must_go_upwards():
    with pytest.raises(ValueError, match="must go upwards"):
        run(range(5, 0, -1))


@pytest.mark.parametrize("paths", [3.0, True, "3", [0.0, 1.0], [[0, 1]]])
def test_what_is_no_number_is_refused(paths):
    with pytest.raises(TypeError, match="paths must be"):
        run(paths)


def test_a_mask_is_refused_with_the_remedy():
    with pytest.raises(TypeError, match=r"np.flatnonzero\(mask\)"):
        run([True, False])


def test_paths_must_agree_with_the_rows_of_x0():
    with pytest.raises(ValueError, match="x0 has 3 rows, but paths=2 asks for 2"):
        mr.euler(1.0, np.zeros((3, 1)), steps=1, paths=2)


def test_rows_of_x0_belong_to_the_numbers_in_order():
    x0 = np.array([[1.0], [2.0]])
    assert (mr.euler(1.0, x0, steps=0, paths=[8, 3]).final == x0).all()


def test_masked_numbers_are_refused():
    with pytest.raises(ValueError, match="paths has masked entries: fill them first"):
        run(np.ma.array([1, 2], mask=[True, False]))


@pytest.mark.parametrize("paths", [np.array([3, 1], object), np.array([np.int64(3), 1], object)])
def test_an_array_of_objects_that_are_whole_numbers_is_one_of_numbers(paths):
    np.testing.assert_array_equal(run(paths).final, run([3, 1]).final)


@pytest.mark.parametrize("number", [-1, 2**64])
def test_an_array_of_objects_beyond_64_bits_is_refused(number):
    with pytest.raises(OverflowError, match="must fit in 64 bits"):
        run(np.array([number, 1], object))
