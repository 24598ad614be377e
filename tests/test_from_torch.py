"""PyTorch modules as fields."""

import os
import subprocess
import sys

import numpy as np
import pytest

import maruyama as mr

torch = pytest.importorskip("torch")


class Network(torch.nn.Module):
    """Two layers with SiLU, of x, a column of t, and the label where there is one."""

    def __init__(self, dim=2, extra=0, dtype=torch.float32):
        super().__init__()
        torch.manual_seed(0)
        self.layers = torch.nn.Sequential(
            torch.nn.Linear(dim + 1 + extra, 32), torch.nn.SiLU(), torch.nn.Linear(32, dim)
        ).to(dtype)

    def forward(self, x, t, *y):
        return self.layers(torch.cat([x, t, *y], dim=1))


def torchs_own_loop(module, x0, steps, *y):
    x = torch.from_numpy(x0.copy())
    with torch.inference_mode():
        for k in range(steps):
            x = x + 1 / steps * module(x, torch.full((len(x), 1), k / steps, dtype=x.dtype), *y)
    return x.numpy()


@pytest.mark.parametrize(("dtype", "tolerance"), [("float32", 2e-6), ("float64", 1e-14)])
def test_a_run_is_torchs_own_loop_to_rounding(dtype, tolerance):
    module = Network(dtype=getattr(torch, dtype))
    x0 = mr.StandardNormal(2).sample(20_000, seed=7, dtype=dtype)
    run = mr.FlowModel(mr.from_torch(module), init=2).sample(20_000, steps=10, seed=7, dtype=dtype)
    assert run.dtype == dtype
    np.testing.assert_allclose(run, torchs_own_loop(module, x0, 10), rtol=tolerance, atol=tolerance)


def test_a_float32_module_moves_float64_states():
    module = Network()
    x0 = mr.StandardNormal(2).sample(100, seed=7)
    run = mr.FlowModel(mr.from_torch(module), init=2).sample(100, steps=1, seed=7)
    assert run.dtype == np.float64
    np.testing.assert_allclose(
        run, x0 + torchs_own_loop(module, x0.astype(np.float32), 1) - x0.astype(np.float32), rtol=1e-5, atol=1e-6
    )


def test_labels_are_the_third_tensor():
    module = Network(extra=3)
    y = np.eye(3, dtype=np.float32)[np.arange(50) % 3]
    x0 = mr.StandardNormal(2).sample(50, seed=7, dtype="float32")
    run = mr.FlowModel(mr.from_torch(module), init=2).sample(50, steps=4, seed=7, y=y, dtype="float32")
    np.testing.assert_allclose(run, torchs_own_loop(module, x0, 4, torch.from_numpy(y)), rtol=2e-6, atol=2e-6)


def test_time_may_be_a_scalar():
    seen = []

    def module(x, t):
        seen.append((t.shape, float(t)))
        return t * x

    assert mr.euler(mr.from_torch(module, time="scalar"), [[1.0]], steps=2).final.item() == 1.25
    assert seen == [((), 0.0), ((), 0.5)]


def test_states_are_shared_and_not_copied():
    module_saw = []
    x = np.ones((4, 2))
    mr.from_torch(lambda x, t: (module_saw.append(x.data_ptr()), x)[1])(x, 0.0)
    assert module_saw == [x.ctypes.data]


def test_the_module_is_in_inference_and_evaluation_mode():
    seen = []

    class Looks(torch.nn.Module):
        def forward(self, x, t):
            seen.append((self.training, torch.is_inference_mode_enabled()))
            return x

    mr.euler(mr.from_torch(Looks().train()), [[1.0]], steps=1)
    assert seen == [(False, True)]


def test_a_module_that_writes_into_the_state_is_found_out():
    with pytest.raises(RuntimeError, match="wrote into x"):
        mr.euler(mr.from_torch(lambda x, t: x.relu_()), [[-1.0]], steps=1)


