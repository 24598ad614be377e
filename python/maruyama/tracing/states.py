"""Functions of one state, traced: a state is the row of a path, without the axis of the paths.

Everything that the function makes of its own row is recorded as the value of each path; that there are many rows is
nothing that it could find out.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from maruyama.arguments import refuse_masked
from maruyama.pointwise import given
from maruyama.tracing.array import Traced
from maruyama.tracing.label_states import of_one_state
from maruyama.tracing.movement import stacked, tracer_of
from maruyama.tracing.tracer import Tracer

__all__ = ["is_traced", "of_each_state"]


def is_traced(*values: Any) -> bool:
    """Whether any of these is symbolic."""
    return any(isinstance(value, Traced) for value in values)


def of_each_state(function: Callable[..., Any], x: Any, t: Any, args: Sequence[Any]) -> Traced:
    """The values of ``function(x, t, *args)`` for all rows of x, ``(paths, ...)``."""
    tracer = tracer_of(x, t, *args)
    states = tracer.lifted(x)
    if states.axis is None:
        return stacked(tracer, [_value(function, tracer, state, t, args) for state in states])
    own_args = [_own(each) for each in args]
    own = of_one_state(tracer.lookups, lambda: _value(function, tracer, _own(states), t, own_args))
    return Traced(tracer, own.ids[None], 0, own.is_bool)


def _own(value: Any) -> Any:
    """A path's own row of an array that has one for each."""
    if not isinstance(value, Traced) or value.axis is None:
        return value
    return Traced(value.tracer, np.asarray(value.ids.take(0, value.axis)), None, value.is_bool)


def _value(function: Callable[..., Any], tracer: Tracer, state: Traced, t: Any, args: Sequence[Any]) -> Traced:
    value = given(function(state, t, *args), function)
    refuse_masked(value, f"the result of {function!r}")
    result = tracer.lifted(value)
    ids = np.broadcast_to(result.ids, state.shape) if result.ndim == 0 else result.ids
    return Traced(tracer, ids, None, result.is_bool)
