"""Which states are kept."""

import numpy as np
import pytest

import maruyama as mr


def saved(save, steps=10, t=(0.0, 1.0)):
    """The place of each saved state in save="all"."""
    run = mr.euler(1.0, [[0.0]], steps=steps, t=t, save=save)
    everything = mr.euler(1.0, [[0.0]], steps=steps, t=t, save="all")
    places = np.searchsorted(everything.x.ravel(), run.x.ravel())
    assert (everything.t[places] == run.t).all()
    assert (everything.x[places] == run.x).all()
    return places.tolist()


def test_final_is_the_last_state():
    assert saved("final") == [10]


def test_all_is_x0_and_the_state_after_every_step():
    assert saved("all") == list(range(11))


@pytest.mark.parametrize(("k", "steps"), [(5, [0, 5, 10]), (4, [0, 4, 8, 10]), (10, [0, 10]), (99, [0, 10])])
def test_every_kth_and_the_last(k, steps):
    assert saved(k) == steps
    assert saved(np.int64(k)) == steps


@pytest.mark.parametrize("save", ["final", "all", 3, [0.0]])
def test_no_steps_save_x0_once(save):
    assert mr.euler(1.0, [[5.0]], steps=0, save=save).x.ravel().tolist() == [5.0]


@pytest.mark.parametrize("wobble", [0.0, 0.9e-10, -0.9e-10])
def test_times_within_a_billionth_of_a_step_are_on_the_grid(wobble):
    assert saved([0.2 + wobble, 0.7]) == [2, 7]


def test_summed_times_are_on_the_grid():
    assert saved(np.cumsum(np.full(10, 0.1))) == list(range(1, 11))


def test_times_may_be_integers():
    assert saved([0, 1]) == [0, 10]


def test_times_of_listed_points_are_found():
    run = mr.euler(1.0, [[0.0]], t=[5.0, 4.0, 1.0], save=[5.0, 1.0])
    assert run.t.tolist() == [5.0, 1.0]
    assert run.x.ravel().tolist() == [0.0, -4.0]


def test_backward_times_are_asked_for_in_the_order_of_the_run():
    run = mr.euler(1.0, [[0.0]], steps=4, t=(1.0, 0.0), save=[0.75, 0.25])
    assert run.x.ravel().tolist() == [-0.25, -0.75]


@pytest.mark.parametrize(
    ("t", "names"), [((0.0, 1.0), r"t\[2\] = 0.2 and t\[3\] = 0.3"), ((1.0, 0.0), r"t\[7\] = 0.3")]
)
def test_a_time_off_the_grid_names_its_neighbours(t, names):
    with pytest.raises(ValueError, match=f"0.24 is not on the grid.*{names}"):
        saved([0.24], t=t)


def test_neighbours_on_a_listed_grid_are_named():
    with pytest.raises(ValueError, match=r"t\[1\] = 4.0 and t\[2\] = 1.0"):
        mr.euler(1.0, [[0.0]], t=[5.0, 4.0, 1.0], save=[3.0])


@pytest.mark.parametrize("time", [-0.1, 1.1])
def test_a_time_outside_the_run_is_refused(time):
    with pytest.raises(ValueError, match=r"outside the run, which goes from t = 0.0 to 1.0"):
        saved([time])


COARSE = {
    "ten steps": ({"steps": 10}, 11),
    "from -1": ({"steps": 20, "t": (-1.0, 1.0)}, 21),
    "far from 0": ({"steps": 8, "t": (100.0, 107.0)}, 9),
    "backwards": ({"steps": 7, "t": (0.7, 0.0)}, 8),
    "uneven": ({"t": [0.0, 0.1, 0.3, 0.7]}, 4),
}


@pytest.mark.parametrize("dtype", [np.float32, np.float16])
@pytest.mark.parametrize(("grid", "points"), COARSE.values(), ids=COARSE.keys())
def test_times_that_were_rounded_to_a_smaller_float_are_on_the_grid(grid, points, dtype):
    everything = mr.euler(1.0, [[0.0]], save="all", **grid)
    run = mr.euler(1.0, [[0.0]], save=everything.t.astype(dtype), **grid)
    assert (run.t == everything.t).all()
    assert len(run.t) == points


@pytest.mark.parametrize("t", [(0.0, 1.0), (-1.0, 1.0), (0.3, 0.9), (2.0, -5.0)])
@pytest.mark.parametrize("make", ["torch", "jax", "numpy"])
def test_a_float32_linspace_is_on_the_grid(make, t):
    if make == "numpy":
        times = np.linspace(*np.float32(t), 101, dtype=np.float32)
    elif make == "torch":
        times = pytest.importorskip("torch").linspace(*t, 101)
    else:
        times = pytest.importorskip("jax").numpy.linspace(*t, 101)
    assert len(mr.euler(1.0, [[0.0]], steps=1000, t=t, save=times).t) == 101


def test_float32_times_on_a_grid_that_is_finer_are_refused_by_their_dtype():
    with pytest.raises(ValueError, match="save holds float32 times, which are rounded: give them in float64"):
        mr.euler(1.0, [[0.0]], steps=10**8, save=np.array([0.1, 0.7], np.float32))


def test_a_float32_time_between_grid_points_is_refused_by_its_dtype():
    with pytest.raises(ValueError, match=r"0.25 is not on the grid.*float32"):
        saved(np.array([0.25], np.float32))


def test_a_float64_time_has_no_tolerance_of_float32():
    with pytest.raises(ValueError, match="not on the grid"):
        saved([0.2 + 1e-8])


def test_whole_numbers_that_count_steps_are_told_the_times():
    with pytest.raises(ValueError, match=r"a number alone counts steps.* steps 1, 2, 5 are save=\[0.1, 0.2, 0.5\]"):
        saved([1, 2, 5])
    with pytest.raises(ValueError, match=r"steps 0, 1, 2, 3, 4, ... are save=\[0.0, 0.1, 0.2, 0.3, 0.4, ...\]"):
        saved(np.arange(11))


@pytest.mark.parametrize("save", [[1.5], [0, 11], [-1, 1], [1.0, 2.0]])
def test_what_counts_no_steps_is_not_told_of_steps(save):
    with pytest.raises(ValueError, match="outside the run") as caught:
        saved(save)
    assert "counts steps" not in str(caught.value)


def test_whole_numbers_on_the_grid_are_times():
    assert saved([1, 2, 5], steps=10, t=(0, 10)) == [1, 2, 5]
    assert saved([2, 4], steps=10, t=(0, 5)) == [4, 8]


@pytest.mark.parametrize("save", [[0.5, 0.1], [0.5, 0.5]])
def test_times_must_follow_the_run(save):
    with pytest.raises(ValueError, match="must follow the run"):
        saved(save)


@pytest.mark.parametrize("save", ["last", [], 0, -1, [np.nan]])
def test_what_cannot_be_meant_is_refused(save):
    with pytest.raises(ValueError, match="save"):
        saved(save)


@pytest.mark.parametrize("save", [True, 0.5, None, [[0.5]], ["0.5"]])
def test_what_cannot_be_read_is_refused(save):
    with pytest.raises(TypeError, match='save must be "final", "all", a number of steps or an array of grid times'):
        saved(save)
