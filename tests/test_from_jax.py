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
