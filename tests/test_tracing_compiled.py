"""Compiled functions as the user holds them: called, run, printed, pickled, cached."""

import copy
import pickle
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import numpy as np
import pytest

import maruyama as mr
from fields_to_trace import EXACT
from program_reference import evaluate

X = np.random.default_rng(3).normal(size=(500, 4))


@mr.compile
def lorenz(x, t, sigma=10.0, rho=28.0, beta=8 / 3):
    x, y, z = x[:, 0], x[:, 1], x[:, 2]
    return np.stack([sigma * (y - x), x * (rho - z) - y, x * y - beta * z], axis=1)


def plain(x, t):
    return -x * t


named_otherwise = mr.compile(plain)


@pytest.mark.parametrize("name", EXACT)
def test_a_compiled_function_gives_numpys_bits(name):
    with np.errstate(all="ignore"):
        expected = np.asarray(EXACT[name](X, 0.3))
    values = mr.compile(EXACT[name])(X, 0.3)
    assert values.shape == expected.shape
    np.testing.assert_array_equal(values, expected)


def test_the_core_and_the_slow_evaluator_agree_on_products():
    weights = np.random.default_rng(4).normal(size=(4, 17))
    field = mr.compile(lambda x, t: np.concatenate([x @ weights, (x * t) @ weights[:, :2]], axis=1))
    values = field(X, 0.3)
    (expected,) = evaluate(field._traced().trace.text, X, 0.3)
    np.testing.assert_allclose(values, expected, rtol=1e-13, atol=1e-14)


def test_a_compiled_run_is_the_callback_run():
    compiled, callback = (
        mr.euler_maruyama(f, 0.5, [1.0, 2.0, 3.0], paths=1000, steps=20, seed=7) for f in (lorenz, lorenz.function)
    )
    assert compiled.route == "drift: compiled, diffusion: constant"
    np.testing.assert_array_equal(compiled.final, callback.final)


def test_drift_and_diffusion_are_one_program():
    drift = mr.compile(lambda x, t, mu, kappa: kappa * (mu - np.maximum(x, 0)))
    diffusion = mr.compile(lambda x, t, mu, kappa: np.sqrt(np.maximum(x, 0)))
    options = {"paths": 1000, "steps": 20, "seed": 7, "args": (0.04, 5.0)}
    run = mr.euler_maruyama(drift, diffusion, [0.04], **options)
    assert run.route == "compiled"
    assert drift.operations == 3
    np.testing.assert_array_equal(
        run.final, mr.euler_maruyama(drift.function, diffusion.function, [0.04], **options).final
    )


@pytest.mark.parametrize("which", ["drift", "diffusion"])
def test_one_of_two_may_be_compiled(which):
    drift, diffusion = (lambda x, t: -x), (lambda x, t: 1 + x * x)
    mixed = (mr.compile(drift), diffusion) if which == "drift" else (drift, mr.compile(diffusion))
    runs = [mr.euler_maruyama(*pair, X, steps=3, seed=7) for pair in ((drift, diffusion), mixed)]
    assert f"{which}: compiled" in runs[1].route
    np.testing.assert_array_equal(runs[0].final, runs[1].final)


@pytest.mark.parametrize("drift", [mr.compile(lambda x, t: -x), lambda x, t: -x, 0.0])
def test_general_noise_may_be_compiled(drift):
    def diffusion(x, t):
        return x[:, :, None] * np.array([[1.0, 2.0, 3.0]]) + t

    plain_drift = getattr(drift, "function", drift)
    runs = [
        mr.euler_maruyama(*pair, X, steps=3, seed=7, noise="general")
        for pair in ((plain_drift, diffusion), (drift, mr.compile(diffusion)))
    ]
    np.testing.assert_array_equal(runs[0].final, runs[1].final)


def test_general_noise_of_a_compiled_constant():
    g = np.array([[1.0, 2.0], [0.5, 0.25]])
    runs = [
        mr.euler_maruyama(0.0, each, [1.0, 2.0], paths=50, steps=3, seed=7, noise="general")
        for each in (g, mr.compile(lambda x, t: g))
    ]
    np.testing.assert_array_equal(runs[0].final, runs[1].final)


