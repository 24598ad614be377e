"""PyTorch modules as fields."""

import functools
import os
import subprocess
import sys
from contextlib import nullcontext
from threading import Event, Thread, current_thread

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


def test_the_module_is_in_inference_mode():
    seen = []

    def module(x, t):
        seen.append(torch.is_inference_mode_enabled())
        return x

    mr.euler(mr.from_torch(module), [[1.0]], steps=1)
    assert seen == [True]


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


def test_gradients_are_taken_outside_of_inference_mode():
    def score(x, t, mode):
        with mode(), torch.enable_grad():
            place = x.clone().requires_grad_()
            return -torch.autograd.grad((place**2).sum() / 2, place)[0]

    def of_mode(mode):
        return mr.euler(mr.from_torch(lambda x, t: score(x, t, mode)), [[1.0]], steps=1).final

    assert of_mode(lambda: torch.inference_mode(False)) == 0.0
    with pytest.raises(RuntimeError) as caught:
        of_mode(nullcontext)
    assert "torch.inference_mode(False), torch.enable_grad()" in caught.value.__notes__[0]


class Looks(torch.nn.Module):
    """Notes the mode of its parts."""

    def __init__(self, inside=lambda: None):
        super().__init__()
        self.parts = torch.nn.ModuleList([torch.nn.Dropout(), torch.nn.BatchNorm1d(2)])
        self.inside, self.seen = inside, []

    def forward(self, x, t):
        self.inside()
        self.seen.append([each.training for each in self.modules()])
        return x


def test_a_module_is_in_evaluation_mode_while_it_is_called_and_as_before_afterwards():
    looks = Looks()
    field = mr.from_torch(looks)
    looks.parts[1].eval()
    before = [each.training for each in looks.modules()]
    assert before == [True, True, True, False]
    mr.euler(field, [[1.0, 2.0]], steps=2)
    assert looks.seen == 2 * [[False] * 4]
    assert [each.training for each in looks.modules()] == before


