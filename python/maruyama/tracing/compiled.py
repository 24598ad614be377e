"""`compile`: a function of (x, t) that is traced when it is first used, and runs in the core from then on."""

import functools
import hashlib
import sys
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from maruyama import _core
from maruyama.arguments import real_array
from maruyama.parameter_order import require_state_first
from maruyama.per_path import PerPath
from maruyama.pointwise import Pointwise
from maruyama.threads import threads_for
from maruyama.tracing.array import Traced
from maruyama.tracing.errors import TracingError
from maruyama.tracing.text import listing
from maruyama.tracing.trace import Request, Trace, Wanted, trace

__all__ = ["Compiled", "CompiledFunction", "compile"]


@dataclass(frozen=True)
class Compiled:
    """A trace and the program that the core made of it."""

    trace: Trace
    program: _core.Program

    @staticmethod
    def of(traced: Trace) -> "Compiled":
        """The program of a trace."""
        return Compiled(traced, _core.Program(*traced.text))

    def __reduce__(self) -> tuple[Any, ...]:
        return Compiled.of, (self.trace,)


_KEPT = 32  # programs of a function: one for each new array among its arguments


class _Key(NamedTuple):
    """What a program was traced for."""

    dim: int
    dtype: str
    args: Hashable
    tail: tuple[int, ...] | None
    diffusion: "CompiledFunction | None"
    diffusion_tail: tuple[int, ...] | None


class CompiledFunction:
    """A function of ``(x, t, *args)`` that the core runs; made by `compile`.

    Called on an array ``x: (paths, dim)`` it evaluates its program there. It is traced for each new ``dim``, dtype and
    set of arguments, and keeps the programs that were used last.
    """

    def __init__(self, function: Callable[..., Any] | None, programs: dict[_Key, Compiled] | None = None) -> None:
        if function is not None and not callable(function):
            raise TypeError(f"compile needs a function of (x, t), got {type(function).__name__}")
        if isinstance(function, Pointwise):
            raise TypeError(
                "compile needs a function of all paths, x: (paths, dim): use mr.pointwise without mr.compile"
            )
        if function is not None:
            require_state_first(function, "the function of mr.compile")
        self.function = function
        self._programs: dict[_Key, Compiled] = programs or {}
        self._lock = Lock()
        self._latest: Compiled | None = next(reversed(self._programs.values()), None)
        if function is not None:
            functools.update_wrapper(self, function, updated=())

    def __call__(self, x: ArrayLike, t: float, *args: Any) -> Any:
        """Values at ``x: (paths, dim)`` and t; arguments marked by `per_path` have a row for each path."""
        if any(isinstance(each, Traced) for each in (x, t, *args)):
            return self._wanted("", None).function(x, t, *args)
        states = real_array(x, "x")
        states = np.require(states, np.float32 if states.dtype == np.float32 else np.float64, ["C", "A"])
        if states.ndim != 2:
            raise ValueError(f"x has shape {states.shape}, expected (paths, dim)")
        compiled = self.compiled(states.shape[1], states.dtype, args)
        if not compiled.trace.has_paths[0]:
            states = np.zeros((1, states.shape[1]), states.dtype)
        threads = threads_for(None, len(states) * (compiled.program.operations + states.shape[1]))
        rows = rows_of(args, len(states), states.dtype)
        values = compiled.program.evaluate(states, float(t), rows, threads)[0]
        tail = compiled.trace.tails[0]
        return values.reshape((len(states), *tail) if compiled.trace.has_paths[0] else tail)

    def compiled(
        self, dim: int, dtype: np.dtype[Any], args: Sequence[Any], *, name: str = "",
        tail: tuple[int, ...] | None = None, diffusion: "CompiledFunction | None" = None,
        diffusion_tail: tuple[int, ...] | None = None,
    ) -> Compiled:  # fmt: skip
        """The program for such states and arguments, of this function or of this drift and a diffusion."""
        if tail is not None and diffusion is None:
            plain = self.compiled(dim, dtype, args, name=name)
            if plain.trace.has_paths[0] and plain.trace.tails[0] == tail:
                return plain
        key = _Key(dim, str(dtype), _key(tuple(args)), tail, diffusion, diffusion_tail)
        known = self._programs.get(key)
        if known is None:
            wanted = [self._wanted(name, tail)]
            if diffusion is not None:
                wanted.append(diffusion._wanted("diffusion", diffusion_tail))
            known = Compiled.of(trace(wanted, Request(dim, np.dtype(dtype), tuple(args))))
        self._keep(key, known)
        return known

    def _keep(self, key: _Key, used: Compiled) -> None:
        """Remember a program as the one that was used last, and forget those that have not been used for longest."""
        with self._lock:
            self._programs.pop(key, None)
            self._programs[key] = self._latest = used
            while len(self._programs) > _KEPT:
                del self._programs[next(iter(self._programs))]

    def _wanted(self, name: str, tail: tuple[int, ...] | None) -> Wanted:
        if self.function is None:
            raise TracingError(
                "this compiled function came out of a pickle with its programs and without its source: use it for the "
                "dim, dtype and args that it was traced for, or compile the function where it is used"
            )
        return Wanted(self.function, name or self._name, tail)

    @property
    def _name(self) -> str:
        return getattr(self, "__name__", "the function")

    @property
    def program(self) -> _core.Program:
        """The program that was used last."""
        return self._traced().program

    @property
    def operations(self) -> int:
        """Scalar operations for each path and step, of the program that was used last."""
        return self.program.operations

    @property
    def registers(self) -> int:
        """Registers for each path, of the program that was used last."""
        return self.program.registers

    def _traced(self) -> Compiled:
        if self._latest is None:
            raise ValueError(f"{self._name} has not been traced yet: call it, or run it, once")
        return self._latest

    def __repr__(self) -> str:
        if self._latest is None:
            return f"<compiled {self._name}, not traced yet>"
        text = self._latest.trace.text
        sizes = f"dim {text.dim}, {text.dtype}, {self.operations} operations, {self.registers} registers"
        return f"<compiled {self._name}: {sizes}>"

    def __str__(self) -> str:
        return repr(self) if self._latest is None else f"{self!r}\n{listing(self._latest.trace.text)}"

    def __deepcopy__(self, memo: object) -> "CompiledFunction":
        return self

    def __reduce__(self) -> tuple[Any, ...] | str:
        """By name where it has one, by its function where that has one, else by its programs."""
        found = _importable(self)
        if found is self:
            return str(self.__qualname__)
        if found is not None and found is self.function:
            return compile, (self.function,)
        if not self._programs:
            raise TypeError(f"{self._name} can be pickled when it was traced: call it once, or define it in a module")
        return CompiledFunction, (None, {key: each for key, each in self._programs.items() if key.diffusion is None})


