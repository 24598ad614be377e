"""from_jax: a JAX function as a field. JAX is imported when this is called."""

from collections.abc import Callable
from importlib import import_module
from typing import Any

import numpy as np
from numpy.typing import NDArray

from maruyama.parameter_order import require_state_first
from maruyama.per_path import PerPath

__all__ = ["from_jax"]


def from_jax(function: Callable[..., Any]) -> Callable[..., NDArray[Any]]:
    """A field that calls a JAX function, compiled by ``jax.jit`` for one shape of blocks.

    Parameters
    ----------
    function : callable
        ``function(x, t)``, or ``function(x, t, y)`` for conditional generation, in ``jax.numpy``: ``x: (rows, dim)``
        and a scalar t of x's dtype; the result is ``(rows, dim)``. Each row must depend on its own row alone.

    Returns
    -------
    callable
        A field of ``(x, t)`` or ``(x, t, y)`` for the callback route.

    Raises
    ------
    TypeError
        If ``function`` cannot be called.

    Notes
    -----
    JAX compiles anew for each new shape. A block with fewer rows than the largest one so far is filled up with copies
    of its last row, so that a run compiles once; y with one row for each sample is filled up likewise.

    float64 states are computed in float64: the calls are made under ``jax.enable_x64``, which leaves the setting of the
    process alone. Without it JAX would return float32.

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
    require_state_first(function, "the function of from_jax")
    jitted = jax.jit(function)
    largest: dict[tuple[Any, ...], int] = {}

    def field(x: NDArray[Any], t: float, *args: Any) -> NDArray[Any]:
        states = np.asarray(x)
        states = states if states.dtype.kind == "f" else states.astype(np.float64)
        rows, kind = len(states), (states.shape[1:], states.dtype)
        block = largest[kind] = max(rows, largest.get(kind, 0))
        if not rows or block in states.shape[1:] or any(_may_be_rows(each, rows) for each in args):
            block = rows  # what has rows could not be told from what has none
        with _enable_x64(jax, states.dtype == np.float64):
            full = (_filled_up(each.array, block) if isinstance(each, PerPath) else each for each in args)
            result = np.asarray(jitted(_filled_up(states, block), states.dtype.type(t), *full))
            return result[:rows] if result.shape[:1] == (block,) else result

    field.keeps_marks = True  # type: ignore[attr-defined]
    return field


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
