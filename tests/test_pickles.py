"""Pickles of decorated functions: by name where they are found, by value where the pickler takes functions so."""

import copy
import functools
import pickle
import sys
import types

import numpy as np
import pytest

import maruyama as mr
from apart import run_apart
from maruyama.tracing.compiled import Compiled

X = np.random.default_rng(3).normal(size=(5, 2))


@mr.compile
def decorated(x, t):
    return -0.5 * x


@mr.pointwise
def of_one_state(x, t):
    return -0.5 * x


@mr.compile
@mr.pointwise
def of_one_state_compiled(x, t):
    return -0.5 * x


class Model:
    def __init__(self, k):
        self.k = k

    @mr.compile
    def drift(self, x, t):
        return -self.k * x


def plain(x, t, y=0.0):
    return y - 0.5 * x


def closures():
    factor = np.array([0.5, 0.5])
    return {
        "lambda": mr.compile(lambda x, t: -0.5 * x),
        "closure": mr.compile(lambda x, t: -factor * x),
        "closure-of-one-state": mr.pointwise(lambda x, t: -factor * x),
        "compiled-closure-of-one-state": mr.compile(mr.pointwise(lambda x, t: -factor * x)),
        "closure-over-a-compiled-one": mr.compile(lambda x, t: decorated(x, t)),
        "guided-closure": mr.guided(mr.compile(lambda x, t, y: y - factor * x), 1.0, null=0.0),
    }


def velocities():
    path = mr.GaussianPath.cosine(mr.Mixture.of_gaussians([[-2.0, 0.0], [2.0, 0.0]], 0.1))
    process = mr.processes.OrnsteinUhlenbeck(theta=[1.0, 2.0], mu=0.0, sigma=1.0)
    return {
        "velocity": path.velocity,
        "score": path.score,
        "posterior-mean": path.posterior_mean,
        "drift-of-a-process": process.drift,
        "diffusion-of-a-process": process.diffusion,
        "wrapped": mr.compile(plain),
        "guided": mr.guided(mr.compile(plain), 2.0, null=0.0),
        "method": Model(0.5).drift,
    }


def values(field, x=X):
    return field(x, 0.3, 1.0) if "guided" in repr(field) else field(x, 0.3)


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
@pytest.mark.parametrize("field", [decorated, of_one_state, of_one_state_compiled], ids=["compiled", "state", "both"])
def test_a_decorated_function_is_pickled_by_its_name(field, protocol):
    assert pickle.loads(pickle.dumps(field, protocol)) is field
    assert copy.copy(field) is copy.deepcopy(field) is field


@pytest.mark.parametrize("name", velocities())
@pytest.mark.parametrize("has_run", [False, True])
def test_a_field_of_what_can_be_pickled_is_pickled_with_it(name, has_run):
    field = velocities()[name]
    if has_run:
        values(field)
    for _ in range(2):
        field = pickle.loads(pickle.dumps(field))
        assert field.function is not None
    np.testing.assert_array_equal(values(field, X[:2]), values(velocities()[name], X[:2]))


def test_models_of_compiled_fields_are_pickled():
    path = mr.GaussianPath.straight(mr.Gaussian([2.0, 1.0], 0.25))
    for model in (
        mr.FlowModel(path.velocity, init=2),
        mr.with_noise(path.velocity, path.score, 0.5, init=2),
    ):
        again = pickle.loads(pickle.dumps(model))
        np.testing.assert_array_equal(again.sample(3, steps=3, seed=7), model.sample(3, steps=3, seed=7))


@pytest.mark.parametrize("name", closures())
@pytest.mark.parametrize("has_run", [False, True])
def test_a_closure_goes_through_cloudpickle_twice(name, has_run):
    cloudpickle = pytest.importorskip("cloudpickle")
    field = closures()[name]
    if has_run:
        values(field)
    for _ in range(3):
        field = pickle.loads(cloudpickle.dumps(field))
    for columns in (2, 1):  # traced anew for another dim
        if "factor" not in name and "closure" in name and columns == 1:
            continue
        np.testing.assert_allclose(
            values(field, X[:, :columns]), (1.0 if "guided" in name else 0.0) - 0.5 * X[:, :columns]
        )


@pytest.mark.parametrize("has_run", [False, True])
def test_a_drift_and_a_diffusion_go_through_cloudpickle(has_run):
    cloudpickle = pytest.importorskip("cloudpickle")
    pair = mr.compile(lambda x, t: -x), mr.compile(lambda x, t: 0.1 + 0.0 * x)

    def final(drift, diffusion):
        return mr.euler_maruyama(drift, diffusion, X, steps=3, seed=7).final

    expected = final(*pair) if has_run else final(lambda x, t: -x, lambda x, t: 0.1 + 0.0 * x)
    for _ in range(2):
        drift, diffusion = (pickle.loads(cloudpickle.dumps(field)) for field in pair)
        np.testing.assert_array_equal(final(drift, diffusion), expected)
        np.testing.assert_array_equal(mr.euler(drift, X, steps=1).final, 0 * X)
        pair = pickle.loads(cloudpickle.dumps((drift, diffusion)))
    np.testing.assert_array_equal(final(*pair), expected)


