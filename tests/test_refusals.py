"""What is refused, and the way out that the sentence names: a table of (given, said)."""

import functools
import os
import subprocess
import sys

import numpy as np
import pytest
from typer.testing import CliRunner

import maruyama as mr
from maruyama import cli


def _rotation(s, t):
    x, y = s
    return [y, -x]


def _stacked(x, t, b, a):
    return np.stack([b * a, x[:, 0]], axis=1)


# id: (what is given, the error, what its sentence says, word by word)
FIELDS = {
    "diagonal-diffusion-of-the-wrong-shape": (
        lambda: mr.euler_maruyama(0.0, np.ones((3, 3)), np.zeros((5, 2)), steps=1),
        ValueError,
        "diffusion has shape (3, 3), expected (2,) or a number",
    ),
    "a-matrix-as-diagonal-noise": (
        lambda: mr.euler_maruyama(0.0, np.eye(2), np.zeros((5, 2)), steps=1),
        ValueError,
        "a matrix (dim, m) needs noise='general'",
    ),
    "a-function-of-matrices-as-diagonal-noise": (
        lambda: mr.euler_maruyama(0.0, lambda x, t: np.ones((len(x), 2, 2)), np.zeros((5, 2)), steps=1),
        ValueError,
        "a matrix, (dim, m) or (paths, dim, m), needs noise='general'",
    ),
    "a-compiled-matrix-as-diagonal-noise": (
        lambda: mr.euler_maruyama(0.0, mr.compile(lambda x, t: np.eye(2)), np.zeros((5, 2)), steps=1),
        ValueError,
        "a matrix, (dim, m) or (paths, dim, m), needs noise='general'",
    ),
    "diagonal-noise-as-general": (
        lambda: mr.euler_maruyama(0.0, lambda x, t: x, [1.0, 2.0], paths=2, steps=1, noise="general"),
        ValueError,
        "noise='diagonal' is the default",
    ),
    "time-first": (
        lambda: mr.euler(lambda t, y: -y, [1.0, 2.0], paths=1, steps=2),
        TypeError,
        "write lambda x, t: f(t, x)",
    ),
    "a-function-of-one-state-that-unpacks": (
        lambda: mr.euler(_rotation, np.ones((5, 2)), steps=1),
        ValueError,
        "write a function of one state (dim,) as mr.pointwise(f)",
    ),
    "a-function-of-one-state-that-unpacks-one-path": (
        lambda: mr.euler(_rotation, np.ones((1, 2)), steps=1),
        ValueError,
        "write a function of one state (dim,) as mr.pointwise(f)",
    ),
    "a-function-of-one-state-with-an-index": (
        lambda: mr.euler(lambda s, t: [s[1], -s[0]], np.ones((5, 2)), steps=1),
        ValueError,
        "a function of one state (dim,) goes through mr.pointwise(f)",
    ),
    "a-function-of-one-state-of-as-many-paths-as-dimensions": (
        lambda: mr.euler(lambda s, t: [s[1], -s[0]], np.ones((2, 2)), steps=1),
        ValueError,
        "write a function of one state as mr.pointwise(f)",
    ),
    "a-compiled-function-of-one-state": (
        lambda: mr.euler(mr.compile(_rotation), np.ones((5, 2)), steps=1),
        mr.TracingError,
        "write a function of one state (dim,) as mr.pointwise(f)",
    ),
    "complex-states": (
        lambda: mr.euler(-1.0, np.ones((5, 2)) * 1j, steps=1),
        TypeError,
        "give real and imaginary parts as dimensions, np.concatenate([x0.real, x0.imag], axis=1)",
    ),
    "images-as-states": (
        lambda: mr.euler(-1.0, np.ones((5, 3, 8, 8)), steps=1),
        ValueError,
        "give x0.reshape(len(x0), -1), and in the field use x.reshape(-1, 3, 8, 8)",
    ),
    "an-array-as-noise": (
        lambda: mr.euler_maruyama(0.0, 1.0, [1.0], paths=2, steps=1, noise=np.ones((50, 50))),
        ValueError,
        "noise must be 'diagonal' or 'general', got an array of shape (50, 50)",
    ),
    "an-array-as-steps": (
        lambda: mr.euler(0.0, [[1.0]], steps=np.linspace(0, 1, 5000)),
        TypeError,
        "steps must be an integer, got an array of shape (5000,)",
    ),
    "a-forgotten-per_path": (
        lambda: mr.euler(lambda x, t, a: a * x, np.ones((50_000, 2)), steps=1, args=(np.ones((50_000, 1)),)),
        ValueError,
        "args[0] has as many rows as the run has paths, 50000",
    ),
    "a-forgotten-per_path-that-is-stacked": (
        lambda: mr.euler(_stacked, np.ones((50_000, 2)), steps=1, args=(1.0, np.ones(50_000))),
        ValueError,
        "args[1] has as many rows as the run has paths, 50000",
    ),
    "a-forgotten-per_path-of-a-compiled-field": (
        lambda: mr.euler(mr.compile(lambda x, t, a: a * x), np.ones((5, 2)), steps=1, args=(np.ones((5, 1)),)),
        ValueError,
        "mark it as mr.per_path(array)",
    ),
    "a-flat-per_path-of-a-compiled-field": (
        lambda: mr.euler(mr.compile(lambda x, t, a: a * x), np.ones((5, 2)), steps=1, args=(mr.per_path(np.ones(5)),)),
        mr.TracingError,
        "a 1-d per_path array gives one number per path: write a[:, None]",
    ),
}
RUNS = {
    "span-without-steps": (
        lambda: mr.euler(0.0, [[1.0]], t=(0.0, 1.0)),
        ValueError,
        "say steps=..., or give all the grid points as an array",
    ),
    "two-points-without-steps": (
        lambda: mr.euler(0.0, [[1.0]], t=[0, 1]),
        ValueError,
        "a single step is steps=1",
    ),
    "dt": (
        lambda: mr.euler(0.0, [[1.0]], dt=0.01),
        TypeError,
        "euler() has no dt: steps=100 for the span t=(0, 1) has the step size 0.01",
    ),
    "dt-that-does-not-divide-the-span": (
        lambda: mr.euler_maruyama(0.0, 1.0, [[1.0]], t=(1.0, 0.0), dt=0.3),
        TypeError,
        "steps=3 for the span t=(1, 0) has the step size -0.333333",
    ),
    "dt-of-no-span": (
        lambda: mr.brownian(3, t=np.linspace(0, 1, 5), dt=0.25),
        TypeError,
        "say how many steps the run takes, steps=n",
    ),
    "dt-of-a-run-that-goes-on": (
        lambda: mr.brownian(mr.brownian(3, steps=1), dt=0.25),
        TypeError,
        "say how many steps the run takes, steps=n",
    ),
    "dt-of-a-process": (
        lambda: mr.processes.OrnsteinUhlenbeck().simulate([[1.0]], dt=0.01, t=(0, 5)),
        TypeError,
        "simulate() has no dt: steps=500 for the span",
    ),
    "n_steps": (lambda: mr.euler(0.0, [[1.0]], n_steps=3), TypeError, "steps=n is the number of steps"),
    "t_span": (
        lambda: mr.euler(0.0, [[1.0]], t_span=(0, 1), steps=3),
        TypeError,
        "t=(t0, t1) with steps=n is the span",
    ),
    "T": (lambda: mr.brownian(3, T=2.0, steps=3), TypeError, "t=(t0, t1) with steps=n is the span"),
    "n_paths": (lambda: mr.euler_maruyama(0.0, 1.0, 1.0, n_paths=3), TypeError, "paths=n is the number of paths"),
    "y0": (lambda: mr.euler(0.0, y0=[[1.0]], steps=3), TypeError, "x0 holds the initial states"),
    "noise_type": (
        lambda: mr.euler_maruyama(0.0, 1.0, [[1.0]], noise_type="diagonal"),
        TypeError,
        'noise= is "diagonal" or "general"',
    ),
    "rng": (
        lambda: mr.euler_maruyama(0.0, 1.0, [[1.0]], rng=np.random.default_rng(1)),
        TypeError,
        "seed= is what the noise is a function of: an int, a SeedSequence or a Generator",
    ),
    "random_state": (lambda: mr.brownian(3, random_state=1), TypeError, "seed= is what the noise"),
    "t_eval": (lambda: mr.euler(0.0, [[1.0]], t_eval=[0, 1]), TypeError, "save= says which states are kept"),
    "n_jobs": (lambda: mr.euler(0.0, [[1.0]], n_jobs=2), TypeError, "threads=n uses at most n threads"),
    "rtol": (lambda: mr.euler(0.0, [[1.0]], rtol=1e-3), TypeError, "the steps are chosen by you, steps=n"),
    "rng-of-an-ode": (lambda: mr.euler(0.0, [[1.0]], rng=1), TypeError, "euler() has no rng: it takes velocity, x0"),
    "steps-for-times": (
        lambda: mr.euler(0.0, [[1.0]], steps=10, save=[1, 2, 5]),
        ValueError,
        "the times of the steps 1, 2, 5 are save=[0.1, 0.2, 0.5]",
    ),
    "float32-times": (
        lambda: mr.euler(0.0, [[1.0]], steps=10**8, save=np.linspace(0, 1, 11, dtype=np.float32)),
        ValueError,
        "save holds float32 times, which are rounded: give them in float64",
    ),
    "a-run-as-an-array": (
        lambda: np.mean(mr.brownian(3, steps=1)),
        TypeError,
        "say which of its states, run.final or run.x",
    ),
    "another-seed-of-a-run-that-goes-on": (
        lambda: mr.brownian(mr.brownian(3, steps=1, seed=7), steps=1, seed=8),
        ValueError,
        "leave it out; to begin anew give its states, x0=run.final, with a seed of their own",
    ),
    "a-run-whose-last-state-is-not-saved": (
        lambda: mr.brownian(mr.brownian(3, steps=2, save=[0.5]), steps=1),
        ValueError,
        "a run goes on from its last state, so save that too",
    ),
}
TRACING = {
    "round-to-digits": (
        lambda: mr.compile(lambda x, t: x * round(t, 2))([[1.0]], 0.0),
        mr.TracingError,
        "write np.round(t, digits)",
    ),
    "a-formatted-time": (
        lambda: mr.compile(lambda x, t: x * len(f"{t:.2f}"))([[1.0]], 0.0),
        mr.TracingError,
        "leave the text away",
    ),
    "in-place-by-position": (
        lambda: mr.compile(lambda x, t: np.clip(x, 0.0, 1.0, np.zeros(x.shape)))([[1.0]], 0.0),
        mr.TracingError,
        "leave out=... away",
    ),
    "dtype-of-a-sum": (
        lambda: mr.compile(lambda x, t: x.sum(axis=1, dtype=int))([[1.0]], 0.0),
        mr.TracingError,
        "np.trunc and np.rint give whole numbers",
    ),
    "where-of-a-reduction": (
        lambda: mr.compile(lambda x, t: x.sum(axis=1, where=x > 0))([[1.0]], 0.0),
        mr.TracingError,
        "use np.where on the result, or on what is reduced",
    ),
    "knots-that-depend-on-t": (
        lambda: mr.compile(lambda x, t: np.interp(x, [0.0, t + 1], [0.0, 1.0]))([[1.0]], 0.0),
        mr.TracingError,
        "give constant xp",
    ),
    "conditions-added-as-objects": (
        lambda: mr.compile(lambda x, t: np.asarray(x > 0) + np.asarray(x < 1))([[1.0]], 0.0),
        mr.TracingError,
        "stack them with np.stack",
    ),
    "if-of-a-traced-value": (
        lambda: mr.compile(lambda x, t: x if (x > 0).all(axis=1) else -x)([[1.0]], 0.0),
        mr.TracingError,
        "np.where",
    ),
    "cross-along-the-paths": (
        lambda: mr.compile(lambda x, t: np.cross(x, x, axis=0))([[1.0, 2.0, 3.0]], 0.0),
        mr.TracingError,
        "say axis=1, or axis=-1",
    ),
    "gradient-without-axis": (
        lambda: mr.compile(lambda x, t: np.gradient(x)[1])([[1.0, 2.0, 3.0]], 0.0),
        mr.TracingError,
        "say axis=1 or axis=-1",
    ),
    "gradient-with-traced-spacing": (
        lambda: mr.compile(lambda x, t: np.gradient(x, t, axis=1))([[1.0, 2.0, 3.0]], 0.0),
        mr.TracingError,
        "divide the result by it, with spacing 1",
    ),
    "trace-over-the-paths": (
        lambda: mr.compile(lambda x, t: np.trace(x.reshape(-1, 2, 2)))([[1.0, 2.0, 3.0, 4.0]], 0.0),
        mr.TracingError,
        "say axis1=1, axis2=2",
    ),
    "triangle-with-the-paths": (
        lambda: mr.compile(lambda x, t: np.tril(x))([[1.0, 2.0]], 0.0),
        mr.TracingError,
        "np.tril along axis -2 of shape (paths, 2) mixes the paths",
    ),
    "inverse-of-a-large-matrix": (
        lambda: mr.compile(lambda x, t: np.linalg.inv(x.reshape(-1, 5, 5))[:, 0])(np.ones((1, 25)), 0.0),
        mr.TracingError,
        "hand the function over without mr.compile",
    ),
    "solve-with-a-vector-for-each-path": (
        lambda: mr.compile(lambda x, t: np.linalg.solve(np.eye(2)[None, None], x))([[1.0, 2.0]], 0.0),
        ValueError,
        "vectors, one for each path, are b[..., None]",
    ),
    "an-index-that-depends-on-the-state": (
        lambda: mr.compile(lambda x, t: x * np.ones(3)[np.floor(x)])([[1.0]], 0.0),
        mr.TracingError,
        "choose with np.where, np.select or np.interp; labels, a whole number for each path, go into args as "
        "mr.per_path(array of integers)",
    ),
    "labels-that-are-floats": (
        lambda: mr.compile(lambda x, t, y: x * np.ones(3)[y])(np.ones((1, 1)), 0.0, mr.per_path([1.0])),
        mr.TracingError,
        "go into args as mr.per_path(array of integers)",
    ),
    "labels-that-are-conditions": (
        lambda: mr.compile(lambda x, t, y: x * np.ones(1)[y])(np.ones((1, 1)), 0.0, mr.per_path([True])),
        mr.TracingError,
        "an index of conditions picks some of the paths: choose with np.where(condition, a, b)",
    ),
    "labels-of-a-list": (
        lambda: mr.compile(lambda x, t, y: x * [1.0, 2.0][y])(np.ones((1, 1)), 0.0, mr.per_path([1])),
        mr.TracingError,
        "labels look up in arrays, np.array(table)[y]",
    ),
    "labels-as-an-array-of-objects": (
        lambda: mr.compile(lambda x, t, y: x * np.ones(3)[np.asarray(y)])(np.ones((1, 1)), 0.0, mr.per_path([1])),
        mr.TracingError,
        "labels look up as they are, table[y]",
    ),
    "labels-of-a-table-that-depends-on-t": (
        lambda: mr.compile(lambda x, t, y: x * (np.ones(3) * t)[y])(np.ones((1, 1)), 0.0, mr.per_path([1])),
        mr.TracingError,
        "look labels up in a constant table, and compute then",
    ),
    "labels-that-say-what-to-do-with-one-state": (
        lambda: mr.compile(mr.pointwise(lambda x, t, y: x if np.arange(3)[y] > 1 else -x))(
            np.ones((1, 1)), 0.0, mr.per_path([1])
        ),
        mr.TracingError,
        "what the function does is not the same for all labels: choose with np.where(y == label, a, b)",
    ),
    "more-labels-than-one-state-is-traced-for": (
        lambda: mr.compile(mr.pointwise(lambda x, t, y: x * np.ones(2000)[y]))(
            np.ones((2000, 1)), 0.0, mr.per_path(np.arange(2000))
        ),
        mr.TracingError,
        "write it for all paths, x: (paths, dim), and compile it without mr.pointwise",
    ),
    "labels-that-the-table-does-not-have": (
        lambda: mr.compile(lambda x, t, y: x * np.ones((3, 1))[y])(np.ones((2, 1)), 0.0, mr.per_path([1, 3])),
        IndexError,
        "the path of row 1 has the label 3, but the array in which it is looked up has 3 rows: give labels that it "
        "has; they go from 0 to 2, or from -3 to -1, counted from the end",
    ),
}
MODELS = {
    **{
        f"one-label-for-all-in-code-for-rows-{name}": (
            lambda f=f: mr.FlowModel(f, init=2).sample(3, steps=1, seed=1, y=1),
            Exception,
            "y=1 is one label for all samples",
        )
        for name, f in {
            "index": lambda x, t, y: y[:, None] * x,
            "product": lambda x, t, y: y @ np.eye(2) - x,
            "attribute": lambda x, t, y: y.reshape(-1, 1) - x,
            "length": lambda x, t, y: x[: len(y)],
            "stack": lambda x, t, y: np.concatenate([x, y], axis=1),
            "compiled": mr.compile(lambda x, t, y: y[:, None] * x),
        }.items()
    },
    "dt-of-a-sample": (
        lambda: mr.FlowModel(0.0, init=1).sample(3, dt=0.01),
        TypeError,
        "sample() has no dt: steps=100 for the span",
    ),
    "dt-of-a-flow": (
        lambda: mr.FlowModel(0.0, init=1).flow([[1.0]], 2.0, dt=0.01),
        TypeError,
        "steps=200 for the span t=(0, 2)",
    ),
    "dt-of-trajectories-with-noise": (
        lambda: mr.with_noise(lambda x, t: x, lambda x, t: -x, 1.0, init=1).trajectories(3, dt=0.01),
        TypeError,
        "trajectories() has no dt: steps=100 for the span",
    ),
    "num_samples": (lambda: mr.FlowModel(0.0, init=1).sample(num_samples=3), TypeError, "n is the number of samples"),
    "generator": (lambda: mr.FlowModel(0.0, init=1).sample(3, steps=1, generator=1), TypeError, "seed= is what"),
    "num_inference_steps": (
        lambda: mr.FlowModel(0.0, init=1).trajectories(3, num_inference_steps=1),
        TypeError,
        "steps=n is the number of steps",
    ),
}
PROCESSES = {
    "a-stationary-law-wider-than-the-quadrature": (
        lambda: mr.processes.DoubleWell(1e-12).stationary_density(0.0),
        ValueError,
        "take a larger beta, or other units of x",
    ),
    "parameter-that-depends-on-time": (
        lambda: mr.processes.Heston(xi=lambda t: 0.3 + t),
        TypeError,
        "xi must be a number, got a function: the parameters of a named process do not change. Write a drift and a "
        "diffusion of (x, t) of your own",
    ),
}


