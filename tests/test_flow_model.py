"""FlowModel: draws of the initial law, carried along; shards, labels, the flow and its inverse."""

import numpy as np
import pytest

import maruyama as mr

PATH = mr.GaussianPath.straight(mr.Gaussian([2.0, -1.0], 0.25))


def spiral(x, t):
    return np.stack([-x[:, 1] - t * x[:, 0], x[:, 0]], axis=1)


FIELDS = {"callback": spiral, "compiled": mr.compile(spiral)}


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("route", FIELDS)
def test_shards_are_rows_of_the_whole(route, dtype):
    model = mr.FlowModel(FIELDS[route], init=2)
    whole = model.sample(1000, steps=10, seed=7, dtype=dtype)
    assert whole.dtype == dtype
    assert np.array_equal(model.sample(range(300, 500), steps=10, seed=7, dtype=dtype), whole[300:500])
    assert np.array_equal(model.sample([999, 5], steps=10, seed=7, dtype=dtype), whole[[999, 5]])


def test_a_sample_is_the_euler_run_of_a_draw_of_the_initial_law():
    law = mr.Gaussian([1.0, 2.0], [[2.0, 0.5], [0.5, 1.0]])
    x0 = law.sample(100, seed=7)
    run = mr.euler(spiral, x0, steps=10, t=(0.0, 2.0))
    assert np.array_equal(mr.FlowModel(spiral, law).sample(100, steps=10, t=(0.0, 2.0), seed=7), run.final)


def test_trajectories_hold_every_state_and_the_seed_that_repeats_them():
    model = mr.FlowModel(spiral, init=2)
    run = model.trajectories(50, steps=8, seed=np.random.default_rng(3))
    assert run.x.shape == (9, 50, 2)
    assert isinstance(run.seed, int)
    assert np.array_equal(model.trajectories(50, steps=8, seed=run.seed).x, run.x)
    assert np.array_equal(run.x[0], mr.StandardNormal(2).sample(50, seed=run.seed))
    assert model.trajectories(50, steps=8, seed=1, save=4).x.shape == (3, 50, 2)


def test_without_a_seed_every_call_draws_anew():
    model = mr.FlowModel(spiral, init=2)
    assert not np.array_equal(model.sample(5, steps=2), model.sample(5, steps=2))


def test_the_flow_of_an_affine_field_is_its_euler_product():
    model = mr.FlowModel(lambda x, t: -2.0 * x, init=1)
    np.testing.assert_allclose(model.flow([[3.0]], 0.5, steps=10), 3.0 * (1 - 0.1) ** 10, rtol=1e-14)


def test_flow_from_another_time_continues_the_flow():
    model = mr.FlowModel(spiral, init=2)
    x0 = mr.StandardNormal(2).sample(20, seed=1)
    half = model.flow(x0, 0.5, steps=8)
    assert np.array_equal(model.flow(half, 1.0, t0=0.5, steps=8), model.flow(x0, 1.0, steps=16))


@pytest.mark.parametrize("grid", [{"steps": 2000}, {"t": np.linspace(0, 1, 2001) ** 2}], ids=["even", "listed"])
def test_the_inverse_finds_the_start_again_up_to_the_methods_error(grid):
    model = mr.FlowModel(PATH.velocity, init=2)
    x0 = model.init.sample(200, seed=7)
    x1 = model.sample(200, seed=7, **grid)
    assert np.abs(x1 - x0).max() > 1
    longest = np.diff(grid["t"]).max() if "t" in grid else 1 / grid["steps"]
    np.testing.assert_allclose(model.inverse(x1, **grid), x0, atol=10 * longest)  # the method is of order 1


def test_samples_have_the_law_of_the_target():
    n = 100_000
    x1 = mr.FlowModel(PATH.velocity, PATH.init).sample(n, steps=1000, seed=7)
    # the exact map of Euler at this step size is off by 8e-4 (CASES.md), a fifth of what is allowed
    assert (np.abs(x1.mean(axis=0) - [2.0, -1.0]) < 4 * 0.5 / np.sqrt(n)).all()
    assert (np.abs(x1.var(axis=0) - 0.25) < 4 * 0.25 * np.sqrt(2 / n) + 1e-3).all()


def labelled(x, t, y):
    return y - x


ROWS = np.arange(12.0).reshape(6, 2)


@pytest.mark.parametrize("field", [labelled, mr.compile(labelled)], ids=["callback", "compiled"])
def test_a_label_reaches_the_field_as_its_third_argument(field):
    model = mr.FlowModel(field, init=2)
    x0 = model.init.sample(6, seed=7)
    assert np.array_equal(model.sample(6, steps=1, seed=7, y=3.0), x0 + (3.0 - x0))
    assert np.array_equal(model.sample(6, steps=1, seed=7, y=ROWS), x0 + (ROWS - x0))
    assert np.array_equal(model.sample(range(2, 5), steps=1, seed=7, y=ROWS[2:5]), (x0 + (ROWS - x0))[2:5])
    assert np.array_equal(model.flow(x0, steps=1, y=mr.per_path(ROWS)), x0 + (ROWS - x0))


