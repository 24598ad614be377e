"""JAX functions as fields."""

import numpy as np
import pytest

import maruyama as mr

jax = pytest.importorskip("jax")
jnp = pytest.importorskip("jax.numpy")


def field(x, t):
    return jnp.sin(x) * t - x


@pytest.mark.parametrize(("dtype", "tolerance"), [("float32", 2e-6), ("float64", 1e-14)])
def test_a_run_is_numpys_to_rounding_in_both_dtypes(dtype, tolerance):
    x0 = mr.StandardNormal(3).sample(10_000, seed=7, dtype=dtype)
    run = mr.FlowModel(mr.from_jax(field), init=3).sample(10_000, steps=5, seed=7, dtype=dtype)
    wanted = mr.euler(lambda x, t: np.sin(x) * x.dtype.type(t) - x, x0, steps=5).final
    assert run.dtype == dtype
    np.testing.assert_allclose(run, wanted, rtol=tolerance, atol=tolerance)


def test_the_setting_of_the_process_is_left_alone():
    before = jax.config.jax_enable_x64
    mr.euler(mr.from_jax(field), [[1.0]], steps=1)
    assert jax.config.jax_enable_x64 == before


def test_it_is_traced_once_for_blocks_of_different_sizes():
    traces = []

    def counted(x, t):
        traces.append(x.shape)
        return -x

    velocity = mr.from_jax(counted)
    for paths in (100_000, 99_999, 17, 1):
        x = mr.euler(velocity, [1.0], paths=paths, steps=2).final
        assert (x == 0.25).all()
    assert len(traces) == 1


class Weights:
    def __init__(self, w):
        self.w = w


def of_closure():
    w = jnp.ones(1)

    def change():
        nonlocal w
        w = jnp.full(1, 0.5)

    return lambda x, t: -w * x, change


def of_attribute():
    weights = Weights(jnp.ones(1))
    return lambda x, t: -weights.w * x, lambda: setattr(weights, "w", jnp.full(1, 0.5))


def of_dict():
    weights = {"layers": [jnp.ones(1)]}
    return lambda x, t: -weights["layers"][0] * x, lambda: weights.update(layers=[jnp.full(1, 0.5)])


def of_numpy():
    weights = np.ones(1)
    return lambda x, t: -weights * x, lambda: weights.fill(0.5)


@pytest.mark.parametrize("make", [of_closure, of_attribute, of_dict, of_numpy])
def test_weights_that_have_changed_are_read_again(make):
    function, change = make()
    field = mr.from_jax(function)

    def step():
        return mr.euler(field, [1.0], paths=3, steps=1).final[0, 0]

    assert step() == 0.0
    change()
    assert step() == 0.5
    assert field(np.ones((2, 1)), 0.0).tolist() == [[-0.5], [-0.5]]


def test_a_function_that_counts_its_calls_is_not_compiled_in_each_run():
    calls = []
    field = mr.from_jax(lambda x, t: (calls.append(1), -x)[1])
    for _ in range(4):
        mr.euler(field, [1.0], paths=3, steps=2)
    assert len(calls) <= 2  # and the look of a run at the shape of the result


def test_labels_with_a_row_for_each_sample_are_filled_up_too():
    velocity = mr.from_jax(lambda x, t, y: y - x)
    model = mr.FlowModel(velocity, init=2)
    for n in (50, 20):
        y = np.arange(2.0 * n).reshape(n, 2)
        x0 = model.init.sample(n, seed=7)
        np.testing.assert_allclose(model.sample(n, steps=1, seed=7, y=y), x0 + (y - x0), rtol=1e-14)
    np.testing.assert_allclose(model.sample(3, steps=1, seed=7, y=2.0), 2.0, rtol=1e-14)


def test_no_samples_and_no_functions():
    assert mr.FlowModel(mr.from_jax(field), init=2).sample(0, steps=1).shape == (0, 2)
    with pytest.raises(TypeError, match="from_jax needs a function"):
        mr.from_jax(1.0)


def test_an_argument_that_has_as_many_rows_as_a_block_by_chance_is_left_alone():
    table = np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
    velocity = mr.from_jax(lambda x, t, table: jnp.full_like(x, table.sum()))
    for paths in (10, 3):
        run = mr.euler(velocity, np.zeros((paths, 2)), steps=1, args=(table,))
        assert (run.final == 21.0).all()


def test_labels_of_guidance_and_added_noise_are_filled_up_too():
    traces = []

    def counted(x, t, y):
        traces.append(x.shape)
        return y - x

    model = mr.FlowModel(mr.guided(mr.from_jax(counted), 1.0, null=0.0), init=2)
    for n in (50, 20):
        y = np.arange(2.0 * n).reshape(n, 2)
        np.testing.assert_allclose(model.sample(n, steps=1, seed=7, y=y), y, rtol=1e-14, atol=1e-14)
    assert len(traces) == 1


def test_a_result_that_all_rows_share_keeps_its_dimensions():
    velocity = mr.from_jax(lambda x, t: jnp.array([1.0, 2.0]))
    for paths in (10, 1):
        assert (mr.euler(velocity, np.zeros((paths, 2)), steps=1).final == [1.0, 2.0]).all()


