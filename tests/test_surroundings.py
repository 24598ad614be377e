"""What a compiled function finds around it: a change is seen by the next run, as a Python function would see it."""

import functools
from types import ModuleType, SimpleNamespace
from typing import Any, NamedTuple

import numpy as np
import pytest

import maruyama as mr
from further_changes import FURTHER, OF_PACKAGES
from reached_changes import REACHED

X = np.random.default_rng(3).normal(size=(5, 2))
WEIGHTS = np.array([[1.0, 2.0], [3.0, 4.0]])
FACTOR = 2.0


def helper(x):
    return FACTOR * x


class Net:
    gain = 1.0
    frozen = 1.0

    def __init__(self):
        self.w, self.layers, self.parameters = np.ones((2, 2)), [np.ones(2), np.zeros(2)], {"scale": 1.0}

    def __call__(self, x):
        return self.forward(x) * self.gain

    def forward(self, x):
        return (x @ self.w * self.layers[0] + self.layers[1]) * self.parameters["scale"]


class Slots:
    __slots__ = ("w",)

    def __init__(self):
        self.w = 2.0


def of_array():
    w = WEIGHTS.copy()
    return lambda x, t: x @ w, lambda: np.multiply(w, 0.5, out=w)


def of_default():
    w = WEIGHTS.copy()

    def field(x, t, w=w):
        return x @ w

    return field, lambda: w.fill(2.0)


def of_variable():
    scale = 1.0

    def change():
        nonlocal scale
        scale = 3.0

    return lambda x, t: scale * x, change


def of_list():
    scale = [1.0]
    return lambda x, t: scale[0] * x, lambda: scale.__setitem__(0, 2.0)


def of_longer_list():
    layers = [WEIGHTS]
    return lambda x, t: functools.reduce(np.matmul, layers, x), lambda: layers.append(WEIGHTS)


def of_dict():
    parameters = {"theta": 1.0}
    return lambda x, t: -parameters["theta"] * x, lambda: parameters.update(theta=2.0)


def of_object(change):
    net = Net()
    return lambda x, t: net(x), lambda: change(net)


def of_slots():
    net = Slots()
    return lambda x, t: net.w * x, lambda: setattr(net, "w", 5.0)


def of_method():
    net = Net()
    net.field = lambda x, t: net(x)
    return net.field, lambda: setattr(net, "w", np.zeros((2, 2)))


def of_partial():
    w = WEIGHTS.copy()
    return functools.partial(lambda w, x, t: x @ w, w), lambda: w.fill(0.0)


def of_compiled():
    w = WEIGHTS.copy()
    inner = mr.compile(lambda x, t: x @ w)
    return lambda x, t: 2 * inner(x, t), lambda: w.fill(0.0)


def of_pointwise():
    w = WEIGHTS.copy()
    return mr.pointwise(lambda x, t: w @ x), lambda: w.fill(0.0)


def of_module():
    module = ModuleType("somebodys")
    module.w = 1.0
    return lambda x, t: module.w * x, lambda: setattr(module, "w", 2.0)


def of_view():
    w = WEIGHTS.copy()
    view = w[:, :]
    view.flags.writeable = False
    return lambda x, t: x @ view, lambda: w.fill(0.0)


def of_cached_function():
    w = WEIGHTS.copy()
    inner = functools.lru_cache(lambda: 2.0)
    return lambda x, t: inner() * x @ w, lambda: w.fill(0.0)


def of_derived_weights():
    net = SimpleNamespace(w=WEIGHTS.copy())
    return lambda x, t: x @ (net.w * 0.5), lambda: setattr(net, "w", WEIGHTS + 1)


def of_objects():
    w = np.array([1.0, None], object)
    return lambda x, t: w[0] * x, lambda: w.__setitem__(0, 2.0)