def test_general_noise_without_m_is_refused():
    with pytest.raises(ValueError, match=r"expected \(paths, 4, 4\): with noise='general' return \(paths, dim, m\)"):
        mr.euler_maruyama(0.0, mr.compile(lambda x, t: x), X, steps=1, noise="general")


def test_rows_of_arguments_belong_to_their_paths():
    rates, shifts = np.linspace(0, 1, 500)[:, None], np.arange(2000.0).reshape(500, 4)
    field = mr.compile(lambda x, t, a, b: b - a * x)
    args = (mr.per_path(rates), mr.per_path(shifts))
    runs = [mr.euler(each, X, steps=5, args=args, threads=2) for each in (field, field.function)]
    np.testing.assert_array_equal(runs[0].final, runs[1].final)
    np.testing.assert_array_equal(field(X, 0.0, *args), shifts - rates * X)


def test_results_do_not_depend_on_threads_or_tiles():
    many = np.random.default_rng(5).normal(size=(3001, 3))
    runs = [mr.euler(lorenz, many, steps=5, threads=threads).final for threads in (1, 2, 3)]
    np.testing.assert_array_equal(runs[0], runs[1])
    np.testing.assert_array_equal(runs[0], runs[2])
    np.testing.assert_array_equal(mr.euler(lorenz, many[:7], steps=5).final, runs[0][:7])


def test_float32_states_run_in_float32():
    run = mr.euler(lorenz, X[:, :3].astype(np.float32), steps=5)
    assert run.final.dtype == np.float32
    np.testing.assert_array_equal(run.final, mr.euler(lorenz.function, X[:, :3].astype(np.float32), steps=5).final)


def test_no_paths_and_no_steps():
    assert mr.euler(lorenz, np.empty((0, 3)), steps=5).final.shape == (0, 3)
    assert lorenz(np.empty((0, 3)), 0.0).shape == (0, 3)
    np.testing.assert_array_equal(mr.euler(lorenz, X[:, :3], steps=0).final, X[:, :3])


def test_a_compiled_function_may_call_another():
    field = mr.compile(lambda x, t: lorenz(x, t) * 2)
    np.testing.assert_array_equal(field(X[:, :3], 0.0), 2 * lorenz.function(X[:, :3], 0.0))


def test_a_compiled_function_may_be_given_numbers_and_a_traced_t_by_another():
    inner = mr.compile(lambda x, t: t * x + 1)
    field = mr.compile(lambda x, t: x * inner(np.ones((1, 4)), t))
    np.testing.assert_array_equal(field(X, 0.5), X * 1.5)


def test_a_compiled_function_without_its_source_cannot_be_called_by_another():
    def scaled(factor):
        return mr.compile(lambda x, t: factor * x)

    inner = scaled(2.0)
    inner(X, 0.0)
    again = pickle.loads(pickle.dumps(inner))
    with pytest.raises(mr.TracingError, match="came out of a pickle"):
        mr.compile(lambda x, t: again(x, t))(X, 0.0)


def test_tracing_happens_once_for_states_and_arguments_of_a_kind():
    calls = []

    @mr.compile
    def field(x, t, a, b):
        calls.append(x.shape[1:])
        return a * x + b

    def new_calls(*arguments):
        calls.clear()
        field(*arguments)
        return len(calls)

    rows = mr.per_path(X)
    assert new_calls(X, 0.0, 2.0, rows) == 2
    assert new_calls(X[:9], 1.0, 2.0, mr.per_path(X[:9])) == 0
    assert new_calls(X, 0.0, 3.0, rows) == 0
    assert new_calls(X, 0.0, 3, rows) == 2
    assert new_calls(X, 0.0, np.ones(4), rows) == 2
    assert new_calls(X, 0.0, np.ones(4), rows) == 0
    assert new_calls(X.astype(np.float32), 0.0, 2.0, rows) == 2
    assert new_calls(X[:, :1], 0.0, 2.0, rows) == 2


