"""from_jax: a JAX function as a field. JAX is imported when this is called."""

from collections.abc import Callable
from contextlib import ExitStack
from importlib import import_module
from typing import Any

import numpy as np
from numpy.typing import NDArray

from maruyama.current_run import CurrentRun, current_run, read_at_start
from maruyama.decorated import Decorated
from maruyama.models.network_time import (
    TimeShape,
    require_time_shape,
    shape_note,
    shape_of_time,
    time_needs_float64,
)
from maruyama.parameter_order import require_state_first
from maruyama.per_path import PerPath
from maruyama.tracing.surroundings import Surroundings

__all__ = ["from_jax"]


def from_jax(function: Callable[..., Any], *, time: TimeShape = "scalar") -> Callable[..., NDArray[Any]]:
    """A field that calls a JAX function, compiled by ``jax.jit`` for one shape of blocks.

    Parameters
    ----------
    function : callable
        ``function(x, t)``, or ``function(x, t, y)`` for conditional generation, in ``jax.numpy``: ``x: (rows, dim)``
        and a scalar t of x's dtype; the result is ``(rows, dim)``. Each row must depend on its own row alone.
    time : "scalar", "batch" or "column"
        t as a scalar, as ``(rows,)``, or as ``(rows, 1)``, which networks concatenate to x.

    Returns
    -------
    callable
        A field of ``(x, t)`` or ``(x, t, y)`` for the callback route.

    Raises
    ------
    TypeError
        If ``function`` cannot be called, or has the parameters (t, x).

    Notes
    -----
    JAX compiles anew for each new shape. A block with fewer rows than the largest one so far is filled up with copies
    of its last row, so that a run compiles once; y with one row for each sample is filled up likewise.

    Between runs it looks at what the function reads, as `compile` does, and has JAX compile it anew where that has
    changed: weights that it closes over may be trained further. What a function under a ``jax.jit`` of your own has
    read, JAX keeps.

    float64 states are computed in float64: the calls are made under ``jax.enable_x64``, which leaves the setting of the
    process alone. Without it JAX would return float32.

    Where float32 cannot hold the times of a run of float32 states (it cannot tell the grid points apart, or keeps fewer
    than four digits of the time since t0, as at t = 1.7e9), t is given in float64 under ``jax.enable_x64``: as a Python
    number, which leaves the dtype of x alone, or as an array of float64.

    The settings with which JAX can be told something on one thread alone (``jax.default_matmul_precision``,
    ``jax.default_device``, ``jax.numpy_dtype_promotion``, ``jax.numpy_rank_promotion``, ``jax.debug_nans``,
    ``jax.disable_jit``) hold in every thread of a run as they did where it started.

    Examples
    --------
    >>> import maruyama as mr
    >>> velocity = mr.from_jax(lambda x, t: -x)
    >>> mr.euler(velocity, [[1.0], [2.0]], steps=2).final.ravel().tolist()
    [0.25, 0.5]
    """
    import jax

    if not callable(function):
        raise TypeError(f"from_jax needs a function of (x, t), got {type(function).__name__}")
    if isinstance(function, Decorated):
        raise TypeError("the function of from_jax is a field of NumPy already: give it to the run as it is")
    require_state_first(function, "the function of from_jax")
    require_time_shape(time)
    read_at_start("jax", lambda: {name: getattr(jax.config, f"jax_{name}", None) for name in _SETTINGS})
    jitted = _Jitted(function)
    largest: dict[tuple[Any, ...], int] = {}

    def field(x: NDArray[Any], t: float, *args: Any) -> NDArray[Any]:
        states = np.asarray(x)
        states = states if states.dtype.kind == "f" else states.astype(np.float64)
        rows, kind = len(states), (states.shape[1:], states.dtype)
        block = largest[kind] = max(rows, largest.get(kind, 0))
        if not rows or block in states.shape[1:] or any(_may_be_rows(each, rows) for each in args):
            block = rows  # what has rows could not be told from what has none
        full = [_filled_up(each.array, block) if isinstance(each, PerPath) else each for each in args]
        result = np.asarray(called(jitted.now(), _filled_up(states, block), t, full))
        return result[:rows] if result.shape[:1] == (block,) else result

    def shaped(x: NDArray[Any], t: float, *args: Any) -> NDArray[Any]:
        """Zeros of the result's shape, without a program for it."""
        rows = [each.array if isinstance(each, PerPath) else each for each in args]
        result = called(lambda *given: jax.eval_shape(function, *given), np.asarray(x), t, rows)
        return np.zeros(result.shape, result.dtype)

    def called(how: Callable[..., Any], states: NDArray[Any], t: float, args: list[Any]) -> Any:
        is_coarse = states.dtype == np.float32 and time_needs_float64(t)
        with _settings(jax), _enable_x64(jax, is_coarse or states.dtype == np.float64):
            try:
                return how(states, _time(t, len(states), is_coarse, states.dtype), *args)
            except (TypeError, ValueError, IndexError) as error:
                if note := shape_note(error, time):
                    error.add_note(note)
                raise

    def _time(t: float, rows: int, is_coarse: bool, dtype: Any) -> Any:
        if time == "scalar":
            return float(t) if is_coarse else dtype.type(t)  # of a Python number JAX makes no dtype of the result
        return np.full(shape_of_time(time, rows), t, np.float64 if is_coarse else dtype)

    field.keeps_marks = True  # type: ignore[attr-defined]
    field.shaped = shaped  # type: ignore[attr-defined]
    return field


