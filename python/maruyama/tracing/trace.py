"""Tracing: a function is called with symbolic arrays, twice, and what was recorded becomes a program.

The calls differ in the number of rows that x pretends to have. A function whose programs differ depends on the number
of paths, or on which row is which, and is refused.
"""

import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

import maruyama.tracing.choices
import maruyama.tracing.creation
import maruyama.tracing.differences
import maruyama.tracing.linear_algebra
import maruyama.tracing.operators
import maruyama.tracing.products
import maruyama.tracing.special
import maruyama.tracing.tables  # noqa: F401  (these fill the tables of rules)
from maruyama import _core
from maruyama.arguments import refuse_masked, where_zero
from maruyama.per_path import PerPath
from maruyama.tracing.alike import Alike, NotAlikeError, OwnNumbers, begun, value_of
from maruyama.tracing.array import Traced, TracedNumber
from maruyama.tracing.elementwise import with_one_row
from maruyama.tracing.entered import functions_entered
from maruyama.tracing.errors import Line, TracingError, line_of, line_of_error, refusals_made
from maruyama.tracing.graph import CONSTANT, Graph, Ids
from maruyama.tracing.label_indices import LabelIndices
from maruyama.tracing.labels import Alphabet, LabelTable, whole_places
from maruyama.tracing.lookups import LookedUp, Lookups
from maruyama.tracing.lower import Sections, program_text, sections
from maruyama.tracing.peephole import simplified
from maruyama.tracing.registers import Step
from maruyama.tracing.spread import spread
from maruyama.tracing.text import ProgramText, first_difference
from maruyama.tracing.tracer import Tracer

__all__ = ["Request", "Trace", "Wanted", "trace", "trace_of_a_feature"]

# Two numbers of rows that nobody means; their difference is divisible by none of 2, 3, 5, 7, 11, 13, so `len(x) % 2`
# differs, too.
_ROWS = ((31, 74), (43, 62), (53, 82), (71, 94), (83, 106), (101, 118), (103, 122), (97, 134), (113, 142))


class Wanted(NamedTuple):
    """A function to be traced, its name in errors, and the shape of its result for one path, if that is known."""

    function: Callable[..., Any]
    name: str
    tail: tuple[int, ...] | None = None


class Request(NamedTuple):
    """What a function is called with: ``x: (paths, dim)`` of a dtype, t and the arguments; and who is told of it."""

    dim: int
    dtype: np.dtype[Any]
    args: tuple[Any, ...]
    called: Callable[[], None] = lambda: None
    numbers: tuple[int, ...] = ()  # the places of arguments that are numbers of the run

    @property
    def inputs(self) -> int:
        """Features of a path's own row of arguments."""
        return sum(_features(value) for value in self.args if isinstance(value, PerPath))


class Trace(NamedTuple):
    """The program of one function or two, and the shape of each result without the paths."""

    text: ProgramText
    tails: tuple[tuple[int, ...], ...]
    has_paths: tuple[bool, ...]  # False where the result is one for all paths
    looked_up: LabelTable | None = None  # what the program reads for the labels of the paths
    numbers: tuple[int, ...] = ()  # the places of the arguments that are its last constants
    features: NDArray[Any] | None = None  # (dim, inputs), the arguments of each, where the program is that of one

    zeros: tuple[NDArray[np.bool_] | None, ...] = ()  # of each result: which values are 0 in every state, if any

    @property
    def dim(self) -> int:
        """Dimensions of the states."""
        return self.text.dim if self.features is None else len(self.features)

    def whole(self) -> "Trace":
        """The program of one feature made that of all of them."""
        assert self.features is not None
        text = spread(self.text, self.features, len(self.numbers))
        has_paths = (True,) * len(text.outputs)
        zeros = tuple(None if each is None else np.repeat(each, self.dim) for each in self.zeros)
        return Trace(text, self.tails, has_paths, None, self.numbers, None, zeros)

    @property
    def shapes(self) -> list[tuple[int, ...]]:
        """The shapes of the results at one path."""
        return [(1, *tail) if has_paths else tail for tail, has_paths in zip(self.tails, self.has_paths, strict=True)]


def trace(wanted: Sequence[Wanted], request: Request, known: Alphabet | None = None) -> Trace:
    """Call the functions with symbolic arrays and return their common program.

    It is kept for later runs, so that nothing in it may depend on the rounding mode that this thread has now. Where
    they look labels up, it serves for those of this run, and for those known.
    """
    with _core.StandardFloats():
        alphabet = None if known is None else Alphabet.of(request.args, known.places, known)
        while True:
            modules = len(sys.modules)
            try:
                return _trace(wanted, request, alphabet)
            except LookedUp as found:
                places = found.places.union(() if alphabet is None else alphabet.places)
                alphabet = Alphabet.of(request.args, tuple(sorted(places)))
            except TracingError:  # perhaps of a function that came with a module, and is entered from now on
                if len(sys.modules) == modules:
                    raise