def _filled(s, t):
    out = np.zeros(2)
    out[0] = s[1]
    return out


def _written(x, t):
    x[:, 0] = 0.0
    return x


def _added(x, t):
    x += 1.0
    return x


def _euler(field, *args):
    return mr.euler(field, np.ones((3, 2)), steps=2, args=args)


MARKED = mr.per_path(np.ones((3, 1)))
MODEL = mr.FlowModel(lambda x, t: -x, init=2)
OF_LABELS = mr.FlowModel(lambda x, t, y: y - x, init=2)
TABLE = np.eye(3)[:, :2]
NEWCOMERS = {
    "entries-of-an-array": (
        lambda: _euler(mr.compile(mr.pointwise(_filled))),
        mr.TracingError,
        "return np.stack([...])",
    ),
    "a-compiled-function-of-one-state": (
        lambda: _euler(mr.compile(_rotation)),
        mr.TracingError,
        "write mr.compile(mr.pointwise(f)) for a function f of one state",
    ),
    "one-number-per-path-in-a-compiled-field": (
        lambda: _euler(mr.compile(lambda x, t, a: -a * x), mr.per_path([1.0, 2.0, 3.0])),
        mr.TracingError,
        "write a[:, None]",
    ),
    "a-sigma-of-t": (
        lambda: mr.DiffusionModel(lambda x, t: -x, lambda t: 1.0, init=2).sample(3, steps=2),
        TypeError,
        "A field is called as u(x, t), with all of args after it",
    ),
    "a-guided-model-without-label": (
        lambda: mr.FlowModel(mr.guided(lambda x, t, y: y - x, 2.0, null=0), init=2).sample(3, steps=2),
        TypeError,
        "a label goes into y= of a model",
    ),
    "a-model-without-label": (lambda: OF_LABELS.sample(3, steps=2), TypeError, "a label goes into y= of a model"),
    "save-of-a-sample": (
        lambda: MODEL.sample(3, steps=2, save="all"),
        TypeError,
        "trajectories keeps those that save=",
    ),
    "paths-of-a-sample": (lambda: MODEL.sample(3, steps=2, paths=3), TypeError, "n is the number of samples"),
    "labels": (lambda: MODEL.sample(3, steps=2, labels=1), TypeError, "the label of a model is y="),
    "guidance_scale": (lambda: MODEL.sample(3, steps=2, guidance_scale=2.0), TypeError, "mr.guided(field, scale"),
    "method": (lambda: mr.euler(-1.0, [[1.0]], steps=1, method="heun"), TypeError, "the function is the method"),
    "callback": (lambda: mr.euler(-1.0, [[1.0]], steps=1, callback=print), TypeError, "progress= may be a function"),
    "correlation": (
        lambda: mr.euler_maruyama(-1.0, 1.0, [[1.0]], steps=1, correlation=0.5),
        TypeError,
        "give noise='general' and as diffusion a (dim, m) matrix G",
    ),
    "a-word-that-nobody-knows": (
        lambda: mr.euler(-1.0, [[1.0]], steps=1, colour=1),
        TypeError,
        "it takes velocity, x0",
    ),
    "a-word-that-no-model-knows": (lambda: MODEL.sample(3, steps=1, colour=1), TypeError, "it takes n, seed, y, args"),
    "a-label-that-is-not-there": (
        lambda: mr.FlowModel(lambda x, t, y: TABLE[y] - x, init=2).sample(3, steps=2, y=[0, 1, 7]),
        IndexError,
        "The index may be a label in args, or y",
    ),
    "a-state-that-is-written-to": (lambda: _euler(_written), ValueError, "write into a copy, x.copy()"),
    "a-state-that-is-added-to": (lambda: _euler(_added), ValueError, "write into a copy, x.copy()"),
    "a-time-with-an-axis": (lambda: _euler(lambda x, t: x * t[:, None]), TypeError, "t is a float of Python"),
    "rows-of-more-paths": (
        lambda: mr.euler(lambda x, t, a: -a * x, _euler(-1.0).take([0, 1]), steps=2, args=(MARKED,)),
        ValueError,
        "mr.per_path(a[rows]) beside run.take(rows)",
    ),
    **{
        f"per_path-{where}": (given, TypeError, "put it into args itself, not into a list, a dict or an object")
        for where, given in {
            "as-diffusion": lambda: mr.euler_maruyama(-1.0, MARKED, np.ones((3, 2)), steps=2),
            "in-a-dict": lambda: _euler(lambda x, t, p: -p["a"] * x, {"a": MARKED}),
            "in-a-list": lambda: _euler(lambda x, t, p: x - p[0], [MARKED]),
            "in-a-closure": lambda: _euler(lambda x, t: np.exp(MARKED) * x),
            "in-a-compiled-closure": lambda: _euler(mr.compile(lambda x, t: -MARKED * x)),
            "in-a-compiled-dict": lambda: _euler(mr.compile(lambda x, t, p: p["a"] + x), {"a": MARKED}),
        }.items()
    },
    "a-process-as-drift": (lambda: _euler(mr.processes.Lorenz()), TypeError, "has the fields process.drift"),
    "a-model-as-drift": (lambda: _euler(MODEL), TypeError, "a model runs itself, model.sample(...)"),
    "a-path-as-drift": (
        lambda: _euler(mr.GaussianPath.straight(mr.Gaussian(2.0, 0.25))),
        TypeError,
        "a path has the field path.velocity",
    ),
    "an-argument-by-name-alone": (
        lambda: mr.compile(lambda x, t, *, k: k * x)(np.ones((2, 1)), 0.0, k=2.0),
        TypeError,
        "compile functools.partial(f, name=value)",
    ),
    "another-option-of-noise": (lambda: mr.noise(7, paths=2, steps=2, dim=1, first_step=2), TypeError, "it takes seed"),
}


