"""`compile`: a function of (x, t) that is traced when it is first used, and runs in the core from then on."""

import inspect
import weakref
from collections.abc import Callable, Hashable, Sequence
from types import FunctionType, MethodType
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from maruyama import _core
from maruyama.arguments import real_array
from maruyama.cfunctions import refuse_c_function
from maruyama.decorated import Decorated, can_be_pickled
from maruyama.other_libraries import refuse_of_other_libraries
from maruyama.parameter_order import require_state_first
from maruyama.threads import threads_for
from maruyama.tracing.alike import Alike, NotAlikeError
from maruyama.tracing.array import Traced
from maruyama.tracing.errors import TracingError
from maruyama.tracing.keys import functions_in, key_of, numbers_in, with_any_number
from maruyama.tracing.programs import Compiled, Programs, features_are_many
from maruyama.tracing.surroundings import Surroundings
from maruyama.tracing.text import listing
from maruyama.tracing.trace import Request, Trace, Wanted, trace, trace_of_a_feature

__all__ = ["Compiled", "CompiledFunction", "attribute", "compile"]


class _Key(NamedTuple):
    """What a program was traced for."""

    dim: int
    dtype: np.dtype[Any]
    args: Hashable
    tail: tuple[int, ...] | None
    diffusion: Programs | None  # those of the diffusion that was traced with it: they stand for it
    diffusion_tail: tuple[int, ...] | None
    alike: bool = False  # of one feature for all