def trace_of_a_feature(wanted: Sequence[Wanted], request: Request) -> Trace:
    """The program of one feature of the state, which serves for all of them; raises NotAlikeError where it does not.

    An error that may be due to numbers among the arguments is raised as it is.
    """
    with _core.StandardFloats():
        graph = Graph(request.dtype, 1, simplified, len(request.numbers))
        own = OwnNumbers(graph, request.dim)
        try:
            one, other = (_of_a_feature(wanted, request, rows, own) for rows in _pairs_of_rows(request, None)[0])
        except Exception as error:
            if request.numbers and not own.refused:
                raise
            raise NotAlikeError from error
        finally:
            own.is_over = True
        if own.refused or one != other:
            raise NotAlikeError
        text = program_text(sections(graph, [np.array([value]) for value, _ in one]), 1, len(own.arrays))
        tails, has_paths = ((request.dim,),) * len(wanted), tuple(has_paths for _, has_paths in one)
        zeros = tuple(_are_zero(graph, np.array([value])) for value, _ in one)
        return Trace(text, tails, has_paths, None, request.numbers, own.table(request.dtype), zeros)


def _of_a_feature(
    wanted: Sequence[Wanted], request: Request, rows: int, own: OwnNumbers
) -> list[tuple[int, bool]]:  # fmt: skip
    """The value of each result for one feature, and whether each path has its own."""
    tracer = Tracer(own.graph, rows)
    x, t = begun(tracer, own.graph.leaves[:1], own), Traced(tracer, np.array(0), home="scalar")
    args = _symbolic_args(tracer, request)
    with functions_entered(), refusals_made() as refused:
        returned = [_as_it_is_now(each.function(x, t, *args)) for each in wanted]
    request.called()
    if refused:
        raise refused[0]
    return [(value_of(each, tracer, own), isinstance(each, Alike)) for each in returned]


def _as_it_is_now(returned: Any) -> Any:
    """What a function returned; an array may be one that the next function writes into."""
    return returned.copy() if isinstance(returned, np.ndarray) else returned


def _trace(wanted: Sequence[Wanted], request: Request, alphabet: Alphabet | None) -> Trace:
    pairs = _pairs_of_rows(request, alphabet)
    try:
        one = _same_record(wanted, request, alphabet, pairs)
    except Exception:
        if alphabet is None:
            raise
        one = _same_record(wanted, request, alphabet, pairs[::-1])  # an array may have had as many rows by chance
    table = one.lookups.table
    inputs = request.inputs + (0 if table is None else table.values.shape[1])
    text = program_text(one.parted, request.dim, inputs)
    return Trace(
        text, tuple(r.tail for r in one.results), tuple(r.has_paths for r in one.results), table, request.numbers,
        None, tuple(_are_zero(one.graph, r.ids) for r in one.results),
    )  # fmt: skip


def _are_zero(graph: Graph, ids: Ids) -> NDArray[np.bool_] | None:
    return where_zero(np.where(graph.rates(ids) == CONSTANT, graph.rounded(ids), 1.0))


def _pairs_of_rows(request: Request, alphabet: Alphabet | None) -> list[tuple[int, int]]:
    """Numbers of rows that are no length of the arguments, with room for each label."""
    sizes = {request.dim, *(length for value in request.args for length in np.shape(_array(value)))}
    more = 0 if alphabet is None else len(alphabet.labels)
    return [pair for a, b in _ROWS if not sizes.intersection(pair := (a + more, b + more))]


def _same_record(
    wanted: Sequence[Wanted], request: Request, alphabet: Alphabet | None, pairs: Sequence[tuple[int, int]]
) -> "_Recorded":
    """What the functions do whatever the number of rows."""
    one = _recorded(wanted, request, alphabet, pairs[0][0])
    others = _others(wanted, request, alphabet, pairs[0][1], one, one.graph)
    return one if all(map(one.has_same_values, others)) else _compared(wanted, request, alphabet, pairs)


def _others(
    wanted: Sequence[Wanted], request: Request, alphabet: Alphabet | None, rows: int, one: "_Recorded",
    graph: Graph | None = None,
) -> Iterator["_Recorded"]:  # fmt: skip
    """Records with other rows: one, or with labels one where they are all the first, one where they are the last."""
    labels = (0,) if alphabet is None or len(alphabet.labels) == 1 else (0, -1)
    return (_recorded(wanted, request, alphabet, rows, one.lookups, graph, label) for label in labels)


