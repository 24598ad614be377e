"""from_jax: a JAX function as a field. JAX is imported when this is called."""

from collections.abc import Callable
from importlib import import_module
from typing import Any

import numpy as np
from numpy.typing import NDArray

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
    jitted = jax.jit(function)
    largest: dict[tuple[Any, ...], int] = {}

    def field(x: NDArray[Any], t: float, *args: Any) -> NDArray[Any]:
        rows = len(x)
        block = largest[x.shape[1:], x.dtype] = max(rows, largest.get((x.shape[1:], x.dtype), 0))
        with _enable_x64(jax, x.dtype == np.float64):
            full = (_filled_up(each, rows, block) for each in args)
            result = jitted(_filled_up(x, rows, block), x.dtype.type(t), *full)
            return np.asarray(result)[:rows] if np.ndim(result) else np.asarray(result)

    return field


def _filled_up(value: Any, rows: int, block: int) -> Any:
    """An array that has the block's rows, with copies of its last one at the end; anything else as it is."""
    if not isinstance(value, np.ndarray) or value.ndim == 0 or len(value) != rows or rows in (0, block):
        return value
    return np.concatenate([value, np.repeat(value[-1:], block - rows, axis=0)])


def _enable_x64(jax: Any, wanted: bool) -> Any:
    """The context, which older versions of JAX have elsewhere."""
    if hasattr(jax, "enable_x64"):
        return jax.enable_x64(wanted)
    return import_module("jax.experimental").enable_x64(wanted)