CHANGES = {
    "array-in-place": of_array,
    "default-argument": of_default,
    "variable": of_variable,
    "list": of_list,
    "longer-list": of_longer_list,
    "dict": of_dict,
    "attribute-replaced": lambda: of_object(lambda net: setattr(net, "w", np.zeros((2, 2)))),
    "attribute-in-place": lambda: of_object(lambda net: net.w.fill(0.0)),
    "attribute-in-a-list": lambda: of_object(lambda net: net.layers[1].fill(1.0)),
    "attribute-in-a-list-replaced": lambda: of_object(lambda net: net.layers.__setitem__(1, np.ones(2))),
    "attribute-in-a-dict": lambda: of_object(lambda net: net.parameters.update(scale=2.0)),
    "attribute-before-the-class": lambda: of_object(lambda net: setattr(net, "gain", 2.0)),
    "slots": of_slots,
    "method": of_method,
    "partial": of_partial,
    "compiled": of_compiled,
    "pointwise": of_pointwise,
    "module": of_module,
    "read-only-view": of_view,
    "cached-function": of_cached_function,
    "derived-weights": of_derived_weights,
    "array-of-objects": of_objects,
}


@pytest.mark.parametrize("name", [*CHANGES, *FURTHER, *REACHED])
def test_a_change_is_seen_by_the_next_run(name):
    seen_by_the_next_run(*{**CHANGES, **FURTHER, **REACHED}[name]())


@pytest.mark.parametrize("name", OF_PACKAGES)
def test_a_change_of_what_another_package_holds_is_seen(name):
    package, make = OF_PACKAGES[name]
    pytest.importorskip(package)
    seen_by_the_next_run(*make())


class Functions(NamedTuple):
    scaled: Any


def array_of(value):
    array = np.empty(1, object)
    array[0] = value
    return array


@pytest.mark.parametrize("hold", [lambda f: [f], Functions, array_of, lambda f: (Functions(f),)])
def test_functions_among_the_arguments_are_looked_at(hold):
    rate = 1.0

    def scaled(x):
        return -rate * x

    def first(value):
        return value if callable(value) else first(value[0])

    field, args = mr.compile(lambda x, t, held: first(held)(x)), (hold(scaled),)
    before = mr.euler(field, X, steps=1, args=args).final
    assert (before == 0).all()
    rate = 0.5
    assert (mr.euler(field, X, steps=1, args=args).final == 0.5 * X).all()


def seen_by_the_next_run(function, change):
    field = mr.compile(function)
    before, same = (mr.euler(field, X, steps=2).final for _ in range(2))
    np.testing.assert_array_equal(before, same)
    change()
    after = mr.euler(field, X, steps=2).final
    assert (after != before).any()
    np.testing.assert_array_equal(after, mr.euler(mr.compile(function), X, steps=2).final)
    np.testing.assert_allclose(after, mr.euler(function, X, steps=2).final, rtol=1e-13)


def test_variables_of_a_module_and_of_its_helpers_are_seen(monkeypatch):
    field = mr.compile(lambda x, t: helper(x) + WEIGHTS[0])
    np.testing.assert_array_equal(field(X, 0.0), 2 * X + [1, 2])
    monkeypatch.setitem(globals(), "FACTOR", 3.0)
    np.testing.assert_array_equal(field(X, 0.0), 3 * X + [1, 2])
    monkeypatch.setitem(globals(), "helper", lambda x: -x)
    np.testing.assert_array_equal(field(X, 0.0), -X + [1, 2])
    monkeypatch.setitem(globals(), "WEIGHTS", np.zeros((1, 2)))
    np.testing.assert_array_equal(field(X, 0.0), -X)


def test_attributes_of_a_class_are_seen(monkeypatch):
    net = Net()
    field = mr.compile(lambda x, t: net(x))
    before = field(X, 0.0)
    monkeypatch.setattr(Net, "gain", 2.0)
    np.testing.assert_array_equal(field(X, 0.0), 2 * before)
    monkeypatch.setattr(Net, "forward", lambda self, x: x)
    np.testing.assert_array_equal(field(X, 0.0), 2 * X)