def test_a_callback_may_look_a_label_up_in_a_table():
    table = np.array([[0.0, 0.0], [5.0, 1.0], [-5.0, 2.0]])
    model = mr.FlowModel(lambda x, t, y: table[y] - x, init=2)
    y = np.array([2, 0, 1, 1])
    x0 = model.init.sample(4, seed=7)
    assert np.array_equal(model.sample(4, steps=1, seed=7, y=y), x0 + (table[y] - x0))
    assert np.array_equal(model.sample(4, steps=1, seed=7, y=2), x0 + (table[2] - x0))


def test_arguments_follow_the_label():
    field = lambda x, t, y, rate: rate * (y - x)  # noqa: E731
    model = mr.FlowModel(field, init=1)
    x0 = model.init.sample(3, seed=7)
    assert np.array_equal(model.sample(3, steps=1, seed=7, y=1.0, args=(0.5,)), x0 + 0.5 * (1.0 - x0))


def test_a_label_of_another_length_is_refused():
    with pytest.raises(
        ValueError, match=r"y has shape \(3,\), expected one label .* one row for each of the 4 samples"
    ):
        mr.FlowModel(labelled, init=1).sample(4, steps=1, y=[1, 2, 3])


def test_a_label_for_a_constant_is_refused():
    with pytest.raises(TypeError, match="velocity is a constant, which takes no label"):
        mr.FlowModel(1.0, init=1).sample(4, steps=1, y=2)


@pytest.mark.parametrize("init", [None, "normal", 1.5, np.zeros((5, 2)), True])
def test_an_initial_law_that_is_none_is_refused(init):
    with pytest.raises(TypeError, match=r"init must be the number of dimensions or a law"):
        mr.FlowModel(spiral, init)


class Wrong:
    """A law that does not keep what it promises."""

    dim = 2

    def sample(self, paths, *, seed, dtype=float):
        return np.zeros((3, 3))


def test_draws_of_a_wrong_shape_are_refused_by_the_name_of_their_law():
    with pytest.raises(ValueError, match=r"Wrong.sample gave \(3, 3\), expected \(paths, dim\) = \(5, 2\)"):
        mr.FlowModel(spiral, Wrong()).sample(5, steps=1)


def test_a_law_of_ones_own_will_do():
    class Corner:
        dim = 2

        def sample(self, paths, *, seed, dtype=np.float64):
            return np.ones((paths, 2))

    assert np.array_equal(mr.FlowModel(0.5, Corner()).sample(3, steps=2, seed=1), np.full((3, 2), 1.5))


@pytest.mark.parametrize("n", [0, range(0)])
def test_no_samples_are_an_empty_array(n):
    assert mr.FlowModel(spiral, init=2).sample(n, steps=3).shape == (0, 2)


def test_memory_may_be_given():
    out = np.empty((4, 2))
    assert mr.FlowModel(spiral, init=2).sample(4, steps=2, seed=1, out=out).base is out


@pytest.mark.parametrize(
    ("y", "words"),
    [(np.ma.array([1, 2, 3], mask=[0, 1, 0]), "y has masked entries"), ([[1, 2], [3], [4]], "y cannot be read")],
)
def test_a_label_that_is_no_array_of_labels_is_refused(y, words):
    with pytest.raises(ValueError, match=words):
        mr.FlowModel(lambda x, t, y: x, init=2).sample(3, steps=1, y=y)


@pytest.mark.parametrize("init", [mr.Gaussian, mr.UniformBox, mr.Samples])
def test_the_class_of_a_law_is_no_law(init):
    with pytest.raises(TypeError, match="init must be"):
        mr.FlowModel(1.0, init)
    with pytest.raises(TypeError, match="component 0 must be"):
        mr.Mixture([init])


@pytest.mark.parametrize("call", ["flow", "inverse"])
def test_points_of_another_dimension_are_refused(call):
    with pytest.raises(ValueError, match="the points have 3 dimensions, but the states of this model have 2"):
        getattr(mr.FlowModel(lambda x, t: -x, init=2), call)([[1.0, 2.0, 3.0]], steps=1)


def test_times_of_the_maps_are_numbers_or_grids():
    model = mr.FlowModel(lambda x, t: -x, init=1)
    with pytest.raises(ValueError, match="t and t0 must be numbers"):
        model.flow([[1.0]], [0.0, 0.5, 1.0])
    with pytest.raises(ValueError, match=r"t must be \(t0, t1\)"):
        model.inverse([[1.0]], t=0.5, steps=2)


LABELS = {"none": None, "one": 3.0, "rows": np.arange(100.0), "marked rows": mr.per_path(np.arange(100.0))}


@pytest.mark.parametrize("label", LABELS)
@pytest.mark.parametrize("of", [lambda u: mr.FlowModel(u, 1), lambda u: mr.DiffusionModel(u, 0.0, 1)])
def test_a_sample_that_blows_up_is_named_with_the_call_that_shows_it_alone(label, of):
    y = LABELS[label]
    velocity = lambda x, t, *y: np.where(x > 2.0, np.inf, 0.0)  # noqa: E731
    model = of(velocity)
    with pytest.raises(mr.NonFiniteError) as found:
        model.sample(range(100, 200), steps=4, t=(0.0, 2.0), seed=7, y=y)
    error = found.value
    assert error.replay.startswith(f"model.trajectories([{error.path}], seed=7")
    alone = eval(error.replay, {"model": model, "y": y, "mr": mr})
    assert alone.x[0, 0, 0] == model.init.sample([error.path], seed=7)[0, 0]
    assert np.isfinite(alone.x[: error.step]).all()
    assert not np.isfinite(alone.x[error.step]).any()