def test_a_module_that_fails_is_in_the_mode_of_before():
    looks = Looks(lambda: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        mr.euler(mr.from_torch(looks), [[1.0, 2.0]], steps=2)
    assert looks.training


def test_a_module_stays_in_evaluation_mode_until_the_last_of_its_calls_has_ended():
    first_is_inside, second_has_ended = Event(), Event()

    def wait():
        if not first_is_inside.is_set():
            first_is_inside.set()
            assert second_has_ended.wait(60)

    looks = Looks(wait)
    field = mr.from_torch(looks)
    thread = Thread(target=lambda: field(np.ones((1, 2)), 0.0))
    thread.start()
    assert first_is_inside.wait(60)
    looks.train()
    field(np.ones((1, 2)), 0.0)
    second_has_ended.set()
    thread.join()
    assert looks.seen == 2 * [[False] * 4]
    assert all(each.training for each in looks.modules())


DROPOUT = torch.nn.Dropout()


def of_functions():
    inner = torch.nn.Dropout()
    return {
        "closure": (inner, lambda x, t: inner(x)),
        "name": (DROPOUT, lambda x, t: DROPOUT(x)),
        "default": (inner, lambda x, t, net=inner: net(x)),
        "partial": (inner, functools.partial(lambda net, x, t: net(x), inner)),
        "method": (inner, Holds(inner).field),
    }


class Holds(torch.nn.Module):
    def __init__(self, inner):
        super().__init__()
        self.inner = inner

    def field(self, x, t):
        return self.inner(x)


@pytest.mark.parametrize("way", ["closure", "name", "default", "partial", "method"])
def test_modules_of_a_function_are_in_evaluation_mode(way):
    module, function = of_functions()[way]
    assert (mr.euler(mr.from_torch(function), np.ones((9, 2)), steps=1).final == 2.0).all()
    assert module.training


def test_parts_that_two_fields_share_stay_in_evaluation_mode_until_both_have_ended():
    part_is_inside, whole_has_ended = Event(), Event()

    class Part(torch.nn.Module):
        def forward(self, x, t):
            if current_thread().name == "part":
                part_is_inside.set()
                assert whole_has_ended.wait(60)
            return x * (1 + self.training)

    class Whole(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.part = Part()

        def forward(self, x, t):
            assert part_is_inside.wait(60)
            return self.part(x, t)

    whole, results = Whole(), []
    part, every = mr.from_torch(whole.part), mr.from_torch(whole)
    thread = Thread(target=lambda: results.append(part(np.ones((1, 2)), 0.0).tolist()), name="part")
    thread.start()
    results.append(every(np.ones((1, 2)), 0.0).tolist())
    whole_has_ended.set()
    thread.join()
    assert results == 2 * [[[1.0, 1.0]]]
    assert whole.part.training


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


def of_time(x, t):
    return torch.sin(t - 1.7e9) + 0 * x


FAR = {"t": (1.7e9, 1.7e9 + 1), "steps": 1000, "dtype": "float32"}


@pytest.mark.parametrize("time", ["scalar", "batch", "column"])
def test_times_that_float32_cannot_hold_are_float64(time):
    field = mr.from_torch(of_time, time=time)
    if time == "batch":
        field = mr.from_torch(lambda x, t: of_time(x, t[:, None]), time=time)
    run = mr.euler(field, np.zeros((3, 2), np.float32), **FAR)
    wanted = mr.euler(lambda x, t: np.sin(t - 1.7e9) + 0 * x, np.zeros((3, 2), np.float32), **FAR)
    assert run.final.dtype == np.float32
    np.testing.assert_allclose(run.final, wanted.final, rtol=1e-6)
    np.testing.assert_allclose(run.final, 1 - np.cos(1), rtol=1e-3)


@pytest.mark.parametrize("time", ["scalar", "column"])
def test_grids_that_crowd_at_the_end_reach_functions_of_t(time):
    t = 1 - np.append(np.geomspace(1, 1e-10, 60), 0)
    x0 = np.zeros((3, 1), np.float32)
    run = mr.euler(mr.from_torch(lambda x, t: (2 - x) / (1 - t), time=time), x0, t=t)
    assert np.isfinite(run.final).all()
    np.testing.assert_allclose(run.final, 2.0, rtol=1e-5)


def test_a_module_of_float32_alone_goes_on_where_times_crowd():
    t = 1 - np.append(np.geomspace(1, 1e-10, 60), 0)
    x0 = np.ones((3, 2), np.float32)
    run = mr.euler(mr.from_torch(Network()), x0, t=t)
    module = Network().eval()
    exact = mr.euler(mr.from_torch(module.double()), x0.astype(float), t=t)
    np.testing.assert_allclose(run.final, exact.final, rtol=1e-5)


@pytest.mark.parametrize("module", [Network(), lambda x, t: Network()(x, t)])
def test_a_module_of_float32_alone_is_refused_far_from_zero_and_told_to_shift_the_time(module):
    with pytest.raises(RuntimeError, match="same dtype") as caught:
        mr.euler(mr.from_torch(module), np.ones((3, 2), np.float32), **FAR)
    assert "shift them" in caught.value.__notes__[0]
    field = mr.from_torch(module)
    shifted = mr.euler(lambda x, t: field(x, t - 1.7e9), np.ones((3, 2), np.float32), **FAR)
    near = mr.euler(field, np.ones((3, 2), np.float32), steps=1000, dtype="float32")
    np.testing.assert_allclose(shifted.final, near.final, rtol=1e-5)


def test_usual_times_have_the_dtype_of_x():
    seen = set()
    for t in ((0.0, 1.0), (1.0, 0.0), (0.0, 1000.0), (80.0, 0.002)):
        field = mr.from_torch(lambda x, t: (seen.add(t.dtype), -x)[1])
        mr.euler(field, np.ones((3, 2), np.float32), t=t, steps=2000, nonfinite="propagate")
    assert seen == {torch.float32}


@pytest.mark.parametrize(("time", "shape"), [("scalar", ()), ("batch", (4,)), ("column", (4, 1))])
def test_t_has_the_shape_that_was_said(time, shape):
    seen = set()
    field = mr.from_torch(lambda x, t: (seen.add(tuple(t.shape)), -x)[1], time=time)
    mr.euler(field, np.ones((4, 2)), steps=2)
    assert seen == {shape}


def test_a_module_of_another_shape_of_time_is_told_of_the_others():
    module = lambda x, t: torch.cat([x, t[:, None].expand(-1, 3)], dim=1)[:, :2]  # noqa: E731  (t is (batch,))
    with pytest.raises(RuntimeError) as caught:
        mr.euler(mr.from_torch(module), np.ones((4, 2)), steps=1)
    assert "'batch' (rows,)" in " ".join(caught.value.__notes__)
    assert mr.euler(mr.from_torch(module, time="batch"), np.ones((4, 2)), steps=1).final.shape == (4, 2)


def test_a_function_with_float32_weights_is_told_to_say_the_dtype():
    network = Network()
    with pytest.raises(RuntimeError, match="same dtype") as caught:
        mr.euler(mr.from_torch(lambda x, t: network(x, t)), np.ones((4, 2)), steps=1)
    assert "say dtype='float32'" in " ".join(caught.value.__notes__)


@pytest.fixture
def one_thread_of_torch():
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def several_threads(field, **options):
    """A run in which other threads than the caller call the field too."""
    return mr.euler(field, np.ones((200_000, 1), np.float32), steps=8, threads=3, **options)


def test_torchs_own_threads_are_those_that_were_set(one_thread_of_torch):
    inside = set()
    several_threads(mr.from_torch(lambda x, t: (inside.add(torch.get_num_threads()), -x)[1]))
    assert inside == {1}
    assert torch.get_num_threads() == 1


@pytest.mark.parametrize("enabled", [True, False])
def test_the_autocast_of_the_caller_holds_in_every_thread(enabled):
    module, inside = torch.nn.Linear(1, 1), set()

    def seen(x, t):
        inside.add((torch.is_autocast_enabled("cpu"), torch.get_autocast_dtype("cpu"), module(x).dtype))
        return module(x)

    with torch.autocast("cpu", dtype=torch.bfloat16, enabled=enabled):
        first, second = (several_threads(mr.from_torch(seen)).final for _ in range(2))
        alone = mr.euler(mr.from_torch(seen), np.ones((200_000, 1), np.float32), steps=8, threads=1).final
    assert inside == {(enabled, torch.bfloat16, torch.bfloat16 if enabled else torch.float32)}
    assert (first == alone).all()
    assert (second == alone).all()


def test_no_gradients_are_recorded_in_any_thread():
    inside = set()
    several_threads(mr.from_torch(lambda x, t: (inside.add(torch.is_inference_mode_enabled()), -x)[1]))
    assert inside == {True}
