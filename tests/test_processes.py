"""What every named process has: coefficients that are its formulas, a run, a law or a reason; and what it refuses."""

import copy
import importlib
import inspect
import pickle
import pkgutil
import re
from dataclasses import FrozenInstanceError, fields, replace

import numpy as np
import pytest

import maruyama as mr
from loop import numpy_loop
from maruyama import processes
from maruyama.processes import BrownianMotion, GeometricBrownianMotion, Heston, Langevin

OU = processes.OrnsteinUhlenbeck
LAWS = ["mean", "variance", "scheme_mean", "scheme_variance"]
CLASSES = [getattr(processes, name) for name in processes.__all__ if name != "Process"]


def cube(x):
    return x**3


def made(process):
    """One of them with its defaults, which only `Langevin` lacks."""
    return Langevin(cube, dim=2) if process is Langevin else process()


every_process = pytest.mark.parametrize(
    "process", [made(each) for each in CLASSES], ids=lambda each: type(each).__name__
)


def states(process, paths=5):
    """Positive ones, as prices and variances are."""
    return np.random.default_rng(3).uniform(0.2, 1.5, (paths, process.dim))


# --- what a file of a process promises --------------------------------------------------------------------------------


def test_every_process_of_the_package_is_in_its_table():
    files = [
        importlib.import_module(f"maruyama.processes.{each.name}") for each in pkgutil.iter_modules(processes.__path__)
    ]
    found = {name: getattr(file, name) for file in files for name in file.__all__}
    concrete = {
        name for name, each in found.items()
        if isinstance(each, type) and issubclass(each, mr.processes.Process) and not each.__abstractmethods__
        and "__dataclass_fields__" in vars(each)
    }  # fmt: skip
    assert concrete == {each.__name__ for each in CLASSES}


@every_process
def test_its_docstring_has_the_equation_the_source_and_an_example(process):
    text = inspect.getdoc(type(process))  # Python 3.13 takes the indentation off by itself
    assert re.match(r"d\w+(/dt)? = .*", text)
    for heading in ("Parameters", "References", "Examples"):
        assert f"{heading}\n---" in text
    assert ">>> " in text


@every_process
@pytest.mark.parametrize("law", LAWS)
def test_a_law_is_known_or_the_reason_is_stated(process, law):
    steps = (10,) if law.startswith("scheme") else ()
    try:
        value = getattr(process, law)(states(process), 0.5, *steps)
    except NotImplementedError as error:
        assert process.unknown in str(error)  # noqa: PT017
        assert len(process.unknown) > 20
    else:
        assert np.isfinite(value).all()
        assert value.shape in [(), (process.dim,), (5, process.dim)]


@every_process
def test_coefficients_are_compiled_and_give_numpys_bits(process):
    x = states(process)
    for field in (process.drift, process.diffusion):
        assert isinstance(field, mr.CompiledFunction)
        plain = np.broadcast_to(field.function(x, 0.25), field(x, 0.25).shape)
        if type(process) is not Langevin:  # a cube is multiplied out, to 2 ulp
            np.testing.assert_array_equal(field(x, 0.25), plain)
        np.testing.assert_allclose(field(x, 0.25), plain, rtol=4.5e-16)


@every_process
def test_simulate_gives_the_bits_of_the_loop(process):
    if type(process) is Langevin:
        process = Langevin(np.sign, dim=2)
    x0, steps = states(process), 7
    run = process.simulate(x0, steps=steps, t=(0.0, 0.7), seed=5, save="all")
    z = mr.noise(5, paths=5, steps=steps, dim=process.dim)
    loop = numpy_loop(
        process.drift.function, process.diffusion.function, x0, run.t, z, general=process.noise == "general", dt=0.7 / 7
    )
    np.testing.assert_array_equal(run.x, loop)
    assert run.route == "compiled"


@every_process
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_simulate_hands_its_options_over(process, dtype):
    x0, out = states(process)[0], np.empty((5, process.dim), dtype)
    options = {"seed": 3, "steps": 6, "threads": 1, "dtype": dtype, "nonfinite": "propagate", "progress": False}
    run = process.simulate(x0, paths=range(10, 15), out=out, **options)
    assert run.x.base is out or run.final is out or np.shares_memory(run.x, out)
    whole = process.simulate(x0, paths=20, save=2, **options)
    assert whole.x.shape == (4, 20, process.dim)
    np.testing.assert_array_equal(run.final, whole.final[10:15])


@pytest.mark.parametrize("process", [processes.Lorenz(), processes.Lorenz(epsilon=1.0), processes.DoubleWell()])
def test_a_run_that_blows_up_is_refused_or_goes_on(process):
    x0, options = np.full((1, process.dim), 1e200), {"steps": 4, "seed": 1}
    assert not np.isfinite(process.simulate(x0, nonfinite="propagate", **options).final).all()
    with pytest.raises(mr.NonFiniteError):
        process.simulate(x0, **options)


@every_process
def test_simulate_reports_its_progress(process):
    reports = []
    process.simulate(states(process), steps=3, seed=1, progress=lambda done, total: reports.append((done, total)))
    assert reports[-1] == (15, 15)


@every_process
def test_simulate_takes_a_grid_of_points(process):
    t = np.array([0.0, 0.1, 0.15, 0.4])
    np.testing.assert_array_equal(process.simulate(states(process), t=t, save="all", seed=1).t, t)


@every_process
def test_it_compares_hashes_copies_and_pickles_by_its_parameters(process):
    process.simulate(states(process), steps=1, seed=1)  # it has compiled its coefficients
    for again in (pickle.loads(pickle.dumps(process)), copy.deepcopy(process), replace(process)):
        assert again == process
        assert again is not process
        assert hash(again) == hash(process)
        np.testing.assert_array_equal(again.drift(states(process), 0.0), process.drift(states(process), 0.0))


@every_process
def test_its_parameters_cannot_be_changed(process):
    with pytest.raises(FrozenInstanceError):
        process.dim = 3
    with pytest.raises(FrozenInstanceError):
        setattr(process, fields(process)[0].name, 1.0)


@pytest.mark.parametrize(
    ("process", "text"),
    [
        (OU(2, mu=[0, 1]), "OrnsteinUhlenbeck(theta=2.0, mu=(0.0, 1.0), sigma=1.0)"),
        (Heston(), "Heston(r=0.05, kappa=5.0, theta=0.04, xi=0.25, rho=-0.5)"),
        (Langevin(cube), "Langevin(grad=cube, potential=None, beta=1.0, dim=1)"),
    ],
)
def test_it_prints_as_it_is_written(process, text):
    assert repr(process) == text
    assert eval(text, {**vars(processes), "cube": cube}) == process


def test_numbers_of_any_kind_make_equal_processes():
    assert OU(np.float32(2), np.array([0, 1]), np.int64(1)) == OU(2.0, (0.0, 1.0), 1)
    assert OU(2.0) != OU(1.0)
    assert BrownianMotion(0.0, 1.0) != GeometricBrownianMotion(0.0, 1.0)
