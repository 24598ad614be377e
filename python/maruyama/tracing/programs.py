"""The programs of a function that were used last, each for what it was traced for."""

from collections.abc import Hashable, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from maruyama import _core
from maruyama.arguments import real_array
from maruyama.per_path import PerPath
from maruyama.sizes import allocate
from maruyama.tracing.path_times import require_digits_of_time
from maruyama.tracing.surroundings import Surroundings
from maruyama.tracing.text import ProgramText
from maruyama.tracing.trace import Trace

__all__ = ["Compiled", "Programs", "features_are_many"]

_AT_ONCE = 1 << 16  # paths that are looked up together
_FEWER = "run fewer paths at a time (paths=range(a, b)), with the rows of their arguments"
_KEPT = 32  # programs of a function: one for each new array among its arguments


# Features of a path that fill the lanes of a processor as well as many paths do, and as well as one or two.
_MANY, _MANY_OF_FEW = 64, 16


def features_are_many(paths: int, dim: int, args: Sequence[Any]) -> bool:
    """Whether features are worth a look, each by itself: arguments of a path's own are of all its features."""
    return dim >= min(_MANY, _MANY_OF_FEW * paths) and not any(isinstance(value, PerPath) for value in args)


class Compiled(NamedTuple):
    """A trace, the program that the core made of it, and what the functions found around them."""

    trace: Trace
    program: _core.Program
    around: Surroundings

    def inputs(self, args: Sequence[Any], paths: int) -> NDArray[Any] | None:
        """What the program reads of each path: the rows of all marked arguments side by side, and what is looked up.

        ``(paths, inputs)``, or of each feature ``(dim, inputs)``; None where nothing is marked.
        """
        if self.trace.features is not None:
            return self.trace.features if self.trace.text.inputs else None
        arrays = [value.array for value in args if isinstance(value, PerPath)]
        if not arrays:
            return None
        for array in arrays:
            if len(array) != paths:
                raise ValueError(f"an argument marked per_path has {len(array)} rows, but there are {paths} paths")
        text, table = self.trace.text, self.trace.looked_up
        require_digits_of_time(text)
        inputs = allocate((paths, text.inputs), np.dtype(text.dtype), "what the program reads of args", _FEWER)
        place = 0
        for array in arrays:
            width = int(np.prod(array.shape[1:], dtype=int))
            inputs[:, place : place + width] = real_array(array, "an argument").reshape(paths, width)
            place += width
        if table is not None:
            numbers = table.numbers(args)
            assert numbers is not None
            for first in range(0, paths, _AT_ONCE):
                inputs[first : first + _AT_ONCE, place:] = table.values[numbers[first : first + _AT_ONCE]]
        return inputs

    def program_of(self, args: Sequence[Any]) -> _core.Program:
        """The program with the numbers among these arguments."""
        if not self.trace.numbers:
            return self.program
        return self.program.with_last_constants(np.array([args[place] for place in self.trace.numbers], np.float64))

    def knows_labels(self, args: Sequence[Any]) -> bool:
        """Whether it was traced for all labels that are looked up."""
        return self.trace.looked_up is None or self.trace.looked_up.numbers(args) is not None

    @staticmethod
    def of(traced: Trace, around: Surroundings | None = None) -> "Compiled":
        """The program of a trace."""
        _check(traced)
        return Compiled(traced, _core.Program(*traced.text), around or Surroundings([]))

    def __reduce__(self) -> tuple[object, ...]:
        return Compiled.of, (self.trace,)


class Programs:
    """At most 32 programs by their keys, the one that was used last at the end.

    Nothing is locked: each change is a new dict, so that a fork finds no lock held, and of two threads at once one
    may only lose an entry.
    """

    def __init__(self, known: dict[Hashable, Compiled] | None = None) -> None:
        self.known = dict(known or {})
        self.by_value: frozenset[Hashable] = frozenset()  # keys for which numbers must be known when it is traced
        self.not_alike: frozenset[Hashable] = frozenset()  # keys for which features are not treated alike
        self.latest = next(reversed(self.known.values()), None)

    def found(self, key: Hashable | None) -> Compiled | None:
        """The program that was traced for the key, if all that it was traced from is still the same."""
        known = None if key is None else self.known.get(key)
        return None if known is None or known.around.have_changed() else known

    def can_be_watched(self, key: Hashable | None) -> bool:
        """Whether what the function finds around it can be looked at between runs, as far as is known."""
        known = None if key is None else self.known.get(key)
        return known is None or known.around.is_whole

    def note_by_value(self, key: Hashable) -> None:
        """Remember that a function needs the numbers among its arguments where it is traced."""
        self.by_value |= {key}

    def note_not_alike(self, key: Hashable) -> None:
        """Remember that a function does not treat all features alike."""
        self.not_alike |= {key}

    def keep(self, key: Hashable | None, used: Compiled) -> None:
        """Remember a program as the one that was used last, and forget those that have not been used for longest."""
        if key is not None and self.latest is not used:
            others = {each: program for each, program in self.known.items() if each != key}
            self.known = {each: others[each] for each in list(others)[-_KEPT + 1 :]} | {key: used}
        self.latest = used


def _check(traced: Trace) -> None:
    """Refuse a trace, as one from a damaged pickle, whose results are not those of its program."""
    text, tails, has_paths, looked_up, numbers, features, zeros = traced
    if not (isinstance(text, ProgramText) and len(text.outputs) == len(tails) == len(has_paths)):
        raise ValueError(f"{_DAMAGED} it has not the results of its program: {_REMEDY}")
    if features is not None and (np.shape(features)[1:], text.dim) != ((text.inputs,), 1):
        raise ValueError(f"{_DAMAGED} it has not the arguments of each feature: {_REMEDY}")
    are_fine = [
        each is None or (isinstance(each, np.ndarray) and each.dtype.kind == "b" and each.shape == np.shape(output))
        for each, output in zip(zeros, text.outputs, strict=False)
    ]
    if len(zeros) != len(tails) or not all(are_fine):
        raise ValueError(f"{_DAMAGED} it does not say which results are 0: {_REMEDY}")
    if len(numbers) > len(text.constants):
        raise ValueError(f"{_DAMAGED} it has fewer constants than numbers of the run: {_REMEDY}")
    if looked_up is not None and looked_up.values.shape[1:] > (text.inputs,):
        raise ValueError(f"{_DAMAGED} it looks up more than {text.inputs} inputs: {_REMEDY}")
    for number, (output, tail, of_paths) in enumerate(zip(text.outputs, tails, has_paths, strict=True)):
        if features is not None:
            tail = (1,) if tail == (len(features),) else (-1,)
        if np.shape(output) != (int(np.prod(tail, dtype=int)),) or min(tail, default=0) < 0:
            raise ValueError(
                f"{_DAMAGED} result {number} is of shape {tail} for each path, but its program gives "
                f"{np.size(output)} values: {_REMEDY}"
            )
        if features is None and not of_paths and np.max(output, initial=-1) >= 0:
            raise ValueError(f"{_DAMAGED} result {number} should be one for all paths and is not: {_REMEDY}")


_DAMAGED = "the trace of a compiled function does not fit its program, as in a damaged pickle:"
_REMEDY = "compile the function anew"
