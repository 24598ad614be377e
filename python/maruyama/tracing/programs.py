"""The programs of a function that were used last, each for what it was traced for."""

from collections.abc import Hashable
from typing import NamedTuple

import numpy as np

from maruyama import _core
from maruyama.tracing.surroundings import Surroundings
from maruyama.tracing.text import ProgramText
from maruyama.tracing.trace import Trace

__all__ = ["Compiled", "Programs"]

_KEPT = 32  # programs of a function: one for each new array among its arguments


class Compiled(NamedTuple):
    """A trace, the program that the core made of it, and what the functions found around them."""

    trace: Trace
    program: _core.Program
    around: Surroundings

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
        self.latest = next(reversed(self.known.values()), None)

    def found(self, key: Hashable | None) -> Compiled | None:
        """The program that was traced for the key, if all that it was traced from is still the same."""
        known = None if key is None else self.known.get(key)
        return None if known is None or known.around.have_changed() else known

    def keep(self, key: Hashable | None, used: Compiled) -> None:
        """Remember a program as the one that was used last, and forget those that have not been used for longest."""
        if key is not None and self.latest is not used:
            others = {each: program for each, program in self.known.items() if each != key}
            self.known = {each: others[each] for each in list(others)[-_KEPT + 1 :]} | {key: used}
        self.latest = used


def _check(traced: Trace) -> None:
    """Refuse a trace, as one from a damaged pickle, whose results are not those of its program."""
    text, tails, has_paths = traced
    if not (isinstance(text, ProgramText) and len(text.outputs) == len(tails) == len(has_paths)):
        raise ValueError(f"{_DAMAGED} it has not the results of its program: {_REMEDY}")
    for number, (output, tail, of_paths) in enumerate(zip(text.outputs, tails, has_paths, strict=True)):
        if np.shape(output) != (int(np.prod(tail, dtype=int)),) or min(tail, default=0) < 0:
            raise ValueError(
                f"{_DAMAGED} result {number} is of shape {tail} for each path, but its program gives "
                f"{np.size(output)} values: {_REMEDY}"
            )
        if not of_paths and np.max(output, initial=-1) >= 0:
            raise ValueError(f"{_DAMAGED} result {number} should be one for all paths and is not: {_REMEDY}")


_DAMAGED = "the trace of a compiled function does not fit its program, as in a damaged pickle:"
_REMEDY = "compile the function anew"
