"""Functions of one state that look something up with their own label, ``table[y]``: called for one label after another.

What such a function reads is known for a label at a time. Numbers that are not the same for all labels are inputs of
the program; with these in their place it must do the same for each label.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from maruyama.tracing.array import Traced
from maruyama.tracing.errors import refusal, refusals_made
from maruyama.tracing.labels import FEW, Alphabet
from maruyama.tracing.lookups import Lookups, Reading, StateCall, other_for_other_labels

__all__ = ["of_one_state"]

_FURTHER = 64  # labels that may not occur: which numbers differ must not depend on the paths of a run


def of_one_state(lookups: Lookups, function: Callable[[], Traced]) -> Traced:
    """What a function makes of the symbols for one state, whatever its label is."""
    if lookups.alphabet is None:
        return function()
    if lookups.before is None:
        return _first(lookups, lookups.alphabet, function)
    known = lookups.before.states[len(lookups.states)]
    lookups.states.append([each and lookups.as_inputs(each.values, each.ids.shape, None) for each in known])
    return _called(lookups, function, StateCall(lookups.alphabet.labels[0], 0, lookups.states[-1]))


def _first(lookups: Lookups, alphabet: Alphabet, function: Callable[[], Traced]) -> Traced:
    calls = [StateCall(alphabet.labels[0], 0)]
    result = _called(lookups, function, calls[0])
    if not calls[0].has_looked_up:
        lookups.states.append([None] * len(calls[0].arrays))
        return result
    if len(alphabet.labels) > FEW:
        raise refusal(
            f"a compiled function of one state is traced for each label, and here are more than {FEW}",
            "write it for all paths, x: (paths, dim), and compile it without mr.pointwise",
        )
    for number, label in enumerate(alphabet.labels[1:], 1):
        calls.append(StateCall(label, number))
        _called(lookups, function, calls[-1])
    calls += _further(lookups, alphabet.labels[0], function)
    lookups.states.append(_readings(lookups, [call.arrays for call in calls], len(alphabet.labels)))
    again = (StateCall(call.label, call.number, lookups.states[-1]) for call in calls)
    results = [_called(lookups, function, call).ids for call in again]
    if not all(np.array_equal(ids, results[0]) for ids in results):
        raise other_for_other_labels()
    return Traced(result.tracer, results[0], None, result.is_bool)


def _further(lookups: Lookups, label: NDArray[np.int64], function: Callable[[], Traced]) -> Iterator[StateCall]:
    """Calls for 0, 1, ... in place of each feature of a label, as far as these can be looked up."""
    for feature in range(len(label)):
        for number in range(_FURTHER):
            call = StateCall(np.where(np.arange(len(label)) == feature, number, label))
            try:
                with refusals_made():
                    _called(lookups, function, call)
            except Exception:
                break
            yield call


def _called(lookups: Lookups, function: Callable[[], Traced], call: StateCall) -> Traced:
    before, lookups.state = lookups.state, call
    try:
        return function()
    finally:
        lookups.state = before


def _readings(lookups: Lookups, read: Sequence[Sequence[NDArray[Any]]], labels: int) -> list[Reading | None]:
    """Of each array that was read the function of the labels that it is; None where it is always the same."""
    if any([each.shape for each in arrays] != [each.shape for each in read[0]] for arrays in read):
        raise other_for_other_labels()
    return [_reading(lookups, arrays, labels) for arrays in zip(*read, strict=True)]


def _reading(lookups: Lookups, arrays: Sequence[NDArray[Any]], labels: int) -> Reading | None:
    values = np.stack(arrays).reshape(len(arrays), -1).astype(np.float64)
    if len({each.tobytes() for each in values}) == 1:
        return None
    return lookups.as_inputs(values[:labels], arrays[0].shape, None)