def _compared(
    wanted: Sequence[Wanted], request: Request, alphabet: Alphabet | None, pairs: Sequence[tuple[int, int]]
) -> "_Recorded":
    """The record of functions whose results are not the same values of one graph at once."""
    one = _recorded(wanted, request, alphabet, pairs[0][0])
    different = _different(wanted, request, alphabet, pairs[0], one)
    if different is None:
        return one
    again = _recorded(wanted, request, alphabet, pairs[-1][0])
    if _different(wanted, request, alphabet, pairs[-1], again) is not None:
        raise _depends_on_rows(wanted, one.parted, different.parted)
    return again  # the first two met an array of the function that has as many rows by chance


def _different(
    wanted: Sequence[Wanted], request: Request, alphabet: Alphabet | None, pair: tuple[int, int], one: "_Recorded"
) -> "_Recorded | None":
    """A record with other rows that is not the same program."""
    others = _others(wanted, request, alphabet, pair[1], one)
    return next((other for other in others if not one.has_same_program(other)), None)


class _Result(NamedTuple):
    ids: Ids
    tail: tuple[int, ...]
    has_paths: bool


@dataclass(frozen=True)
class _Recorded:
    graph: Graph
    results: list[_Result]
    lookups: Lookups

    @cached_property
    def parted(self) -> Sections:
        """What computes the results."""
        return sections(self.graph, [result.ids for result in self.results])

    def has_same_values(self, other: "_Recorded") -> bool:
        """Whether a record in the same graph has the same values for results: then both are one program, too."""
        return all(
            np.array_equal(a.ids, b.ids) and a[1:] == b[1:] for a, b in zip(self.results, other.results, strict=True)
        )

    def has_same_program(self, other: "_Recorded") -> bool:
        """Whether a record in a graph of its own needs the same operations on the same values."""
        return first_difference(self.compared, other.compared) is None

    @property
    def compared(self) -> tuple[Any, ...]:
        """What must be the same whatever the number of rows."""
        return self.parted.compared, [(result.tail, result.has_paths) for result in self.results]


def _recorded(
    wanted: Sequence[Wanted], request: Request, alphabet: Alphabet | None, rows: int, before: Lookups | None = None,
    graph: Graph | None = None, label: int = 0,
) -> _Recorded:  # fmt: skip
    """What the functions do with so many rows, in a graph of its own or in one that has seen them with other rows."""
    graph = graph or Graph(request.dtype, request.dim + request.inputs, simplified, len(request.numbers))
    whole = whole_places(request.args)
    leaves = dict(zip(graph.leaves[request.dim + whole].tolist(), whole.tolist(), strict=True))
    lookups = Lookups(LabelIndices(graph, leaves), rows, alphabet, before, label)
    tracer = Tracer(graph, rows, lookups)
    x = Traced(tracer, graph.leaves[: request.dim][None, :], 0)
    t = Traced(tracer, np.array(0), home="scalar")
    args = _symbolic_args(tracer, request)
    try:
        with functions_entered(), refusals_made() as refused:
            returned = [_as_it_is_now(each.function(x, t, *args)) for each in wanted]
        request.called()
        if refused:
            raise _caught(refused[0])
        results = [_result(each, tracer, value) for each, value in zip(wanted, returned, strict=True)]
    except ValueError as error:  # NumPy's "setting an array element with a sequence", where float(t) was refused
        if isinstance(error.__cause__, TracingError):
            raise error.__cause__ from None
        raise
    except (TypeError, IndexError, AttributeError) as error:
        if isinstance(error, IndexError) and (of_label := lookups.out_of_bounds(error)) is not None:
            raise of_label from None
        if tracer.made_objects:
            raise _of_objects(error) from error
        raise
    except Exception as error:
        if type(error).__module__.partition(".")[0] != "numba":
            raise
        raise TracingError(
            "a function that numba compiled cannot be traced: call the Python function in it, name.py_func(...)",
            line_of_error(error),
        ) from error
    finally:
        lookups.require_labels()
    return _Recorded(graph, results, lookups)


def _caught(error: TracingError) -> TracingError:
    return TracingError(
        f"{error.message}. The function catches this exception and goes on in another way than with NumPy's arrays, "
        "which raise none: leave that way out of what is compiled",
        error.line,
    )


def _of_objects(error: Exception) -> TracingError:
    return TracingError(
        f"{error}: np.array, np.asarray and an index make an array of objects of traced values, with which NumPy can "
        "do little: build arrays with np.stack([...], axis=1), leave np.asarray away, and choose with np.where, "
        "np.select or np.interp in place of an index; labels look up as they are, table[y]",
        line_of_error(error),
    )