def test_an_argument_that_may_have_changed_is_read_again():
    parameters, more = SimpleNamespace(scale=1.0), type("Parameters", (), {})()
    more.scale = 1.0
    field = mr.compile(lambda x, t, a, b: a.scale * b.scale * x)
    np.testing.assert_array_equal(field(X, 0.0, parameters, more), X)
    parameters.scale, more.scale = 2.0, 3.0
    np.testing.assert_array_equal(field(X, 0.0, parameters, more), 6 * X)


def test_programs_that_were_not_used_for_long_are_forgotten():
    field = mr.compile(lambda x, t, a: a * x)
    for value in range(100):
        field(X, 0.0, np.array([value]))
        field(X, 0.0, -1)
    assert len(field._programs) == 32
    assert field(X, 0.0, -1)[0, 0] == -X[0, 0]


def test_threads_may_use_a_function_for_the_first_time_at_once():
    field = mr.compile(lambda x, t, a: np.tanh(a * x) @ np.full((4, 4), t, dtype=float))
    with ThreadPoolExecutor(16) as pool:
        found = list(pool.map(lambda k: field(X, 0.5, k % 3), range(64)))
    for k, values in enumerate(found):
        np.testing.assert_array_equal(values, found[k % 3])


def test_attributes_of_a_callable_object_are_its_own():
    class Field:
        def __init__(self):
            self.function = self._programs = self.program = None
            self.factor = 3.0

        def __call__(self, x, t):
            return self.factor * x

    np.testing.assert_array_equal(mr.compile(Field())(X, 0.0), 3 * X)


def test_a_compiled_function_tells_its_size():
    field = mr.compile(lorenz.function)
    with pytest.raises(ValueError, match="has not been traced yet"):
        _ = field.operations
    assert repr(field) == "<compiled lorenz, not traced yet>" == str(field)
    field(X[:, :3], 0.0)
    assert (field.operations, field.registers) == (3, 3)
    assert "r0 = subtract_multiply(x1, x0, 10.0)" in str(field)


def test_a_compiled_function_looks_like_its_function():
    assert lorenz.__name__ == "lorenz"
    assert lorenz.__wrapped__ is lorenz.function


def test_a_decorated_function_is_pickled_by_its_name():
    assert pickle.loads(pickle.dumps(lorenz)) is lorenz


def test_a_function_with_a_name_of_its_own_is_pickled_by_that():
    again = pickle.loads(pickle.dumps(named_otherwise))
    assert again.function is plain
    np.testing.assert_array_equal(again(X, 2.0), -X * 2)


def test_a_closure_is_pickled_by_its_programs():
    factor = np.arange(4.0)
    field = mr.compile(lambda x, t: x @ np.diag(factor) + np.sin(t))
    with pytest.raises(TypeError, match="can be pickled when it was traced"):
        pickle.dumps(field)
    expected = field(X, 0.3)
    again = pickle.loads(pickle.dumps(field))
    np.testing.assert_array_equal(again(X, 0.3), expected)
    np.testing.assert_array_equal(mr.euler(again, X, steps=3).final, mr.euler(field, X, steps=3).final)
    with pytest.raises(mr.TracingError, match="came out of a pickle"):
        again(X[:, :2], 0.3)


def test_a_copy_is_the_function_itself():
    assert copy.deepcopy(lorenz) is lorenz


def test_what_is_no_function_is_refused():
    with pytest.raises(TypeError, match="compile needs a function"):
        mr.compile(1.0)


@pytest.mark.parametrize("x", [1.0, [1.0, 2.0], np.ones((2, 2, 2))])
def test_states_of_another_shape_are_refused(x):
    with pytest.raises(ValueError, match=r"expected \(paths, dim\)"):
        lorenz(x, 0.0)


def test_rows_that_do_not_fit_are_refused():
    with pytest.raises(ValueError, match="marked per_path has 3 rows, but there are 500 paths"):
        mr.compile(lambda x, t, a: a * x)(X, 0.0, mr.per_path(np.ones((3, 1))))


def test_errors_of_a_run_name_the_coefficient():
    with pytest.raises(ValueError, match=r"diffusion returned shape \(paths,\), expected \(paths, 4\)"):
        mr.euler_maruyama(mr.compile(lambda x, t: x), mr.compile(lambda x, t: x[:, 0]), X, steps=1)