@pytest.mark.parametrize("which", [0, 1])
def test_a_change_of_either_of_two_is_seen(which):
    w = [np.ones(2), np.ones(2)]
    drift, diffusion = mr.compile(lambda x, t: w[0] * x), mr.compile(lambda x, t: w[1] + 0 * x)
    runs = []
    for _ in range(2):
        runs.append(mr.euler_maruyama(drift, diffusion, X, steps=2, seed=7).final)
        w[which] *= 2
    callback = mr.euler_maruyama(lambda x, t: drift.function(x, t), diffusion.function, X, steps=2, seed=7).final
    w[which] /= 2
    np.testing.assert_array_equal(
        runs[1], mr.euler_maruyama(lambda x, t: w[0] * x, lambda x, t: w[1] + 0 * x, X, steps=2, seed=7).final
    )
    assert (runs[0] != runs[1]).any()
    assert (callback != runs[1]).any()


def test_a_network_that_is_trained_is_sampled_as_it_is():
    w = np.zeros((2, 2))
    velocity = mr.compile(lambda x, t: np.tanh(x @ w))
    models = [
        mr.FlowModel(velocity, init=2),
        mr.FlowModel(mr.guided(mr.compile(lambda x, t, y: np.tanh(x @ w) + y), 2.0, null=0.0), init=2),
        mr.with_noise(velocity, mr.compile(lambda x, t: -x @ w), 0.5, init=2),
        mr.DiffusionModel(velocity, mr.compile(lambda x, t: 1 + w[0]), init=2),
    ]
    labels = [None, 1.0, None, None]
    for model, y in zip(models, labels, strict=True):
        w[:] = 0
        before = model.sample(4, steps=3, seed=7, y=y)
        w += 1
        after = model.sample(4, steps=3, seed=7, y=y)
        assert (before != after).all()
        w -= 1
        np.testing.assert_array_equal(model.sample(4, steps=3, seed=7, y=y), before)


def test_the_potential_of_a_process_may_change():
    stiffness = np.ones(1)
    process = mr.processes.Langevin(lambda x: stiffness * x)
    before = process.simulate([1.0], paths=3, steps=3, seed=7).final
    stiffness *= 5
    assert (process.simulate([1.0], paths=3, steps=3, seed=7).final != before).all()


def test_what_has_not_changed_is_not_traced_again():
    calls, net = [], Net()

    def field(x, t):
        calls.append(1)
        net.counted = len(calls)
        return net(x) * net.counted**0

    compiled = mr.compile(field)
    for _ in range(3):
        compiled(X, 0.0)
        globals()["UNRELATED"] = object()
        net.w = net.w  # the same array
        net.parameters["scale"] = float("1.0")  # an equal number
    assert len(calls) == 2


def test_what_is_made_while_a_function_is_traced_is_looked_at_later():
    net = SimpleNamespace(w=None)

    def field(x, t):
        if net.w is None:
            net.w = np.ones(2)
        return net.w * x

    compiled = mr.compile(field)
    np.testing.assert_array_equal(compiled(X, 0.0), X)
    net.w *= 3
    np.testing.assert_array_equal(compiled(X, 0.0), 3 * X)


def test_all_weights_of_a_large_array_are_looked_at():
    w = np.zeros((1500, 1500))
    compiled = mr.compile(lambda x, t: x @ w[:2, :2])
    compiled(X, 0.0)
    w += 1.0
    np.testing.assert_array_equal(compiled(X, 0.0), X @ w[:2, :2])


def test_weights_of_pytorch_are_looked_at():
    torch = pytest.importorskip("torch")
    net = torch.nn.Linear(2, 2, dtype=torch.float64)
    compiled = mr.compile(lambda x, t: x @ net.weight.detach().numpy().T)
    before = compiled(X, 0.0)
    with torch.no_grad():
        net.weight *= 2
    np.testing.assert_allclose(compiled(X, 0.0), 2 * before)


def test_a_closure_that_refers_to_itself_is_walked_once():
    parameters = {"scale": 2.0}
    parameters["self"] = [parameters]

    def field(x, t, depth=3):
        return parameters["scale"] * x if depth == 0 else field(x, t, depth - 1)

    np.testing.assert_array_equal(mr.compile(field)(X, 0.0), 2 * X)
