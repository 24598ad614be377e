"""The time grid: spans, listed points, both directions, and what is refused."""

import numpy as np
import pytest

import maruyama as mr


def times(**arguments):
    return mr.euler(1.0, [[0.0]], save="all", **arguments).t


def test_even_times_are_multiplied_not_summed():
    expected = [2.0 + k * (3.0 - 2.0) / 10 for k in range(11)]
    assert times(steps=10, t=(2, 3)).tolist() == expected


def test_the_last_time_is_exactly_t1():
    assert times(steps=3, t=(0.1, 0.7))[-1] == 0.7


def test_fields_see_the_times_of_the_result():
    seen = []
    run = mr.euler(lambda x, t: seen.append(t) or x, [[0.0]], steps=7, t=(0.1, 0.9), save="all")
    assert seen == run.t[:-1].tolist()
    assert type(seen[0]) is float


def test_backward_time_undoes_a_constant_velocity():
    assert mr.euler(1.0, [[1.0]], steps=4, t=(1, 0)).final.item() == 0.0


def test_listed_points_are_the_grid():
    points = np.array([0.0, 0.5, 0.75, 2.0])
    run = mr.euler(lambda x, t: t, [[0.0]], t=points, save="all")
    assert (run.t == points).all()
    assert run.x.ravel().tolist() == [0.0, 0.0, 0.125, 0.125 + 1.25 * 0.75]


def test_listed_points_may_be_integers_and_go_backwards():
    assert mr.euler(1.0, [[0.0]], t=[3, 1, 0]).final.item() == -3.0


@pytest.mark.parametrize("make", ["numpy", "torch", "jax"])
def test_float32_points_are_the_grid_as_they_are(make):
    points = np.linspace(0.0, 0.7, 8, dtype=np.float32)
    t = points if make == "numpy" else pytest.importorskip(make)
    t = t.as_tensor(points) if make == "torch" else t.numpy.asarray(points) if make == "jax" else t
    assert times(t=t).tolist() == points.astype(float).tolist()
    assert times(t=t[1::6], steps=3)[[0, 3]].tolist() == points[1::6].astype(float).tolist()


def test_one_step_is_said_on_purpose():
    assert times(steps=1, t=[0.0, 2.0]).tolist() == [0.0, 2.0]


TWO_POINTS = {
    "tuple": (0.0, 1.0),
    "list": [0, 1],
    "array": np.array([0.0, 1.0]),
    "float32": np.array([0.0, 1.0], np.float32),
    "numbers of NumPy": [np.float64(0.0), np.int64(1)],
}
RUNS = {
    "euler": lambda t: mr.euler(0.0, [[1.0]], t=t),
    "euler_maruyama": lambda t: mr.euler_maruyama(0.0, 1.0, [[1.0]], t=t),
    "brownian": lambda t: mr.brownian(3, t=t),
    "process": lambda t: mr.processes.OrnsteinUhlenbeck().simulate([[1.0]], t=t),
    "sample": lambda t: mr.FlowModel(lambda x, t: x, init=1).sample(3, t=t),
    "trajectories": lambda t: mr.DiffusionModel(lambda x, t: x, 1.0, init=1).trajectories(3, t=t),
    "inverse": lambda t: mr.FlowModel(lambda x, t: x, init=1).inverse([[1.0]], t=t),
    "with_noise": lambda t: mr.with_noise(lambda x, t: x, lambda x, t: -x, 1.0, init=1).sample(3, t=t),
    "a run that goes on": lambda t: mr.brownian(mr.brownian(3, steps=1, t=(-1.0, 0.0)), t=t),
}


@pytest.mark.parametrize("t", TWO_POINTS.values(), ids=TWO_POINTS.keys())
@pytest.mark.parametrize("run", RUNS.values(), ids=RUNS.keys())
def test_two_points_of_any_kind_are_a_span_that_needs_steps(run, t):
    with pytest.raises(ValueError, match=r"steps is missing.* a single step is steps=1"):
        run(t)


@pytest.mark.parametrize("make", ["torch", "jax"])
def test_two_points_of_a_tensor_are_a_span_that_needs_steps(make):
    if make == "torch":
        t = pytest.importorskip("torch").linspace(0.0, 1.0, 2)
    else:
        t = pytest.importorskip("jax").numpy.linspace(0.0, 1.0, 2)
    with pytest.raises(ValueError, match="steps is missing"):
        mr.euler(0.0, [[1.0]], t=t)
    assert mr.euler(1.0, [[1.0]], t=t, steps=2).final.item() == 2.0


def test_one_listed_point_is_no_step():
    run = mr.euler(1.0, [[5.0]], t=[3.0])
    assert (run.t.tolist(), run.final.item()) == ([3.0], 5.0)


def test_no_steps_stay_at_t0():
    run = mr.euler(1.0, [[5.0]], steps=0, t=(2.0, 3.0), save="all")
    assert (run.t.tolist(), run.x.ravel().tolist()) == ([2.0], [5.0])


def test_the_grid_is_read_before_the_run():
    points = np.array([0.0, 1.0, 2.0])

    def velocity(x, t):
        points[:] = 7.0
        return x + 1.0

    assert mr.euler(velocity, [[0.0]], t=points).t.tolist() == [2.0]


def test_a_span_without_steps_is_refused():
    with pytest.raises(ValueError, match=r"steps is missing: t=\(0.0, 1.0\) is the span"):
        mr.euler(1.0, [[0.0]])


def test_listed_points_with_steps_are_refused():
    with pytest.raises(ValueError, match="leave steps out"):
        times(steps=2, t=[0.0, 0.5, 1.0])


@pytest.mark.parametrize("t", [[0, 1, 1], [0, 2, 1]])
def test_points_must_be_strictly_monotone(t):
    with pytest.raises(ValueError, match="strictly"):
        times(t=t)


@pytest.mark.parametrize("t", [[0.0, np.nan], [0.0, np.inf]])
def test_times_must_be_finite(t):
    with pytest.raises(ValueError, match="t must be finite"):
        times(t=t)


@pytest.mark.parametrize("t", [[], [[0.0, 1.0]], 1.0])
def test_points_must_stand_in_one_row(t):
    with pytest.raises(ValueError, match="all the grid points in one row"):
        times(t=t)


def test_a_span_without_length_is_refused():
    with pytest.raises(ValueError, match="steps=0"):
        times(steps=2, t=(1.0, 1.0))


def test_a_span_that_overflows_is_refused():
    with pytest.raises(OverflowError, match="overflows float64"):
        times(steps=10, t=(0.0, 1e308))


def test_steps_beyond_63_bits_are_refused():
    with pytest.raises(OverflowError, match="63 bits"):
        mr.euler(1.0, [[0.0]], steps=2**63)


def test_listed_points_whose_gaps_overflow_are_refused_without_a_warning():
    with pytest.raises(OverflowError, match="the steps of t overflow float64"):
        times(t=[-1e308, 1e308, 1.1e308])
