"""One run, from the user's arguments to the result.

Each argument is read by the module that owns it; the steps are the core's.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from maruyama import _core
from maruyama.arguments import require_one_of
from maruyama.beginning import Beginning, beginning, require_the_same_noise
from maruyama.current_run import as_current_run, begin_run
from maruyama.errors import NonFiniteError, replay_call, row_and_step
from maruyama.fields import Coefficient, brownian_motions, coefficient, coefficients
from maruyama.grid import Even
from maruyama.hints import FieldHints
from maruyama.output import result_memory
from maruyama.path_numbers import PathsArgument
from maruyama.per_path import args_text, checked_args
from maruyama.pointwise import Pointwise
from maruyama.progress import Progress, reporting
from maruyama.result import Paths
from maruyama.save import save_plan
from maruyama.seeding import Seed, keys_of, seed_text
from maruyama.sizes import check_counters
from maruyama.state import require_finite
from maruyama.threads import is_importing, threads_for

__all__ = ["CoefficientArgument", "Equation", "run"]

# A function of (x, t, *args), compiled or not, a number or (dim,) vector, a scipy.LowLevelCallable, a numba cfunc, a
# ctypes function.
CoefficientArgument: TypeAlias = Callable[..., Any] | ArrayLike | Any


@dataclass(frozen=True)
class Equation:
    """What the user wrote down, and with which function."""

    function: str
    drift: CoefficientArgument
    diffusion: CoefficientArgument = None
    noise: str | None = None  # None: an ODE

    @property
    def method(self) -> str:
        """The scheme: Brownian paths are made by that of an SDE."""
        return "euler" if self.noise is None else "euler_maruyama"


@dataclass(frozen=True)
class _Fields:
    """What the core is given for it."""

    drift: Coefficient
    diffusion: Coefficient | None
    terms: int  # Brownian motions of a path

    @property
    def features_apart(self) -> bool:
        return self.drift.of_a_feature

    @property
    def noisy(self) -> NDArray[np.bool_] | None:
        """Which Brownian motions act on any state; None: all of them may."""
        return None if self.diffusion is None else self.diffusion.noisy(self.terms)

    @property
    def route(self) -> str:
        if self.diffusion is None:
            return self.drift.route
        if self.drift.route == self.diffusion.route == "compiled":
            return "compiled"
        return f"drift: {self.drift.route}, diffusion: {self.diffusion.route}"


@as_current_run
def run(
    equation: Equation, x0: ArrayLike | Paths, *, seed: Seed, steps: int | None, t: ArrayLike | None,
    paths: PathsArgument | None, save: str | int | ArrayLike, args: Sequence[Any], dtype: DTypeLike | None,
    threads: int | None, progress: Progress, nonfinite: str, out: NDArray[Any] | None, tile_rows: int = 0,
) -> Paths:  # fmt: skip
    """Read the arguments, find the memory, run the core; ``tile_rows`` is for tests, 0 lets the core choose."""
    require_one_of("nonfinite", nonfinite, ("raise", "propagate"))
    start = beginning(x0, equation.method, equation.noise, seed=seed, steps=steps, t=t, paths=paths, dtype=dtype)
    state, grid = start.state, start.grid
    plan = save_plan(save, grid)
    if nonfinite == "raise":
        require_finite(state)
    only_final = isinstance(save, str) and save == "final"
    x = result_memory(out, (plan.count, state.paths, state.dim), state.dtype, final=only_final)
    start = start.apart_from(x)
    state = start.state
    args = checked_args(args, state.paths, x)
    begin_run(grid)
    is_pointwise = isinstance(equation.drift, Pointwise) or isinstance(equation.diffusion, Pointwise)
    hints = FieldHints(state.paths, args, is_pointwise=is_pointwise)
    with hints:
        fields = _fields(equation, start, args)
    even = grid.even or Even(grid.t0, grid.t1, 0)
    saves = plan.steps()
    try:
        with hints, reporting(progress, state.paths * grid.steps) as report:
            _core.integrate(
                out=x,
                x0=state.x0,
                drift=fields.drift.field,
                diffusion=fields.diffusion.field if fields.diffusion else None,
                terms=fields.terms,
                general=equation.noise == "general",
                features_apart=fields.features_apart,
                noisy=fields.noisy,
                steps=grid.steps,
                steps_before=start.course.steps,
                t0=even.t0,
                t1=even.t1,
                intervals=even.intervals,
                place=grid.place,
                grid=grid.points,
                saves=saves,
                first_path=state.numbers.first,
                path_numbers=state.numbers.listed(),
                key=(0, 0) if start.seed is None else keys_of(start.seed).noise,
                threads=_threads(threads, state.paths * max(state.dim, fields.terms) * grid.steps, fields.route),
                tile_rows=tile_rows,
                check_finite=nonfinite == "raise",
                progress=report,
            )
    except _core.NonFinite as error:
        raise _non_finite(error, equation, start, args, dtype, t) from None
    course = start.course.after(grid, fields.terms, is_saved=bool(saves[-1] == grid.steps))
    return Paths(grid.times(saves), x, start.seed, state.numbers.numbers, fields.route, course)


def _fields(equation: Equation, start: Beginning, args: tuple[Any, ...]) -> _Fields:
    state, grid = start.state, start.grid
    if equation.noise is None:
        fields = _Fields(coefficient(equation.drift, "velocity", (state.dim,), state, args), None, terms=0)
    else:
        general = equation.noise == "general"
        terms = brownian_motions(equation.diffusion, state, grid.t0, args) if general else state.dim
        tail = (state.dim, terms) if general else (state.dim,)
        fields = _Fields(*coefficients(equation.drift, equation.diffusion, tail, state, args), terms)
    require_the_same_noise(start, fields.terms)
    check_counters(start.course.steps + grid.steps, fields.terms)
    if args and not ("callback" in fields.route or "compiled" in fields.route):
        raise ValueError("args are given, but no coefficient is a Python function that could take them")
    return fields


def _non_finite(
    error: _core.NonFinite, equation: Equation, start: Beginning, args: tuple[Any, ...], dtype: DTypeLike | None,
    t: ArrayLike | None,
) -> NonFiniteError:  # fmt: skip
    state, grid = start.state, start.grid
    row, step = row_and_step(error)
    path = state.numbers[row]
    options = {
        "dim": str(state.dim) if equation.function == "brownian" else "",
        "noise": "'general'" if equation.noise == "general" else "",
        "seed": "" if start.seed is None else seed_text(start.seed),
        "steps": str(grid.steps) if grid.points is None else "",
        "t": f"({grid.t0}, {grid.t1})" if grid.points is None else "t",
        "dtype": "" if dtype is None else repr(state.dtype.name),
    }
    if start.goes_on:
        options |= dict.fromkeys(("dim", "seed", "dtype", *(["t"] if t is None else [])), "")
    call = replay_call(
        equation.function, row, path, x0_is_shared=state.is_shared, goes_on=start.goes_on, args=args_text(args, row),
        options=options,
    )  # fmt: skip
    return NonFiniteError(path, step, float(grid.times(np.array([step]))[0]), call)


def _threads(threads: int | None, values: int, route: str) -> int:
    """Those of `threads_for`; one where a field may be Python's and the caller is importing a module.

    A field that imports the same module would wait, on another thread, for the end of the import, and the import for
    the end of the run.
    """
    asked = threads_for(threads, values)
    is_native = "callback" not in route and "c function" not in route  # a C function may be one in Python, by ctypes
    return asked if asked == 1 or is_native or not is_importing() else 1