def test_a_pair_goes_into_one_pickle_that_keeps_who_is_who():
    cloudpickle = pytest.importorskip("cloudpickle")
    drift = mr.compile(lambda x, t: -x)
    model = mr.DiffusionModel(drift, drift, init=2)
    again = pickle.loads(cloudpickle.dumps(model))
    assert again.drift is again.sigma


def test_a_module_that_is_sent_by_value_sends_its_functions_so():
    cloudpickle = pytest.importorskip("cloudpickle")
    module = types.ModuleType("somebodys_fields")
    exec("import maruyama as mr\n@mr.compile\ndef field(x, t):\n    return -0.5 * x\n", vars(module))
    sys.modules[module.__name__] = module
    try:
        cloudpickle.register_pickle_by_value(module)
        sent = cloudpickle.dumps(module.field)
        cloudpickle.unregister_pickle_by_value(module)
    finally:
        del sys.modules[module.__name__]
    np.testing.assert_array_equal(pickle.loads(sent)(X, 0.0), -0.5 * X)


def test_plain_pickle_says_what_a_closure_needs():
    with pytest.raises(TypeError, match=r"can be pickled when it was traced by itself: .* cloudpickle"):
        pickle.dumps(mr.compile(lambda x, t: x))


SCRIPT = """
import pickle, sys
import numpy as np
import maruyama as mr

@mr.compile
def field(x, t):
    return -0.5 * x

@mr.pointwise
def state(x, t):
    return -0.5 * x

@mr.compile
@mr.pointwise
def compiled_state(x, t):
    return -0.5 * x

drift = mr.compile(lambda x, t: -0.5 * x)

def job(fields, lo):
    return [mr.euler(each, [1.0, 2.0], paths=range(lo, lo + 2), steps=3).final for each in fields]
"""
OF_JOBLIB = f"""{SCRIPT}
if __name__ == "__main__":
    from joblib import Parallel, delayed
    mr.euler(drift, [[1.0]], steps=1)  # of another dim
    fields = [field, state, compiled_state, drift]
    for got in Parallel(n_jobs=2)(delayed(job)(fields, lo) for lo in (0, 2)):
        np.testing.assert_array_equal(got, job(fields, 0))
    print("the same")
"""
OF_MULTIPROCESSING = f"""{SCRIPT}
if __name__ == "__main__":
    import multiprocessing
    fields = [field, state, compiled_state]
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        np.testing.assert_array_equal(pool.apply(job, (fields, 0)), job(fields, 0))
    assert pickle.loads(pickle.dumps(field)) is field
    print("the same")
"""


def test_functions_of_a_script_go_to_joblib(tmp_path):
    pytest.importorskip("joblib")
    script = OF_JOBLIB.replace("import pickle, sys", "import pickle, sys, warnings; warnings.simplefilter('default')")
    assert run_apart(tmp_path, script) == "the same\n"


def test_functions_of_a_script_go_to_processes_that_are_spawned(tmp_path):
    assert run_apart(tmp_path, OF_MULTIPROCESSING) == "the same\n"


def test_a_damaged_trace_is_refused():
    field = mr.compile(lambda x, t: x)
    field(X, 0.0)
    trace = field._traced().trace
    for damaged in (
        trace._replace(tails=((3,),)),
        trace._replace(tails=((2,), (2,))),
        trace._replace(tails=((-1, -2),)),
        trace._replace(has_paths=()),
        trace._replace(has_paths=(False,)),
        trace._replace(text=tuple(trace.text)),
        trace._replace(numbers=(0,) * 9),
    ):
        with pytest.raises(ValueError, match=r"does not fit its program, as in a damaged pickle: .* compile"):
            Compiled.of(damaged)
    ((key, each),) = field._programs.items()
    with pytest.raises(ValueError, match="is one for dim 2 and float64: compile the function anew"):
        mr.CompiledFunction(None, {key._replace(dim=3): each})


def test_an_object_may_hold_its_own_method():
    model = Model(2.0)
    model.field = model.drift
    again = pickle.loads(pickle.dumps(model))
    assert again.k == 2.0
    np.testing.assert_array_equal(again.field(X, 0.0), -2.0 * X)


class Averaged:
    def __init__(self, make):
        self.w = np.ones(1)
        self.drift = make(self._drift)

    def _drift(self, x, t):
        return -self.w * x


@pytest.mark.parametrize(
    "make",
    [mr.compile, mr.pointwise, lambda f: mr.compile(mr.pointwise(f)), lambda f: mr.compile(functools.partial(f))],
    ids=["compiled", "of-one-state", "compiled-of-one-state", "partial"],
)
def test_a_deep_copy_of_an_object_has_a_field_of_its_own(make):
    model = Averaged(make)
    average = copy.deepcopy(model)
    average.w[:] = 0.5
    assert mr.euler(average.drift, [[1.0]], steps=1).final == 0.5
    assert mr.euler(model.drift, [[1.0]], steps=1).final == 0.0