def compile(f: Callable[..., Any]) -> CompiledFunction:
    """Make a native field of a function written in NumPy.

    The function is called with symbolic arrays when it is first used, and what it does with them becomes a program: it
    runs in every thread, without the interpreter and with SIMD. No compiler is needed.

    Parameters
    ----------
    f : callable
        ``f(x, t, *args)`` with ``x: (paths, dim)`` and a float ``t``, as for `euler` and `euler_maruyama`, written in
        operators and functions of NumPy, and erf, erfc, expit, log_expit, softmax and logsumexp of ``scipy.special``.

    Returns
    -------
    CompiledFunction
        A field for `euler` and `euler_maruyama`, alone or with another; or to be called on arrays.

    Raises
    ------
    TracingError
        When it is first used, if it does what cannot be traced: ``if`` on a value of x or t, writing into an array, a
        function that is not known, or anything that mixes paths or tells one from another. The message names the line
        and what to write in its place.

    Notes
    -----
    Every number has the dtype of the states: constants are rounded to it once, where NumPy would compute with float64
    weights in float64. + - * / sqrt, comparisons, ``np.where``, minimum and maximum give NumPy's own bits; sums are
    taken from left to right, and a product with a constant matrix in that order by fused multiply-adds. Factors of a
    product that do not depend on the path are summed apart, once a step, if there are more than 4 of them. Powers of 3
    and 4 are multiplied out, to 2 ulp.

    What the function finds around it (closures, module variables, array attributes) is read when it is traced: after
    changes call `compile` again. It is traced anew for each new dim, dtype, shape of a `per_path` argument and value of
    another argument; of an argument that is an object with attributes, in each run. The last 32 programs are kept.

    Examples
    --------
    >>> import numpy as np
    >>> import maruyama as mr
    >>> @mr.compile
    ... def lorenz(x, t, sigma=10.0, rho=28.0, beta=8 / 3):
    ...     X, Y, Z = x[:, 0], x[:, 1], x[:, 2]
    ...     return np.stack([sigma * (Y - X), X * (rho - Z) - Y, X * Y - beta * Z], axis=1)
    >>> mr.euler(lorenz, [1.0, 2.0, 3.0], paths=1000, steps=100).route
    'compiled'
    >>> lorenz
    <compiled lorenz: dim 3, float64, 3 operations, 3 registers>
    """
    return CompiledFunction(f)


def rows_of(args: Sequence[Any], paths: int, dtype: np.dtype[Any]) -> NDArray[Any] | None:
    """The rows of all marked arguments side by side, ``(paths, inputs)``; None where nothing is marked."""
    arrays = [value.array for value in args if isinstance(value, PerPath)]
    if not arrays:
        return None
    for array in arrays:
        if len(array) != paths:
            raise ValueError(f"an argument marked per_path has {len(array)} rows, but there are {paths} paths")
    parts = [real_array(array, "an argument").reshape(paths, -1).astype(dtype) for array in arrays]
    return np.ascontiguousarray(np.concatenate(parts, axis=1))


def _key(value: Any) -> Hashable:
    """What two arguments have in common that lead to the same program."""
    if isinstance(value, PerPath):
        return "per_path", value.array.shape[1:], value.array.dtype.kind == "b"
    if isinstance(value, np.ndarray) and value.dtype != object:
        return "array", value.shape, str(value.dtype), hashlib.blake2b(np.ascontiguousarray(value).data).digest()
    if isinstance(value, list | tuple):
        return type(value).__name__, tuple(map(_key, value))
    if isinstance(value, dict):
        return "dict", tuple((key, _key(each)) for key, each in value.items())
    if isinstance(value, int | float | np.generic):
        return type(value).__name__, repr(value)
    if _may_change(value):
        return object()  # equal to nothing: it is traced again
    return value  # type: ignore[no-any-return]


def _may_change(value: Any) -> bool:
    """Whether it can be another thing in the next call: no function or type, and without a value that is hashed."""
    hashed: Any = type(value).__hash__
    if hashed is object.__hash__:
        return not callable(value)
    try:
        hash(value)
    except TypeError:
        return True
    return False


def _importable(function: CompiledFunction) -> Any:
    """What is found under the function's module and name."""
    found: Any = sys.modules.get(getattr(function, "__module__", ""))
    for part in getattr(function, "__qualname__", "?").split("."):
        found = getattr(found, part, None)
    return found
