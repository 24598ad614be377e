"""The order of a field's parameters, state first and time second; and the sentence for those that have time first."""

import functools
import inspect
from collections.abc import Iterator
from types import FunctionType
from typing import Any

__all__ = ["require_state_first"]

_TIMES = {"t", "time", "times", "timestep"}
_FIRST_TIMES = _TIMES | {"tau"}  # in another place it may be a constant of the field
_STATES = {"x", "y", "state", "states"}
_MORE_STATES = _STATES | {"z", "u", "v", "q", "xs", "ys", "x_t", "xt", "y_t", "yt"}
_INNER = ("_orig_mod", "forward", "__wrapped__", "py_func", "pyfunc", "function")  # what a wrapper keeps
_DEPTH = 8  # wrappers in wrappers


def require_state_first(function: Any, name: str) -> None:
    """Refuse a function whose parameters are named as those of (t, y), as SciPy, torchdiffeq and diffrax have them.

    What shows no names of parameters passes, and so do names that say nothing, or that can be read either way.
    """
    names = _parameters(function)
    if len(names) < 2:
        return
    plain = [each.strip("_") for each in names]
    if plain[1].lower() == "x" and plain[2:3] and plain[2] in _TIMES:
        raise TypeError(
            f"{name} has the parameters ({', '.join(names)}), but a field is called as u(x, t): the first parameter of "
            "a method must be named self; of another function bind it, functools.partial(f, value)"
        )
    if _has_time_first(plain):
        rest = ", *args" if len(names) > 2 else ""
        remedy = f"lambda x, t{rest}: f(t, x{rest})"
        raise TypeError(
            f"{name} has the parameters ({', '.join(names)}), but a field is called with the state first and the time "
            f"second, as u(x, t): write {remedy}; or mr.pointwise({remedy}) where f takes one state of shape (dim,)"
        )
    if place := _late_time(plain):
        others = ", ".join(each for each in names[1:] if each != names[place])
        raise TypeError(
            f"{name} has the parameters ({', '.join(names)}), but the second one is the time, as in u(x, t, y): write "
            f"lambda {names[0]}, t, {others}: f({', '.join([*names[:place], 't', *names[place + 1 :]])})"
        )


def _has_time_first(names: list[str]) -> bool:
    first, second = names[:2]
    if second in _TIMES:
        return False
    return first in _FIRST_TIMES or (second.lower() in _STATES and first.lower() not in _MORE_STATES)


def _late_time(names: list[str]) -> int:
    """The place of a time that stands after (x, y), as in f(x, y, t); else 0."""
    if names[1].lower() not in _STATES:
        return 0
    return next((place for place, each in enumerate(names) if place > 1 and each in _TIMES), 0)


def _parameters(function: Any) -> list[str]:
    """The names of the positional parameters: the outermost function's that shows two, so that an adapter counts."""
    for each in _layers(function):
        if len(names := _shown(each)) > 1:
            return names
    return []


def _layers(function: Any) -> Iterator[Any]:
    """The function, what it wraps, what that wraps, and so on."""
    for _ in range(_DEPTH):
        if function is None:
            return
        yield function
        if isinstance(function, functools.partial):
            function = None if function.args else function.func  # positional arguments would shift the names
        else:
            function = next((inner for each in _INNER if callable(inner := getattr(function, each, None))), None)


def _shown(function: Any) -> list[str]:
    if type(function) is FunctionType and not function.__dict__:  # as inspect finds them, at a fraction of the cost
        code = function.__code__
        end = code.co_argcount + code.co_kwonlyargcount
        rest = code.co_varnames[end : end + 1] if code.co_flags & inspect.CO_VARARGS else ()
        return _with_rest(list(code.co_varnames[: code.co_argcount]), *rest)
    if hasattr(function, "__wrapped__") and hasattr(function, "__signature__"):
        return []  # jax.jit and others copy the signature from the innermost function, past an adapter
    try:
        parameters = inspect.signature(function, follow_wrapped=False).parameters.values()
    except Exception:  # builtins have none, and those of others may raise what they like
        return []
    named = [each.name for each in parameters if each.kind in _NAMED]
    return _with_rest(named, *(each.name for each in parameters if each.kind is inspect.Parameter.VAR_POSITIONAL))


_NAMED = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)


def _with_rest(names: list[str], rest: str = "") -> list[str]:
    """The state may be in the rest where the time stands before it; what begins with a state may be an adapter."""
    is_time = len(names) == 1 and names[0].strip("_") in _FIRST_TIMES
    return [*names, f"*{rest}"] if rest and is_time else names