class _Jitted:
    """A function that JAX compiles, anew where a run finds that what the function reads has changed.

    JAX itself keeps what it has read while it traced: weights that a function closes over are never read again.
    """

    def __init__(self, function: Callable[..., Any]) -> None:
        self._function = function
        self._last: CurrentRun | None = None
        self._begin()

    def now(self) -> Callable[..., Any]:
        """The function that JAX compiled, looked at once a run."""
        run = current_run()
        if run is None or run is not self._last:
            self._last = run
            if self._around is not None and self._around.have_changed():
                self._begin()
        return self._jitted

    def _begin(self) -> None:
        import jax

        self._around: Surroundings | None = None
        self._jitted: Callable[..., Any] = jax.jit(lambda *args: self._traced(*args))  # of which JAX knows nothing yet

    def _traced(self, *args: Any) -> Any:
        around = Surroundings([self._function])
        result = self._function(*args)
        around.called()
        self._around = around.settled()
        return result

    def __reduce__(self) -> tuple[Any, ...]:
        return _Jitted, (self._function,)


_SETTINGS = (
    "default_device", "default_matmul_precision", "numpy_dtype_promotion", "numpy_rank_promotion", "debug_nans",
    "disable_jit",
)  # fmt: skip


def _settings(jax: Any) -> ExitStack:
    """Those of the thread that started the run, where this one has others; to be entered."""
    entered, run = ExitStack(), current_run()
    for name, value in (run.settings.get("jax", {}) if run else {}).items():
        if getattr(jax.config, f"jax_{name}", None) != value:
            entered.enter_context(getattr(jax, name)(getattr(value, "value", value)))  # enums by value
    return entered


def _may_be_rows(value: Any, rows: int) -> bool:
    """Whether an argument without a mark looks as if it had a row for each state."""
    return isinstance(value, np.ndarray) and value.shape[:1] == (rows,)


def _filled_up(value: NDArray[Any], block: int) -> NDArray[Any]:
    """The rows, and copies of the last one up to those of a block."""
    return np.concatenate([value, np.repeat(value[-1:], block - len(value), axis=0)]) if len(value) < block else value


def _enable_x64(jax: Any, wanted: bool) -> Any:
    """The context, which older versions of JAX have elsewhere."""
    if hasattr(jax, "enable_x64"):
        return jax.enable_x64(wanted)
    return import_module("jax.experimental").enable_x64(wanted)
