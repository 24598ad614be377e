"""The forms of a coefficient: a number or vector, a function in Python, compiled or in C; made fields of the core."""

import functools
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from maruyama import _core
from maruyama.arguments import real_array, where_zero
from maruyama.cfunctions import c_pointer, is_c_function
from maruyama.conform import Again, Conform
from maruyama.other_rows import RowByRow, other_number, result_of_rows
from maruyama.parameter_order import require_state_first
from maruyama.per_path import block_arguments, flat_remedy, keeps_marks
from maruyama.pointwise import Pointwise
from maruyama.state import State
from maruyama.tracing.compiled import Compiled, CompiledFunction
from maruyama.tracing.programs import features_are_many
from maruyama.tracing.text import Instruction, ProgramText

__all__ = ["Coefficient", "brownian_motions", "coefficient", "coefficients"]


class Coefficient(NamedTuple):
    """A field of the core and the name of its route: "constant", "callback", "compiled" or "c function"."""

    field: _core.Field
    route: str
    of_a_feature: bool = False  # rather than of the whole state, which then has one row for each feature
    zeros: NDArray[np.bool_] | None = None  # of its values, or of the one for all: which are 0 in every state, if any

    def noisy(self, terms: int) -> NDArray[np.bool_] | None:
        """Of a diffusion: which Brownian motions act on any state; None where all of them may."""
        if self.zeros is None:
            return None
        if self.zeros.size == 1:
            return np.zeros(terms, bool)
        return np.logical_not(self.zeros.reshape(-1, terms).all(axis=0))


def coefficient(
    value: Any, name: str, tail: tuple[int, ...], state: State, args: tuple[Any, ...], alike: bool = True
) -> Coefficient:
    """The field of a user's coefficient, which gives ``tail`` values to each path.

    Where it may, ``alike``, it is that of one feature for all, if there are many and they are treated alike.
    """
    if isinstance(value, CompiledFunction):
        alike = alike and features_are_many(state.paths, state.dim, args)
        compiled = value.compiled(state.dim, state.dtype, args, name=name, tail=tail, alike=alike)
        return _compiled(compiled, state, args, 0)
    if is_c_function(value):
        return _c_function(value, name, state)
    if callable(value):
        require_state_first(value, name)
        keep_marks, again = keeps_marks(value), None
        if not isinstance(value, Pointwise) and (_is_cut(state) or state.paths in (1, state.dim)):
            value = RowByRow(value, name, tail, args, state.paths)
            again = None if len(tail) > 1 else _again(value, state, args)
        conform = Conform(name, tail, state.dtype, state.paths, flat_remedy(args), again)
        return Coefficient(
            _core.Callback(value, conform, block_arguments(args, keep_marks=keep_marks), tail), "callback"
        )
    numbers = _constant(value, name, tail, state.paths)
    return Coefficient(_core.Constant(numbers), "constant", zeros=where_zero(numbers))


def coefficients(
    drift: Any, diffusion: Any, tail: tuple[int, ...], state: State, args: tuple[Any, ...]
) -> tuple[Coefficient, Coefficient]:
    """Those of a drift and of a diffusion of ``tail`` values; two compiled functions become one program."""
    own_tail = (state.dim,)
    if isinstance(drift, CompiledFunction) and isinstance(diffusion, CompiledFunction):
        compiled = drift.compiled(
            state.dim, state.dtype, args, name="drift", tail=own_tail, diffusion=diffusion, diffusion_tail=tail,
            alike=tail == own_tail and features_are_many(state.paths, state.dim, args),
        )  # fmt: skip
        return _compiled(compiled, state, args, 0), _compiled(compiled, state, args, 1)
    alike = tail == own_tail and not (_is_function(drift) or _is_function(diffusion))
    first = coefficient(drift, "drift", own_tail, state, args, alike)
    second = coefficient(diffusion, "diffusion", tail, state, args, alike)
    if first.of_a_feature:
        return first, _of_a_feature(diffusion, "diffusion", state)
    return (_of_a_feature(drift, "drift", state) if second.of_a_feature else first), second


def _compiled(compiled: Compiled, state: State, args: tuple[Any, ...], output: int) -> Coefficient:
    field = _core.Compiled(compiled.program_of(args), output, compiled.inputs(args, state.paths))
    return Coefficient(field, "compiled", compiled.trace.features is not None, compiled.trace.zeros[output])


def _is_function(value: Any) -> bool:
    """Whether it is one that is called, and so knows whole states alone."""
    return not isinstance(value, CompiledFunction) and (callable(value) or is_c_function(value))


def _of_a_feature(value: Any, name: str, state: State) -> Coefficient:
    """The field of one feature of a constant."""
    numbers = _constant(value, name, (state.dim,), state.paths)
    if len(numbers) == 1:
        return Coefficient(_core.Constant(numbers), "constant", True, where_zero(numbers))
    own = numbers.astype(state.dtype)[:, None]
    return Coefficient(_core.Compiled(_own_number(state.dtype), 0, own), "constant", True, where_zero(numbers))


@functools.cache
def _own_number(dtype: np.dtype[Any]) -> _core.Program:
    """The program of a feature whose value is its only argument."""
    copy = Instruction("copy", np.array([2], np.int32), (np.array([1], np.int32),))
    none = np.array([], np.int32)
    text = ProgramText(str(dtype), 1, 1, np.array([]), 1, 0, [], [copy], none, [np.array([2], np.int32)])
    return _core.Program(*text)