def _symbolic_args(tracer: Tracer, request: Request) -> list[Any]:
    args: list[Any] = []
    place = request.dim
    numbers = dict(zip(request.numbers, tracer.graph.run_numbers.tolist(), strict=True))
    for number, value in enumerate(request.args):
        if number in numbers:
            args.append(TracedNumber(tracer, numbers[number], type(value)))
        elif isinstance(value, PerPath):
            features = _features(value)
            ids = tracer.graph.leaves[place : place + features].reshape((1, *value.array.shape[1:]))
            args.append(Traced(tracer, ids, 0, value.array.dtype.kind == "b"))
            place += features
        else:
            args.append(value)
    return args


def _features(value: PerPath) -> int:
    return int(np.prod(value.array.shape[1:], dtype=int))


def _array(value: Any) -> Any:
    return value.array if isinstance(value, PerPath) else value if isinstance(value, np.ndarray) else 0


def _result(wanted: Wanted, tracer: Tracer, returned: Any) -> _Result:
    if returned is None:
        raise TypeError(f"{wanted.name} returned None: it must return an array; did you forget `return`?")
    refuse_masked(returned, f"the result of {wanted.name}")
    try:
        result = tracer.lifted(returned)
    except TracingError as error:
        raise TracingError(
            f"{wanted.name} returned what cannot be used: {error.message}", line_of(wanted.function)
        ) from None
    if wanted.tail is not None:
        ids = _spread(result, wanted.name, wanted.tail)
        return _Result(ids, wanted.tail, True)
    axis = result.axis
    if axis is None and result.ndim and result.shape[0] == tracer.rows:
        result, axis = Traced(tracer, with_one_row(result, -result.ndim), 0), 0
    if axis not in (None, 0) or result.row is not None:
        raise ValueError(f"{wanted.name} returned shape {result.shape_text()}: the paths must be the first axis")
    tail = result.ids.shape if axis is None else result.ids.shape[1:]
    return _Result(result.ids.reshape(-1), tail, axis == 0)


def _spread(result: Traced, name: str, tail: tuple[int, ...]) -> Ids:
    """The result broadcast to (paths, *tail), as NumPy would."""
    try:
        if result.axis is not None and result.axis + 1 + len(tail) - result.ndim != 0:
            raise ValueError
        one_row = with_one_row(result, -1 - len(tail))
        return np.broadcast_to(one_row, (1, *tail)).reshape(-1)
    except ValueError:
        expected = ", ".join(["paths", *map(str, tail)])
        raise ValueError(
            f"{name} returned shape {result.shape_text()}, expected ({expected}): {_remedy(name, result, tail)}"
        ) from None


def _remedy(name: str, result: Traced, tail: tuple[int, ...]) -> str:
    if len(tail) == 2:
        return f"with noise='general' return (paths, dim, m) = (paths, {tail[0]}, {tail[1]})"
    if result.ndim == 1 and tail == (1,):
        return "keep the axis of the dimensions, e.g. result[:, None], or x[:, :1] in place of x[:, 0]"
    one_value = "return one value per dimension, e.g. np.stack([...], axis=1)"
    is_matrix = name == "diffusion" and result.ids.shape[-2:-1] == tail and result.ndim > 1
    return f"{one_value}; a matrix, (dim, m) or (paths, dim, m), needs noise='general'" if is_matrix else one_value


def _depends_on_rows(wanted: Sequence[Wanted], one: Sections, other: Sections) -> TracingError:
    """The error that names the first instruction in which the two programs differ."""
    line, values = _first_different_line(one, other)
    return TracingError(
        f"what {wanted[-1].name} computes depends on the number of paths, or on which of them is which, or it is not "
        f"the same in each call{values}: an array with one row per path, of random numbers too, goes into args, as "
        "mr.per_path(array)",
        line or line_of(wanted[-1].function),
    )


def _first_different_line(one: Sections, other: Sections) -> tuple[Line | None, str]:
    for steps, others in ((one.t_steps, other.t_steps), (one.steps, other.steps)):
        for a, b in zip(steps, others, strict=False):
            spelled, spelled_other = _spelled(one, a), _spelled(other, b)
            if first_difference(spelled, spelled_other) is not None:
                return a.line, _numbers(spelled, spelled_other)
    return None, ""


def _spelled(parted: Sections, step: Step) -> tuple[str, list[list[float]]]:
    """The operation and its operands, constants in place of their numbers."""
    values = [(parted.graph.values(ids), ids) for ids in step.operands]
    return step.operation, [np.where(np.isnan(number), ids, number).reshape(-1).tolist() for number, ids in values]


def _numbers(a: tuple[str, list[list[float]]], b: tuple[str, list[list[float]]]) -> str:
    for mine, others in zip(a[1], b[1], strict=False):
        for first, second in zip(mine, others, strict=False):
            if first != second:
                return f" (a constant is {first:g} in one trace and {second:g} in the other)"
    return ""
