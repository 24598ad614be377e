"""per_path arguments and pointwise fields."""

import numpy as np
import pytest

import maruyama as mr

MANY = 50_000


def test_each_path_gets_its_own_row():
    rates = np.linspace(0.0, 1.0, MANY)[:, None]
    run = mr.euler(lambda x, t, a: -a * x, [1.0], paths=MANY, steps=1, args=(mr.per_path(rates),))
    assert (run.final == 1.0 - rates).all()


def test_rows_are_those_of_the_run_whatever_the_numbers():
    run = mr.euler(lambda x, t, a: a, [0.0], paths=[9, 4], steps=1, args=(mr.per_path([[1.0], [2.0]]),))
    assert run.final.ravel().tolist() == [1.0, 2.0]


def test_other_arguments_are_passed_as_they_are():
    marker = object()
    seen = []
    mr.euler(
        lambda x, t, a, b: seen.append((len(a), b)) or x, [0.0], paths=3, steps=1, args=(mr.per_path([1, 2, 3]), marker)
    )
    assert seen == [(3, marker)]


def test_a_wrong_number_of_rows_is_refused():
    with pytest.raises(ValueError, match=r"args\[1\] is marked per_path and has 2 rows, but the run has 3 paths"):
        mr.euler(lambda x, t, a, b: x, [0.0], paths=3, steps=1, args=(1, mr.per_path([1, 2])))


def test_a_scalar_has_no_rows():
    with pytest.raises(ValueError, match="per_path needs an array with one row per path"):
        mr.per_path(3.0)


def row_field(x, t, a, b):
    assert x.shape == (2,)
    return [a * x[1], b - x[0]]


def block_field(x, t, a, b):
    return np.stack([a * x[:, 1], b - x[:, 0]], axis=1)


def test_pointwise_is_the_vectorised_function():
    x0 = np.arange(20.0).reshape(10, 2)
    args = (mr.per_path(np.arange(10.0)), 0.5)
    vectorised = mr.euler(block_field, x0, steps=3, args=args).final
    assert (mr.euler(mr.pointwise(row_field), x0, steps=3, args=args).final == vectorised).all()


def test_pointwise_can_be_called_alone():
    x = np.arange(6.0).reshape(3, 2)
    a = np.arange(3.0)
    assert (mr.pointwise(row_field)(x, 0.0, mr.per_path(a), 0.5) == block_field(x, 0.0, a, 0.5)).all()


def test_pointwise_spreads_a_scalar_over_the_dimensions():
    assert mr.euler(mr.pointwise(lambda x, t: 1.0), np.zeros((3, 2)), steps=1).final.tolist() == [[1.0, 1.0]] * 3


def test_pointwise_gives_general_noise():
    g = np.array([[1.0, 2.0], [3.0, 4.0]])
    by_row = mr.euler_maruyama(0.0, mr.pointwise(lambda x, t: g), np.zeros((3, 2)), steps=2, seed=7, noise="general")
    whole = mr.euler_maruyama(0.0, g, np.zeros((3, 2)), steps=2, seed=7, noise="general")
    assert (by_row.final == whole.final).all()


def test_pointwise_that_forgets_to_return_is_told_so():
    with pytest.raises(TypeError, match="returned None: did you forget `return`"):
        mr.euler(mr.pointwise(lambda x, t: None), [[0.0]], steps=1)


def test_pointwise_needs_a_function():
    with pytest.raises(TypeError, match="pointwise needs a function"):
        mr.pointwise(3.0)


def test_pointwise_may_return_the_same_buffer_again_and_again():
    buffer = np.empty(2)
    field = mr.pointwise(lambda x, t: np.negative(x, out=buffer))
    x = np.arange(6.0).reshape(3, 2)
    assert (field(x, 0.0) == -x).all()


def test_pointwise_refuses_masked_rows():
    with pytest.raises(ValueError, match="for row 0 of its block of paths has masked entries: fill them first"):
        mr.euler(mr.pointwise(lambda x, t: np.ma.array(x, mask=True)), [[0.0]], steps=1)


def test_pointwise_names_the_function_and_the_row_of_another_length():
    def uneven(x, t):
        return np.ones(2 if x[0] < 2 else 3)

    with pytest.raises(ValueError, match=r"uneven.* returned shape \(3,\) for row 2 .*, but \(2,\) for row 0"):
        mr.euler(mr.pointwise(uneven), np.arange(3.0)[:, None] * [1, 1], steps=1)


def test_masked_rows_are_refused():
    with pytest.raises(ValueError, match="the array of per_path has masked entries: fill them first"):
        mr.per_path(np.ma.array([1.0, 2.0], mask=[True, False]))


@pytest.mark.parametrize("wrong", ["abc", None, mr.per_path([1.0])])
def test_what_has_no_rows_is_refused(wrong):
    with pytest.raises(TypeError, match=r"per_path needs an array with one row per path, got|mark an array once"):
        mr.per_path(wrong)


@pytest.mark.parametrize("dim", [1, 3])
def test_a_flat_array_that_does_not_fit_is_told_to_grow_an_axis(dim):
    with pytest.raises(ValueError, match=r"expected|broadcast") as caught:
        mr.euler(lambda x, t, a: a * x, np.ones((5, dim)), steps=1, args=(mr.per_path(np.ones(5)),))
    told = [str(caught.value), *getattr(caught.value, "__notes__", [])]
    assert "a 1-d per_path array gives one number per path: write a[:, None]" in " ".join(told)
