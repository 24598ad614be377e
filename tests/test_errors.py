"""NonFiniteError names the path, the step, the time, and the call that replays it."""

import pickle

import numpy as np
import pytest

import maruyama as mr


def bursts(x, t, a=0.0):
    """Path by path, infinite once x has passed 1."""
    return np.where(x > 1.0, np.inf, 1.0 + a)


def error_of(function, *fields, x0, **options):
    with pytest.raises(mr.NonFiniteError) as caught:
        function(*fields, x0, **options)
    return caught.value


def test_path_step_and_time_are_named():
    error = error_of(mr.euler, bursts, x0=[[0.0], [0.9]], steps=10, paths=[5, 70])
    assert (error.path, error.step, error.t) == (70, 3, 0.3)
    assert str(error).startswith("path 70 is no longer finite at step 3 (t = 0.3): replay it with mr.euler(velocity")


def test_step_is_the_place_in_all_states():
    error = error_of(mr.euler, bursts, x0=[[0.95]], t=np.array([0.0, 0.5, 0.75, 2.0]))
    run = mr.euler(bursts, [[0.95]], t=np.array([0.0, 0.5, 0.75, 2.0]), save="all", nonfinite="propagate")
    assert np.isfinite(run.x.ravel()).tolist() == [k < error.step for k in range(4)]
    assert run.t[error.step] == error.t


@pytest.mark.parametrize("noise", ["diagonal", "general"])
@pytest.mark.parametrize("seed", [7, np.random.SeedSequence(7, spawn_key=(1, 2))])
def test_the_replay_runs_and_ends_in_the_same_step(noise, seed):
    x0 = np.linspace(-50.0, 1.0, 40)[:, None]
    args = (mr.per_path(np.linspace(0.0, 1.0, 40)[:, None]),)
    drift, diffusion = bursts, (np.array([[0.1, 0.2]]) if noise == "general" else 0.1)
    options = {
        "seed": seed,
        "noise": noise,
        "steps": 20,
        "t": (0, 2),
        "args": args,
        "dtype": "f4",
        "paths": range(3, 43),
    }
    error = error_of(mr.euler_maruyama, drift, diffusion, x0=x0, **options)
    names = {"mr": mr, "np": np, "drift": drift, "diffusion": diffusion, "x0": x0, "args": args}
    replay = eval(error.replay, names)
    whole = mr.euler_maruyama(drift, diffusion, x0, save="all", nonfinite="propagate", **options)
    assert (replay.x == whole.x[:, [error.path - 3]]).all()
    assert not np.isfinite(replay.x[error.step]).any()
    assert np.isfinite(replay.x[error.step - 1]).all()


def test_the_replay_of_an_ode_runs():
    velocity, x0, t = bursts, [0.95], np.array([0.0, 1.0, 3.0])
    error = error_of(mr.euler, velocity, x0=x0, paths=5, t=t)
    replay = eval(error.replay, {"mr": mr, "velocity": velocity, "x0": x0, "t": t})
    assert replay.t[error.step] == error.t


def test_propagate_keeps_the_trouble_in_its_own_path():
    x0 = np.array([[0.9, 0.0], [0.0, 0.0]])
    run = mr.euler(bursts, x0, steps=10, t=(0, 0.5), nonfinite="propagate")
    assert np.isfinite(run.final).tolist() == [[False, True], [True, True]]


def test_the_error_is_an_arithmetic_error_that_pickles():
    error = error_of(mr.euler, bursts, x0=[[0.95]], steps=10)
    twin = pickle.loads(pickle.dumps(error))
    assert isinstance(error, ArithmeticError)
    assert (str(twin), twin.path, twin.step) == (str(error), error.path, error.step)


@pytest.mark.parametrize("t", [(0.0, 1e300), np.array([0.0, 1.0, 1e300])])
def test_the_replay_of_brownian_paths_is_a_call_of_brownian(t):
    steps = 2 if isinstance(t, tuple) else None
    with pytest.raises(mr.NonFiniteError) as caught:
        mr.brownian(range(5, 9), steps=steps, dim=3, t=t, seed=7, dtype="f4")
    assert caught.value.replay.startswith(f"mr.brownian([{caught.value.path}], dim=3, seed=7, ")
    assert "nonfinite" not in str(caught.value)
    with pytest.raises(mr.NonFiniteError) as again:
        eval(caught.value.replay, {"mr": mr, "t": t})
    assert (again.value.path, again.value.step) == (caught.value.path, caught.value.step)


class Unsayable:
    """An object that cannot be written."""

    def __repr__(self):
        raise LookupError("of the user's repr")

    __str__ = __repr__

    def __call__(self, x, t, *args):
        return -x


class UnsayableError(ValueError, TypeError, RuntimeError):
    def __str__(self):
        raise LookupError("of the user's str")


def raises_unsayable(x, t):
    raise UnsayableError("could not be broadcast")


class UnsayableArray:
    def __array__(self, *_, **__):
        raise UnsayableError("inhomogeneous")


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("field", [raises_unsayable, mr.pointwise(raises_unsayable)])
def test_an_exception_that_cannot_be_written_arrives_as_it_is(field, threads):
    with pytest.raises(UnsayableError):
        mr.euler(field, [1.0], paths=40_000, steps=1, threads=threads)


def test_an_exception_that_cannot_be_written_is_named_by_its_type():
    with pytest.raises(ValueError, match="cannot be read as an array: <UnsayableError>"):
        mr.euler(lambda x, t: UnsayableArray(), [1.0], paths=1, steps=1)


@pytest.mark.parametrize("wrapped", [lambda f: f, mr.pointwise], ids=["callback", "pointwise"])
def test_a_field_that_cannot_be_written_runs(wrapped):
    assert mr.euler(wrapped(Unsayable()), [[1.0], [2.0]], steps=1).final.tolist() == [[0.0], [0.0]]
    assert "Unsayable" in repr(mr.pointwise(Unsayable()))


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda bad: mr.euler(1.0, [[1.0]], steps=bad), "steps must be an integer, got <Unsayable>"),
        (lambda bad: mr.euler(1.0, [[1.0]], steps=1, save=bad), "got <Unsayable>"),
        (lambda bad: mr.euler(1.0, [[1.0]], steps=1, nonfinite=bad), "nonfinite must be .*, got <Unsayable>"),
        (lambda bad: mr.per_path(bad), "per_path needs an array .*, got <Unsayable>"),
    ],
)
def test_a_refusal_of_what_cannot_be_written_names_its_type(call, said):
    with pytest.raises((TypeError, ValueError), match=said):
        call(Unsayable())