class CompiledFunction(Decorated):
    """A function of ``(x, t, *args)`` that the core runs; made by `compile`.

    Called on an array ``x: (paths, dim)`` it evaluates its program there. It is traced for each new ``dim``, dtype and
    set of arguments, and keeps the programs that were used last.
    """

    def __init__(self, function: Callable[..., Any] | None, programs: dict[Any, Compiled] | None = None) -> None:
        if function is not None and not callable(function):
            raise TypeError(f"compile needs a function of (x, t), got {type(function).__name__}")
        refuse_c_function(function, "the function of mr.compile")
        refuse_of_other_libraries(function, "the function of mr.compile")
        if function is not None and not _is_method(function):
            require_state_first(function, "the function of mr.compile")
        for key, each in (programs or {}).items():
            if (key.dim, str(key.dtype)) != (each.trace.dim, each.trace.text.dtype):
                raise ValueError(
                    f"the program for dim {key.dim} and {key.dtype} in this pickle is one for dim "
                    f"{each.trace.dim} and {each.trace.text.dtype}: compile the function anew"
                )
        self._cache = Programs(programs)
        self._owner: tuple[Any, str] | None = None  # of a field that is an attribute: the object and its name
        self._of_instances: dict[int, tuple[weakref.ref[Any], Programs]] = {}
        self._stand_for(function)

    def __call__(self, x: ArrayLike, t: float, *args: Any, **named: Any) -> Any:
        """Values at ``x: (paths, dim)`` and t; arguments marked by `per_path` have a row for each path."""
        if named:
            return self(x, t, *self._in_order(x, t, args, named))
        if any(isinstance(each, Traced | Alike) for each in (x, t, *args)):
            return self._wanted("", None).function(x, t, *args)
        states = real_array(x, "x")
        states = np.require(states, np.float32 if states.dtype == np.float32 else np.float64, ["C", "A"])
        if states.ndim != 2:
            raise ValueError(f"x has shape {states.shape}, expected (paths, dim)")
        many = features_are_many(len(states), states.shape[1], args)
        compiled = self.compiled(states.shape[1], states.dtype, args, alike=many)
        rows = compiled.inputs(args, len(states))
        if compiled.trace.features is not None and not compiled.trace.has_paths[0]:
            compiled = self.compiled(states.shape[1], states.dtype, args)
        if compiled.trace.features is not None:
            rows = None if rows is None else np.tile(rows, (len(states), 1))
            values = self._values(compiled, args, states.reshape(-1, 1), t, rows)
            return values.reshape(states.shape)
        if not compiled.trace.has_paths[0]:
            states = np.zeros((1, states.shape[1]), states.dtype)
            rows = None if rows is None else np.zeros((1, rows.shape[1]), rows.dtype)
        values = self._values(compiled, args, states, t, rows)
        tail = compiled.trace.tails[0]
        return values.reshape((len(states), *tail) if compiled.trace.has_paths[0] else tail)

    def _values(
        self, compiled: Compiled, args: Sequence[Any], states: NDArray[Any], t: float, rows: NDArray[Any] | None
    ) -> NDArray[Any]:  # fmt: skip
        threads = threads_for(None, len(states) * (compiled.program.operations + states.shape[1]))
        values: NDArray[Any] = compiled.program_of(args).evaluate(states, float(t), rows, threads)[0]
        return values

    def _in_order(self, x: Any, t: Any, args: tuple[Any, ...], named: dict[str, Any]) -> tuple[Any, ...]:
        """All arguments after t by position, as programs are found by them."""
        bound = inspect.signature(self._wanted("", None).function).bind(x, t, *args, **named)
        bound.apply_defaults()
        if bound.kwargs:
            raise TypeError(
                f"{self._name} takes {', '.join(bound.kwargs)} by name alone, and a compiled function is given its "
                "arguments by position: compile functools.partial(f, name=value)"
            )
        return bound.args[2:]

    def compiled(
        self, dim: int, dtype: np.dtype[Any], args: Sequence[Any], *, name: str = "",
        tail: tuple[int, ...] | None = None, diffusion: "CompiledFunction | None" = None,
        diffusion_tail: tuple[int, ...] | None = None, alike: bool = False,
    ) -> Compiled:  # fmt: skip
        """The program for such states and arguments, of this function or of this drift and a diffusion.

        With ``alike`` it is that of one feature, if all of them are treated alike.
        """
        request = Request(dim, np.dtype(dtype), tuple(args), numbers=numbers_in(args))
        general = with_any_number(args, request.numbers)
        if alike and (key := self._key(dim, dtype, general, None, diffusion, None)) not in self._cache.not_alike:
            try:
                return self._with_numbers(request, general, name, (None, diffusion, None, True))
            except NotAlikeError:
                self._cache.note_not_alike(key)
        if tail is not None and diffusion is None:
            try:
                plain = self._with_numbers(request, general, name, (None, None, None, False))
                if plain.trace.has_paths[0] and plain.trace.tails[0] == tail:
                    return plain
            except TracingError:
                if self.function is not None:
                    raise
        return self._with_numbers(request, general, name, (tail, diffusion, diffusion_tail, False))

    def _with_numbers(
        self, request: Request, general: tuple[Any, ...], name: str, rest: tuple[Any, ...]
    ) -> Compiled:  # fmt: skip
        """The program for any numbers among the arguments, or where it needs them for these."""
        dim, dtype, args, *_ = request
        key = self._key(dim, dtype, general, *rest) if request.numbers else None
        if key is not None and key not in self._cache.by_value:
            try:
                return self._known(key, request, name, rest)
            except NotAlikeError:
                raise
            except Exception:  # of what needs the number itself: a choice, a range, an exponent
                self._cache.note_by_value(key)
        return self._known(self._key(dim, dtype, args, *rest), request._replace(numbers=()), name, rest)

    def _known(self, key: "_Key | None", request: Request, name: str, rest: tuple[Any, ...]) -> Compiled:
        """The program of a key, traced if there is none that serves."""
        tail, diffusion, diffusion_tail, alike = rest
        known = self._cache.found(key)
        if known is None and self.function is None:
            known = self._made_of_a_feature(key)
        if known is None or not known.knows_labels(request.args):
            wanted = [self._wanted(name, tail)]
            if diffusion is not None:
                wanted.append(diffusion._wanted("diffusion", diffusion_tail))
            watched = key is not None and self._cache.can_be_watched(key)
            known = _traced(wanted, request, watched, known, alike)
        self._cache.keep(key, known)
        return known

    def _made_of_a_feature(self, key: "_Key | None") -> Compiled | None:
        """The program of whole states where there is no function to trace, but the program of one feature."""
        if key is None or key.diffusion is not None or key.tail not in (None, (key.dim,)):
            return None
        if key.alike:
            raise NotAlikeError
        one = self._cache.found(key._replace(tail=None, alike=True))
        if one is None or (key.tail is None and not one.trace.has_paths[0]):  # it was for runs alone
            return None
        return Compiled.of(one.trace.whole())

    def _key(
        self, dim: int, dtype: Any, args: Sequence[Any], tail: Any, diffusion: "CompiledFunction | None", other: Any,
        alike: bool = False,
    ) -> _Key | None:  # fmt: skip
        arguments = key_of(tuple(args))
        if arguments is None:
            return None
        beside = None if diffusion is None else diffusion._cache
        return _Key(dim, np.dtype(dtype), arguments, tail, beside, other, alike)

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
        traced = self._traced()
        return traced.program.operations * (1 if traced.trace.features is None else traced.trace.dim)

    @property
    def registers(self) -> int:
        """Registers for each path, of the program that was used last."""
        return self.program.registers

    @property
    def _programs(self) -> dict[Any, Compiled]:
        return self._cache.known

    @property
    def _latest(self) -> Compiled | None:
        return self._cache.latest

    def _traced(self) -> Compiled:
        if self._latest is None:
            raise ValueError(f"{self._name} has not been traced yet: call it, or run it, once")
        return self._latest

    def __repr__(self) -> str:
        if self._latest is None:
            return f"<compiled {self._name}, not traced yet>"
        text = self._latest.trace.text
        sizes = f"dim {self._latest.trace.dim}, {text.dtype}, {self.operations} operations, {self.registers} registers"
        return f"<compiled {self._name}: {sizes}>"

    def __str__(self) -> str:
        return repr(self) if self._latest is None else f"{self!r}\n{listing(self._latest.trace.text)}"

    def __set_name__(self, owner: type, name: str) -> None:
        self._name_in_class = name

    def __get__(self, instance: Any, owner: type | None = None) -> "CompiledFunction":
        """Of a method whose first parameter is ``self``: the field ``(x, t, *args)`` of one instance."""
        if instance is None or not _is_method(self.function):
            return self
        assert self.function is not None
        return attribute(
            instance, getattr(self, "_name_in_class", self._name), MethodType(self.function, instance),
            self._programs_of(instance),
        )  # fmt: skip

    def _programs_of(self, instance: Any) -> Programs:
        """The programs of one instance, which are kept as long as it lives."""
        number = id(instance)
        reference, programs = self._of_instances.get(number, (None, None))
        if reference is None or programs is None or reference() is not instance:
            programs = Programs()
            try:
                own = weakref.ref(instance, lambda _: self._of_instances.pop(number, None))
                self._of_instances[number] = own, programs
            except TypeError:
                pass  # nobody could tell when it is gone: traced again by whoever asks for it again
        return programs

    def _parts(self) -> tuple[Any, tuple[Any, ...]]:
        return (CompiledFunction, (self.function,)) if self._owner is None else (getattr, self._owner)

    def _without_function(self) -> tuple[Any, ...]:
        """Its programs, which serve for what they were traced for."""
        alone = {key: each for key, each in self._programs.items() if key.diffusion is None and can_be_pickled(key)}
        if not alone:
            raise TypeError(
                f"{self._name} can be pickled when it was traced by itself: call it once, or define it in a module; "
                "cloudpickle, which joblib and Dask use, takes it as it is"
            )
        names = {name: getattr(self, name) for name in ("__module__", "__name__", "__qualname__") if name in vars(self)}
        return CompiledFunction, (None, alone), names