def brownian_motions(diffusion: Any, state: State, t0: float, args: tuple[Any, ...]) -> int:
    """The m of general noise: the last axis of a constant, or of a trial call on a few rows at t0."""
    if is_c_function(diffusion):
        raise TypeError(
            "noise='general' does not take a C function as diffusion: give a Python function or a constant (dim, m)"
        )
    if isinstance(diffusion, CompiledFunction):
        shape = diffusion.compiled(state.dim, state.dtype, args, name="diffusion").trace.shapes[0]
        wanted = f"(paths, dim, m) = (paths, {state.dim}, m)"
    elif not callable(diffusion):
        shape = real_array(diffusion, "diffusion").shape
        wanted = f"(dim, m) = ({state.dim}, m)"
    elif state.paths == 0:
        return 1  # nobody can tell, and nobody will ask for noise
    else:
        shape = _trial_shape(diffusion, state, t0, args)
        wanted = f"(paths, dim, m) = (paths, {state.dim}, m)"
    if len(shape) < 2 or shape[-2] not in (1, state.dim):
        raise ValueError(
            f"diffusion has shape {shape}, but noise='general' expects {wanted}: noise='diagonal' is the default"
        )
    return int(shape[-1])


def _trial_shape(diffusion: Any, state: State, t0: float, args: tuple[Any, ...]) -> tuple[int, ...]:
    """The shape that a diffusion returns, if its axes are what they seem; else a ValueError."""
    require_state_first(diffusion, "diffusion")

    def shape_for(rows: int) -> tuple[int, ...]:
        result = result_of_rows(diffusion, rows, state, t0, args)
        if result is None:
            raise TypeError("diffusion returned None: it must return an array; did you forget `return`?")
        return real_array(result, "the result of diffusion").shape

    rows = other_number({state.dim, state.paths})  # with dim rows (paths, dim) would look like (dim, m)
    shape = shape_for(rows)
    if rows in shape[1:] and shape_for(other_number({state.dim, state.paths, rows}))[1:] != shape[1:]:
        raise ValueError(
            f"diffusion returned shape {shape} for {rows} paths: with noise='general' the paths must be the first axis "
            f"of three, (paths, dim, m) = (paths, {state.dim}, m)"
        )
    return shape


def _is_cut(state: State) -> bool:
    """Whether a run may have more than one block of paths; one that has is of 128 KiB, or less with general noise."""
    return state.paths * state.dim * state.dtype.itemsize > 1 << 14


def _again(field: RowByRow, state: State, args: tuple[Any, ...]) -> Again:
    def again(rows: int) -> tuple[object, int]:
        others = other_number({rows, state.dim})
        return result_of_rows(field.function, others, state, field.t, args), others

    return again


def _constant(value: object, name: str, tail: tuple[int, ...], paths: int) -> NDArray[np.float64]:
    try:
        values = real_array(value, name)
    except TypeError as error:
        forms = _own_way(value) or "give a function of (x, t), a number, a vector or a C function"
        nothing = "; without noise say 0.0, or mr.euler" if value is None and name == "diffusion" else ""
        raise TypeError(f"{error}: {forms}{nothing}") from None
    while values.ndim > len(tail) and values.shape[0] == 1:
        values = values[0]
    if values.ndim == 0:
        return np.array(values, np.float64).reshape(-1)
    try:
        spread = np.broadcast_to(values, tail)
    except ValueError:
        remedy = _matrix_remedy(name, values.shape, tail) + _rows_remedy(values.shape, paths)
        raise ValueError(f"{name} has shape {values.shape}, expected {tail}{_or_a_number(tail)}{remedy}") from None
    return np.array(spread, np.float64).reshape(-1)


def _own_way(value: object) -> str:
    """What is to be done with a thing that runs itself, or has a field."""
    if hasattr(value, "simulate"):
        return "a process runs itself, process.simulate(...), and has the fields process.drift and process.diffusion"
    if hasattr(value, "trajectories"):
        return "a model runs itself, model.sample(...)"
    return "a path has the field path.velocity" if hasattr(value, "velocity") else ""


def _c_function(value: object, name: str, state: State) -> Coefficient:
    pointer = c_pointer(value, name)
    if pointer.dtype != state.dtype:
        raise TypeError(
            f"{name} is a C function of {pointer.dtype}, but the state is {state.dtype}: say dtype='{pointer.dtype}'"
        )
    field = _core.CFunction(pointer.address, pointer.data, str(pointer.dtype), pointer.owner)
    return Coefficient(field, "c function")


def _or_a_number(tail: tuple[int, ...]) -> str:
    return " or a number" if len(tail) == 1 else ""


def _matrix_remedy(name: str, shape: tuple[int, ...], tail: tuple[int, ...]) -> str:
    if name != "diffusion" or len(tail) > 1 or len(shape) != 2 or shape[0] != tail[0]:
        return ""
    return "; a matrix (dim, m) needs noise='general'"


def _rows_remedy(shape: tuple[int, ...], paths: int) -> str:
    if not shape or shape[0] != paths:
        return ""
    return ": for one row per path write lambda x, t, a: a, with args=(mr.per_path(array),)"