def test_a_call_with_whole_numbers_computes_in_float64():
    assert mr.from_jax(lambda x, t: x * t)(np.ones((1, 2), int), 0.5).tolist() == [[0.5, 0.5]]


FAR = {"t": (1.7e9, 1.7e9 + 1), "steps": 1000, "dtype": "float32"}


@pytest.mark.parametrize("time", ["scalar", "batch", "column"])
def test_times_that_float32_cannot_hold_are_float64(time):
    def of_time(x, t):
        return jnp.sin((t[:, None] if time == "batch" else t) - 1.7e9) + 0 * x

    run = mr.euler(mr.from_jax(of_time, time=time), np.zeros((3, 2), np.float32), **FAR)
    wanted = mr.euler(lambda x, t: np.sin(t - 1.7e9) + 0 * x, np.zeros((3, 2), np.float32), **FAR)
    assert run.final.dtype == np.float32
    np.testing.assert_allclose(run.final, wanted.final, rtol=1e-6)


def test_grids_that_crowd_at_the_end_reach_functions_of_t():
    t = 1 - np.append(np.geomspace(1, 1e-10, 60), 0)
    run = mr.euler(mr.from_jax(lambda x, t: (2 - x) / (1 - t)), np.zeros((3, 1), np.float32), t=t)
    np.testing.assert_allclose(run.final, 2.0, rtol=1e-5)


def test_usual_times_have_the_dtype_of_x():
    seen = set()
    for t in ((0.0, 1.0), (1.0, 0.0), (0.0, 1000.0)):
        field = mr.from_jax(lambda x, t: (seen.add(str(t.dtype)), -x)[1])
        mr.euler(field, np.ones((3, 2), np.float32), t=t, steps=2000, nonfinite="propagate")
    assert seen == {"float32"}


def test_a_shifted_time_is_float32_again():
    seen = set()
    field = mr.from_jax(lambda x, t: (seen.add(str(t.dtype)), -x)[1])
    mr.euler(lambda x, t: field(x, t - 1.7e9), np.ones((3, 2), np.float32), **FAR)
    assert seen == {"float32"}


@pytest.mark.parametrize(("time", "shape"), [("scalar", ()), ("batch", (4,)), ("column", (4, 1))])
def test_t_has_the_shape_that_was_said(time, shape):
    seen = set()
    field = mr.from_jax(lambda x, t: (seen.add(t.shape), -x)[1], time=time)
    for paths in (4, 3, 1):  # the last two are filled up
        mr.euler(field, np.ones((paths, 2)), steps=2)
    assert seen == {shape}


def test_a_function_of_another_shape_of_time_is_told_of_the_others():
    network = lambda x, t: jnp.concatenate([x, t], axis=1)[:, :2]  # noqa: E731  (t is a column)
    with pytest.raises(TypeError) as caught:
        mr.euler(mr.from_jax(network), np.ones((4, 2)), steps=1)
    assert "'column' (rows, 1)" in " ".join(caught.value.__notes__)
    assert mr.euler(mr.from_jax(network, time="column"), np.ones((4, 2)), steps=1).final.shape == (4, 2)


def test_the_settings_of_the_caller_hold_in_every_thread():
    inside = set()

    def seen(x, t):
        inside.add((jax.config.jax_default_matmul_precision, jax.config.jax_numpy_rank_promotion, str(x.dtype)))
        return -x

    with jax.default_matmul_precision("highest"), jax.numpy_rank_promotion("raise"), jax.enable_x64(False):
        for _ in range(3):
            mr.euler(mr.from_jax(seen), np.ones((200_000, 1)), steps=8, threads=3)
    assert inside == {("highest", "raise", "float64")}


@pytest.mark.parametrize("wanted", [True, False])
def test_the_dtype_is_that_of_the_states_in_every_thread(wanted):
    field = mr.from_jax(lambda x, t: jnp.sin(x))
    x0 = np.full((400_000, 1), 0.1)
    with jax.enable_x64(wanted):
        one, two = (mr.euler(field, x0, steps=20, threads=threads).final for threads in (1, 2))
    assert (one == two).all()
    np.testing.assert_allclose(one, mr.euler(lambda x, t: np.sin(x), x0, steps=20).final, rtol=1e-13)


def test_the_shape_of_a_result_is_asked_without_another_program():
    traces, compiled = [], []

    def counted(x, t):
        traces.append(x.shape)
        jax.debug.callback(lambda: compiled.append(x.shape))
        return -x

    run = mr.euler(mr.from_jax(counted), np.ones((3, 3)), steps=2)
    assert (run.final == 0.25).all()
    jax.effects_barrier()
    assert traces == [(3, 3), (2, 3)]
    assert set(compiled) == {(3, 3)}
    with pytest.raises(ValueError, match=r"velocity returned shape \(2,\), expected \(2, 3\)"):
        mr.euler(mr.from_jax(lambda x, t: -x[:, 0]), np.ones((3, 3)), steps=2)