def _torch_cases():
    torch = pytest.importorskip("torch")

    class Labelled(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.table, self.layer = torch.nn.Embedding(3, 2), torch.nn.Linear(5, 2)

        def forward(self, x, t, y):
            return self.layer(torch.cat([x, t, self.table(y)], 1))

    class OfBatches(torch.nn.Module):
        def forward(self, x, t):
            return -x * t[:, None]

    network, model = torch.nn.Linear(2, 2), mr.FlowModel(mr.from_torch(Labelled()), init=2)
    return {
        "one label": (lambda: model.sample(3, steps=2, y=1), "y=np.full(n, 1)"),
        "labels that are floats": (lambda: model.sample(3, steps=2, y=[0.0, 1.0, 2.0]), "y.astype(np.int64)"),
        "a label that an Embedding has not": (lambda: model.sample(3, steps=2, y=[0, 1, 7]), "may be a label in args"),
        "a module of batches as it is": (lambda: mr.FlowModel(OfBatches(), init=2).sample(3, steps=2), "mr.from_torch"),
        "a module of batches": (lambda: _euler(mr.from_torch(OfBatches())), "from_torch(module, time='batch')"),
        "a module as it is": (lambda: mr.FlowModel(network, init=2).sample(3, steps=2), "mr.from_torch(module)"),
        "a function of tensors": (lambda: _euler(lambda x, t: torch.sin(x)), "mr.from_torch(f)"),
        "a compiled module": (lambda: mr.compile(network), "mr.from_torch(module) is a field"),
        "a compiled function of tensors": (lambda: _euler(mr.compile(lambda x, t: torch.sin(x))), "mr.from_torch(f)"),
        "a compiled field of torch": (lambda: mr.compile(mr.from_torch(network)), "it is a field as it is"),
        "a compiled function as a module": (
            lambda: mr.from_torch(mr.compile(_rotation)),
            "give it to the run as it is",
        ),
        "states with gradients": (
            lambda: mr.euler(-1.0, torch.ones(3, 2, requires_grad=True), steps=1),
            "tensor.detach().numpy()",
        ),
    }


def test_what_pytorch_cannot_do_names_the_way_out():
    for name, (given, said) in _torch_cases().items():
        with pytest.raises(Exception) as caught:  # noqa: PT011
            given()
        assert said in str(caught.value) + " ".join(getattr(caught.value, "__notes__", [])), name


@pytest.mark.parametrize("dtype", ["int8", "uint8", "int16", "int32", "int64"])
def test_labels_of_any_integer_dtype_look_up_in_pytorch(dtype):
    torch = pytest.importorskip("torch")
    table = torch.arange(6.0).reshape(3, 2)
    model = mr.FlowModel(mr.from_torch(lambda x, t, y: table[y] + 0 * x), init=2)
    x0, y = np.zeros((3, 2)), np.array([2, 0, 1], dtype)
    np.testing.assert_array_equal(model.flow(x0, steps=1, y=y), table.numpy()[y])


def test_arguments_may_be_named():
    field = mr.compile(lambda x, t, a=1.0, b=2.0: -a * b * x)
    of_one_state = mr.pointwise(lambda x, t, b=2.0: -b * x)
    for named in (field(np.ones((2, 1)), 0.0, b=3.0), of_one_state(np.ones((2, 1)), 0.0, b=3.0)):
        assert named.tolist() == [[-3.0], [-3.0]]
    assert mr.euler(functools.partial(field, a=0.25), [[1.0]], steps=1).final == 0.5


def test_a_run_of_general_noise_goes_on_without_saying_so_again():
    matrix = np.ones((2, 3))
    run = mr.euler_maruyama(0.0, matrix, np.zeros((3, 2)), steps=2, noise="general", seed=1)
    long = mr.euler_maruyama(0.0, matrix, np.zeros((3, 2)), steps=4, t=(0.0, 2.0), noise="general", seed=1)
    assert (mr.euler_maruyama(0.0, matrix, run, steps=2).final == long.final).all()


COMMANDS = {  # id: (the arguments, the exit code, what is printed)
    "more-paths-than-memory": (
        ["demo", "--paths", "99999999999999", "--no-plot"],
        1,
        "Error: x of shape (1, 99999999999999, 1) needs 8.0e14 bytes (727.6 TiB); save fewer steps",
    ),
    "more-paths-than-numbers": (["demo", "--paths", "9" * 30, "--no-plot"], 1, "Error: "),
    "more-steps-than-numbers": (["demo", "--paths", "2", "--steps", "9" * 30, "--no-plot"], 1, "Error: "),
    "a-seed-below-zero": (["demo", "--seed", "-1"], 2, "--seed"),
    "a-part-of-none": (["bench", "--scale", "0"], 2, "--scale"),
}


def cases(*tables):
    return [pytest.param(*case, id=name) for table in tables for name, case in table.items()]


@pytest.mark.parametrize(("given", "error", "said"), cases(FIELDS, RUNS, TRACING, MODELS, PROCESSES, NEWCOMERS))
def test_a_refusal_names_the_way_out(given, error, said):
    with pytest.raises(error) as caught:
        given()
    assert said in str(caught.value) + " ".join(getattr(caught.value, "__notes__", []))


@pytest.mark.parametrize(("given", "code", "said"), cases(COMMANDS))
def test_a_command_that_is_refused_prints_the_sentence_and_no_traceback(given, code, said):
    result = CliRunner().invoke(cli.app, given)
    assert (result.exit_code, type(result.exception)) == (code, SystemExit)
    assert said in result.output
    assert "Traceback" not in result.output


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        ("MARUYAMA_ISA", "foo", "maruyama: MARUYAMA_ISA=foo cannot be used; this build on this processor has "),
        ("MARUYAMA_NUM_THREADS", "abc", "MARUYAMA_NUM_THREADS must be a whole number"),
    ],
)
@pytest.mark.parametrize("command", ["info", "demo", "verify", "bench"])
def test_an_environment_that_cannot_be_used_is_a_sentence_of_every_command(command, variable, value, said):
    start = "from importlib.metadata import entry_points; (found,) = entry_points(name='maruyama'); found.load()()"
    environment = {**os.environ, variable: value, "COLUMNS": "500"}
    done = subprocess.run([sys.executable, "-c", start, command], env=environment, capture_output=True, text=True)
    assert done.returncode in (1, 2)
    assert said in done.stderr
    assert "Traceback" not in done.stderr