def attribute(
    owner: Any, name: str, function: Callable[..., Any], programs: Programs | None = None
) -> CompiledFunction:
    """The compiled function that is found as ``owner.name``, and goes into pickles so."""
    made = CompiledFunction(function)
    made._owner = owner, name
    made._cache = programs or made._cache
    return made


def _traced(
    wanted: Sequence[Wanted], request: Request, watched: bool, before: Compiled | None, alike: bool
) -> Compiled:  # fmt: skip
    """What the functions do, and what they find around them, where this can be watched; else no run uses it again.

    ``before`` is their program for other labels.
    """
    known = None if before is None or before.trace.looked_up is None else before.trace.looked_up.alphabet

    def traced(request: Request) -> Trace:
        return trace_of_a_feature(wanted, request) if alike else trace(wanted, request, known)

    if not watched:
        return Compiled.of(traced(request), Surroundings.unknown())
    around = Surroundings([*(each.function for each in wanted), *functions_in(request.args)])
    if request.numbers and around.ask_for_types:
        raise TracingError("the type of a number among the arguments is asked for")  # which no symbol has
    return Compiled.of(traced(request._replace(called=around.called)), around.settled())


def _is_method(function: Any) -> bool:
    return isinstance(function, FunctionType) and function.__code__.co_varnames[:1] == ("self",)


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
    What depends on t alone is computed in float64, once a step, and rounded once to the dtype of the states.
    Every other number has that dtype: constants are rounded to it once, where NumPy would compute with float64
    weights in float64. + - * / sqrt, comparisons, ``np.where``, minimum and maximum give NumPy's own bits; sums are
    taken from left to right, and a product with a constant matrix in that order by fused multiply-adds. Factors of a
    product that do not depend on the path are summed apart, once a step, if there are more than 4 of them. Powers of 3
    and 4 are multiplied out, to 2 ulp.

    A function that computes element by element, with numbers and arrays ``(dim,)``, is traced for one dimension where
    there are many: its program does not grow with dim, and the bits are the same.

    What the function finds around it (variables of closures and modules, code and default arguments, attributes,
    containers, arrays and other buffers, the environment) is looked at in each run: where anything has been changed or
    replaced since it was traced, it is traced anew, so that a run sees what a Python function would see. Arrays are
    compared by a hash, of which 1 MB costs about 1 ms a run. A function that reaches what cannot be compared, as an
    iterator or a generator of random numbers, is traced in each run. What other objects of C hold inside, and what a
    file or a clock gives, is not seen: hand it over in ``args``, or call `compile` again.

    An array of numbers may be looked up in with labels, integers of which each path has its own: ``table[y]`` or
    ``np.take(table, y, axis=0)``, where y is an argument that is marked by `per_path`. That is done once, before the
    run, and a label that the table does not have is an IndexError that names it and its path.

    A number in ``args``, an int or a float, is read in each run, as t is, and what is computed of it alone is computed
    as of t: a sweep over a parameter traces once. A function that needs the number where it is traced (in an ``if``, a
    ``range``, an exponent, a matrix, a function of ``math``, or for its type) is traced for each.

    It is traced anew for each new dim, dtype, shape of a `per_path` argument and value of another argument: strings,
    arrays, functions, and tuples, lists and dicts of these and of numbers; and for labels that are new. With any other
    argument, as an object with attributes, it is traced in each run. The last 32 programs are kept.

    In a class, a compiled function whose first parameter is ``self`` is a method: ``model.drift`` is the field
    ``(x, t)`` of that model. A function of one state is compiled by ``mr.compile(mr.pointwise(f))``.

    Pickles hold the function itself where the pickler takes it, by name or, as cloudpickle, by value. Plain pickle
    takes no closure: of such a function it holds the programs, which serve for the dim, dtype and arguments that they
    were traced for.

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
