"""What a function may return: anything that broadcasts to (paths, dim), or a sentence that helps."""

import numpy as np
import pytest

import maruyama as mr

X0 = np.arange(10.0).reshape(5, 2)


def drift_returns(value, x0=X0):
    return mr.euler_maruyama(value if callable(value) else lambda x, t: value, 1.0, x0, steps=2, seed=7).final


@pytest.mark.parametrize(
    "form",
    [
        lambda u: u.tolist(),
        lambda u: u.astype(np.float32),
        lambda u: u.astype(int),
        lambda u: u.astype(np.longdouble),
        lambda u: np.asfortranarray(u),
        lambda u: u.repeat(2, axis=0)[::2],
        lambda u: np.ma.array(u),
        lambda u: u.view(type("Sub", (np.ndarray,), {})),
        lambda u: [list(row) for row in u],
    ],
)
def test_results_are_read_as_numpy_reads_them(form):
    expected = drift_returns(lambda x, t: np.round(x))
    assert (drift_returns(lambda x, t: form(np.round(x))) == expected).all()


@pytest.mark.parametrize("value", [3, 3.0, [3.0], [3.0, 3.0], np.full((1, 2), 3), np.full((5, 1), 3.0)])
def test_results_broadcast_as_in_numpy(value):
    assert (drift_returns(value) == drift_returns(np.full((5, 2), 3.0))).all()


def test_a_float32_run_takes_float64_results():
    x0 = X0.astype(np.float32)
    assert drift_returns(lambda x, t: -x.astype(np.float64), x0).dtype == np.float32


def test_x_itself_may_be_returned():
    assert (drift_returns(lambda x, t: x) == drift_returns(lambda x, t: x.copy())).all()
    assert (drift_returns(lambda x, t: x[:, ::-1]) == drift_returns(lambda x, t: x[:, ::-1].copy())).all()


def test_the_same_array_may_be_returned_again_and_again():
    memory = np.empty((5, 2))
    assert (drift_returns(lambda x, t: np.negative(x, out=memory)) == drift_returns(lambda x, t: -x)).all()


def test_x_is_read_only():
    def drift(x, t):
        x += 1.0
        return x

    with pytest.raises(ValueError, match="read-only"):
        drift_returns(drift)


def test_a_function_that_forgets_to_return_is_told_so():
    with pytest.raises(TypeError, match=r"drift returned None: .*did you forget `return`"):
        drift_returns(lambda x, t: None)


def test_one_value_per_path_tells_to_keep_the_axis():
    with pytest.raises(ValueError, match=r"drift returned shape \(5,\), expected \(5, 1\): .*\[:, None\]"):
        drift_returns(lambda x, t: -x[:, 0], np.zeros((5, 1)))


def test_one_value_for_two_dimensions_tells_to_stack():
    with pytest.raises(ValueError, match=r"returned shape \(5,\), expected \(5, 2\): .*np.stack\(\[...\], axis=1\)"):
        drift_returns(lambda x, t: x[:, 0])


def test_transposed_results_are_refused():
    with pytest.raises(ValueError, match=r"returned shape \(2, 5\), expected \(5, 2\)"):
        drift_returns(lambda x, t: x.T.copy())


@pytest.mark.parametrize("value", [1j, "a", object(), [[1j, 0]] * 5])
def test_results_that_are_not_real_are_refused(value):
    with pytest.raises(TypeError, match="the result of drift must hold real numbers, got dtype"):
        drift_returns(value)


def test_masked_results_are_refused():
    with pytest.raises(ValueError, match="the result of drift has masked entries"):
        drift_returns(np.ma.array([1.0, 2.0], mask=[True, False]))


def test_the_diffusion_is_called_by_its_name():
    with pytest.raises(TypeError, match="diffusion returned None"):
        mr.euler_maruyama(0.0, lambda x, t: None, X0, steps=1)


def test_the_velocity_is_called_by_its_name():
    with pytest.raises(TypeError, match="velocity returned None"):
        mr.euler(lambda x, t: None, X0, steps=1)


def test_an_array_of_the_whole_run_names_per_path():
    with pytest.raises(ValueError, match=r"called on blocks of paths, here \d+ of 200000; .*mr.per_path\(array\)"):
        drift_returns(np.ones((200_000, 1)), np.zeros((200_000, 1)))


def test_arithmetic_with_an_array_of_the_whole_run_gets_a_note():
    rates = np.ones((200_000, 1))
    with pytest.raises(ValueError, match="could not be broadcast") as caught:
        drift_returns(lambda x, t: rates * x, np.zeros((200_000, 1)))
    assert "mr.per_path(array)" in caught.value.__notes__[0]


def test_what_a_field_raises_keeps_its_traceback():
    def drift(x, t):
        raise KeyError("mine")

    with pytest.raises(KeyError, match="mine") as caught:
        drift_returns(drift)
    assert caught.traceback[-1].name == "drift"


def test_too_many_arguments_are_pythons_own_error():
    with pytest.raises(TypeError, match="positional argument"):
        drift_returns(lambda x: x)
