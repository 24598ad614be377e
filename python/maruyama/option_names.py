"""The names that other libraries have for an option of runs, and the sentence that says what it is called here."""

from collections.abc import Callable
from functools import wraps
from inspect import signature
from typing import Any, ParamSpec, TypeVar

import numpy as np

from maruyama.result import Paths

__all__ = ["options_by_name"]

Arguments = ParamSpec("Arguments")
Result = TypeVar("Result")

# Here: elsewhere.
_ELSEWHERE = {
    "steps": "n_steps num_steps nsteps nsteps_max n_timesteps num_timesteps timesteps n_iter num_inference_steps",
    "t": "T t_span tspan ts times t_grid time_grid t_end t_final tmax t_max t0 t1 t_start",
    "paths": "n_paths num_paths npaths n_traj n_trajectories num_trajectories trajectories n_sims num_simulations "
    "n_simulations batch_size n_samples num_samples size samples",
    "x0": "y0 u0 x_0 y_0 X0 init initial initial_state",
    "save": "t_eval saveat save_at save_every save_all saves",
    "noise": "noise_type",
    "seed": "rng random_state generator key entropy random_seed",
    "threads": "n_jobs n_threads num_threads nthreads workers n_workers num_workers",
    "progress": "verbose progress_bar progressbar tqdm",
    "dim": "m ndim n_dim dims",
    "drift": "f mu",
    "diffusion": "g sigma",
}
_NAMES = {there: here for here, many in _ELSEWHERE.items() for there in many.split()}

_HOW = {
    "steps": "steps=n is the number of steps",
    "t": "t=(t0, t1) with steps=n is the span of the run, and t=np.array([...]) all the grid points",
    "paths": "paths=n is the number of paths, or their numbers",
    "x0": "x0 holds the initial states",
    "save": 'save= says which states are kept: "final", "all", every k-th, or an array of grid times',
    "noise": 'noise= is "diagonal" or "general"',
    "seed": "seed= is what the noise is a function of: an int, a SeedSequence or a Generator",
    "threads": "threads=n uses at most n threads",
    "progress": "progress=True shows a bar",
    "dim": "dim= is the number of Brownian motions of each path",
    "drift": "the drift is the first argument",
    "diffusion": "the diffusion is the second argument",
    "n": "n is the number of samples, or their numbers",
}
_PASSED_ON = ("steps", "t", "threads", "progress", "nonfinite", "out", "save", "paths", "dtype")
_OTHERS = {
    "method solver scheme sampler integrator": "the function is the method: euler for ODEs, euler_maruyama for SDEs",
    "callback callbacks observer": "save= keeps states on the way, and progress= may be a function of (done, total)",
    "correlation corr cov covariance": "the components of the noise are independent; give noise='general' and as "
    "diffusion a (dim, m) matrix G, whose noise has the covariance G @ G.T",
    "label labels class_labels cond condition context y": "the label of a model is y=; a function of (x, t, y) of a "
    "run is given it by args=(mr.per_path(y),)",
    "guidance guidance_scale cfg_scale cfg": "mr.guided(field, scale, null=...) makes the guided field",
}
_SENTENCES = {name: sentence for names, sentence in _OTHERS.items() for name in names.split()}
_STEP_SIZE = frozenset(["dt", "h", "step_size", "stepsize", "delta_t", "time_step"])
_GENERAL = "say how many steps the run takes, steps=n; the step size is (t1 - t0)/n"
_FIXED = frozenset(["rtol", "atol", "dt_min", "dt_max", "dtmin", "dtmax", "adaptive", "max_step", "first_step"])


def options_by_name(function: Callable[Arguments, Result]) -> Callable[Arguments, Result]:
    """Refuse an option that ``function`` has under another name, by that name."""
    known = signature(function).parameters

    @wraps(function)
    def called(*args: Arguments.args, **options: Arguments.kwargs) -> Result:
        for name in options:
            if name not in known and (remedy := _remedy(name, known, args, options)):
                raise TypeError(f"{function.__name__}() has no {name}: {remedy}")
        return function(*args, **options)

    return called


def _remedy(name: str, known: Any, args: tuple[Any, ...], options: dict[str, Any]) -> str:
    if name in _STEP_SIZE:
        goes_on = any(isinstance(each, Paths) for each in args)
        return _GENERAL if goes_on else _steps_for(options[name], options.get("t"))
    if name in _FIXED and ("t" in known or "options" in known):
        return "the steps are chosen by you, steps=n, and not by an error that is estimated"
    here = _NAMES.get(name, "")
    if here == "paths" and here not in known:
        here = "n"
    if name == "paths" and "n" in known:
        return _HOW["n"]
    if name == "save" and "n" in known:
        return "it gives the states at the last time; trajectories keeps those that save= says"
    if here in known or ("options" in known and here in ("steps", "t", "threads", "progress")):
        return _HOW[here]
    if name in _SENTENCES:
        return _SENTENCES[name]
    passed_on = _PASSED_ON if "options" in known else ()
    takes = dict.fromkeys([each for each in known if each not in ("self", "options")] + list(passed_on))
    return "" if name in passed_on else f"it takes {', '.join(takes)}"


def _steps_for(dt: Any, t: Any) -> str:
    """The number of steps that a step size means, where it can be told."""
    try:
        t0, t1 = map(float, np.asarray((0.0, 1.0) if t is None else t).tolist())
        steps = round(abs(t1 - t0) / abs(float(dt)))
        if steps == 0:
            return _GENERAL
        size = (t1 - t0) / steps
    except (TypeError, ValueError, ZeroDivisionError, OverflowError):
        return _GENERAL
    return f"steps={steps} for the span t=({t0:g}, {t1:g}) has the step size {size:.6g}"