@pytest.mark.parametrize("threads", [1, 2, None])
def test_torchs_own_threads_are_as_before(threads):
    before, inside = torch.get_num_threads(), []
    field = mr.from_torch(lambda x, t: (inside.append(torch.get_num_threads()), x)[1], threads=threads)
    mr.euler(field, [[1.0]], steps=1)
    assert torch.get_num_threads() == before
    assert inside == [threads or len(os.sched_getaffinity(0))]


def test_an_exception_of_the_module_arrives():
    with pytest.raises(RuntimeError, match="mat1 and mat2"):
        mr.euler(mr.from_torch(Network(dim=3)), [[1.0, 2.0]], steps=1)


def test_what_is_no_module_is_refused():
    with pytest.raises(TypeError, match="from_torch needs a module"):
        mr.from_torch(3.0)
    with pytest.raises(ValueError, match="time must be"):
        mr.from_torch(Network(), time="row")
    with pytest.raises(ValueError, match="parameters are on meta"):
        mr.from_torch(Network().to("meta"))


def test_importing_maruyama_does_not_import_torch():
    script = "import maruyama, sys; sys.exit('torch' in sys.modules or 'jax' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script]).returncode == 0


class Embedded(torch.nn.Module):
    """The velocity of each label is a row of a table."""

    def __init__(self):
        super().__init__()
        self.table = torch.nn.Embedding.from_pretrained(torch.arange(6.0).reshape(3, 2))

    def forward(self, x, t, y):
        return self.table(y).expand(len(x), 2)


@pytest.mark.parametrize("y", [1, np.int64(1), torch.tensor(1)])
def test_one_label_is_a_tensor_too(y):
    x0 = mr.StandardNormal(2).sample(3, seed=7)
    for velocity in (mr.from_torch(Embedded()), mr.guided(mr.from_torch(Embedded()), 1.0, null=2)):
        run = mr.FlowModel(velocity, init=2).sample(3, steps=1, seed=7, y=y)
        np.testing.assert_allclose(run, x0 + np.array([2.0, 3.0]), rtol=1e-6)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_labels_of_float64_reach_a_float32_module_in_its_own_dtype(dtype):
    y = np.eye(3)[np.arange(50) % 3]
    model = mr.FlowModel(mr.from_torch(Network(extra=3)), init=2)
    np.testing.assert_array_equal(
        model.sample(50, steps=4, seed=7, y=y, dtype=dtype),
        model.sample(50, steps=4, seed=7, y=y.astype(np.float32), dtype=dtype),
    )


def test_a_module_that_training_goes_on_with_is_in_evaluation_mode_whenever_it_is_called():
    seen = []

    class Looks(torch.nn.Module):
        def forward(self, x, t):
            seen.append(self.training)
            return x

    looks = Looks()
    field = mr.from_torch(looks)
    looks.train()
    mr.euler(field, [[1.0, 2.0]], steps=1)
    assert seen == [False]


def test_a_module_may_change_its_dtype_afterwards():
    module = Network()
    field = mr.from_torch(module)
    module.double()
    assert mr.euler(field, np.ones((3, 2)), steps=1).final.shape == (3, 2)


@pytest.mark.parametrize("result", [1.0, np.ones(2), torch.ones(2, dtype=torch.bfloat16)])
def test_results_may_be_what_other_fields_return(result):
    assert mr.euler(mr.from_torch(lambda x, t: result), np.zeros((3, 2)), steps=1).final.tolist() == [[1.0, 1.0]] * 3


@pytest.mark.parametrize("result", [None, (torch.ones(2), torch.ones(2))])
def test_what_is_no_tensor_is_refused(result):
    with pytest.raises(TypeError, match=f"the module returned {type(result).__name__}, expected one tensor"):
        mr.euler(mr.from_torch(lambda x, t: result), np.zeros((3, 2)), steps=1)
