"""Fields written for one state at a time, for people who have no vectorised one."""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from maruyama.arguments import real_array, shown
from maruyama.cfunctions import refuse_c_function
from maruyama.decorated import Decorated
from maruyama.parameter_order import require_state_first
from maruyama.per_path import PerPath

__all__ = ["Pointwise", "pointwise"]


class Pointwise(Decorated):
    """A function of one state, looped over the rows of a block; made by `pointwise`."""

    function: Callable[..., Any]

    keeps_marks = True

    def __init__(self, function: Callable[..., Any]) -> None:
        if not callable(function):
            raise TypeError(f"pointwise needs a function of (x, t), got {type(function).__name__}")
        if isinstance(function, Decorated):
            raise TypeError(
                "pointwise needs a function of one state, x: (dim,), and was given one that takes all paths already: "
                "use that as it is, or write mr.compile(mr.pointwise(f)) to compile a function f of one state"
            )
        refuse_c_function(function, "the function of pointwise")
        require_state_first(function, "the function of pointwise")
        self._stand_for(function)

    def __repr__(self) -> str:
        return f"pointwise({shown(self.function)})"

    def __call__(self, x: ArrayLike, t: float, *args: Any, **named: Any) -> NDArray[Any]:
        """Values for all rows of ``x``, stacked: ``(paths, dim)``, or ``(paths, dim, m)`` for general noise."""
        if named:
            return Pointwise(partial(self.function, **named))(x, t, *args)
        from maruyama.tracing.states import is_traced, of_each_state

        if is_traced(x, t, *args):
            traced: Any = of_each_state(self.function, x, t, args)
            return traced  # type: ignore[no-any-return]
        states: NDArray[Any] = np.asarray(x)
        if len(states) == 0:
            return np.empty_like(states)
        values = [self._value(states, row, t, args) for row in range(len(states))]
        for row, value in enumerate(values):
            if value.shape != values[0].shape:
                raise ValueError(
                    f"{shown(self.function)} returned shape {value.shape} for row {row} of its block of paths, but "
                    f"{values[0].shape} for row 0: return the same shape every time"
                )
        return np.stack(values)

    def _value(self, states: NDArray[Any], row: int, t: float, args: tuple[Any, ...]) -> NDArray[Any]:
        own = (value.array[row] if isinstance(value, PerPath) else value for value in args)
        value = given(self.function(states[row], t, *own), self.function)
        array = real_array(value, f"the result of {shown(self.function)} for row {row} of its block of paths")
        return np.full(states.shape[1:], array) if array.ndim == 0 else array.copy()  # it may be the same array again


def given(value: Any, function: Callable[..., Any]) -> Any:
    """What a function returned, if it returned anything."""
    if value is None:
        raise TypeError(f"{shown(function)} returned None: did you forget `return`?")
    return value


def pointwise(f: Callable[..., Any]) -> Pointwise:
    """Make a field for many paths of a function of one state.

    The function is called once for each path and step, which costs a few microseconds each time: a
    vectorised function of ``(paths, dim)`` arrays is some hundred times as fast. ``mr.compile(mr.pointwise(f))`` makes
    a native field of f, if it is written in what `compile` can trace: it is called with one symbolic state ``(dim,)``,
    of which it may take elements, as in ``angle, speed = x``, and make arrays, as in ``np.array([speed, -angle])``.

    Parameters
    ----------
    f : callable
        ``f(x, t, *args)`` with ``x`` of shape ``(dim,)`` and a float ``t``. It returns ``(dim,)``, a scalar, or
        ``(dim, m)`` for general noise. Of an argument marked by `per_path` it is given its own path's row.

    Returns
    -------
    Pointwise
        A field of ``x: (paths, dim)``, for `euler`, `euler_maruyama` or to be called directly.

    Raises
    ------
    TypeError
        If ``f`` is not callable, is compiled already, or has the parameters (t, x); when called, if ``f`` returned
        None or what is not real.
    ValueError
        When called, if ``f`` returned masked entries, or another shape than for the first row.

    Examples
    --------
    >>> import numpy as np
    >>> import maruyama as mr
    >>> @mr.pointwise
    ... def pendulum(x, t):
    ...     angle, speed = x
    ...     return speed, -angle if abs(angle) < 1 else 0.0
    >>> mr.euler(pendulum, [[0.5, 0.0], [2.0, 1.0]], steps=2).final.tolist()
    [[0.375, -0.5], [3.0, 1.0]]

    Compiled, with ``np.where`` in place of ``if``:

    >>> @mr.compile
    ... @mr.pointwise
    ... def pendulum(x, t):
    ...     angle, speed = x
    ...     return speed, np.where(abs(angle) < 1, -angle, 0.0)
    >>> run = mr.euler(pendulum, [[0.5, 0.0], [2.0, 1.0]], steps=2)
    >>> run.route, run.final.tolist()
    ('compiled', [[0.375, -0.5], [3.0, 1.0]])
    """
    return Pointwise(f)
