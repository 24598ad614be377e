"""From the graph to the program: what nobody needs is left out, rates are parted, values get registers.

Constants and t are uniform values; what depends on t alone is computed in the section of its own, once a step and in
float64; the rest runs for each path, in the order in which it was traced.
"""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from maruyama.tracing.angles import with_shared_angles
from maruyama.tracing.errors import Line
from maruyama.tracing.graph import CONSTANT, LANE, TIME, Graph, Group, Ids
from maruyama.tracing.merges import merged
from maruyama.tracing.registers import Step, registers
from maruyama.tracing.schedule import Part, scheduled
from maruyama.tracing.text import Codes, Instruction, ProgramText

__all__ = ["Sections", "program_text", "sections"]


class Sections(NamedTuple):
    """What is computed when, in terms of values."""

    graph: Graph
    constants: Ids  # which the paths read
    t_constants: Ids  # which the t section reads
    t_values: Ids  # what the t section computes; value i of them is its register i
    exported: Ids  # those that the paths read
    t_steps: list[Step]
    steps: list[Step]
    outputs: list[Ids]

    @property
    def compared(self) -> tuple[Any, ...]:
        """What two traces of a function must have in common."""
        return self.graph.rounded(self.constants), self.graph.values(self.t_constants), self[3:]

    def numbers(self) -> NDArray[np.float64]:
        """The constants of the program: rounded for the paths, as they are for t, and room for those of each run."""
        room = np.zeros(len(self.graph.run_numbers))
        return np.concatenate([self.graph.rounded(self.constants), self._numbers_of_t(), room])

    def codes(self) -> NDArray[np.int64]:
        """The codes, for the paths, of t, the constants and the exported values; 0 for all others."""
        codes = np.zeros(self.graph.count, np.int64)
        codes[0] = ~0
        codes[self.constants] = ~np.arange(1, 1 + len(self.constants))
        after = 1 + len(self.numbers())
        codes[self.graph.run_numbers] = ~np.arange(after - len(self.graph.run_numbers), after)
        codes[self.exported] = ~(after + np.arange(len(self.exported)))
        return codes

    def t_codes(self) -> NDArray[np.int64]:
        """The codes of all values of the t section."""
        codes = self.codes()
        fresh = 1 + len(self.constants) + np.arange(self._differs_for_t().sum())
        codes[self.t_constants[self._differs_for_t()]] = ~fresh
        codes[self.t_values] = np.arange(len(self.t_values))
        return codes

    def _differs_for_t(self) -> NDArray[np.bool_]:
        """Which constants of the t section are no constants of the paths, or other numbers there."""
        same = self.graph.values(self.t_constants) == self.graph.rounded(self.t_constants)
        return np.asarray(~(np.isin(self.t_constants, self.constants) & same))

    def _numbers_of_t(self) -> NDArray[np.float64]:
        return self.graph.values(self.t_constants[self._differs_for_t()])


def sections(graph: Graph, outputs: Sequence[Ids]) -> Sections:
    """What computes these values of the graph."""
    needed = _needed(graph, outputs)
    parts = [part for group in graph.groups if (part := _part(group, needed)) is not None]
    once = [part for part in parts if graph.rates(part.out)[0] == TIME]
    each = [part for part in parts if graph.rates(part.out)[0] == LANE]
    each = scheduled(with_shared_angles(merged(each, outputs, graph)), outputs, graph.count)
    is_constant = graph.rates(np.arange(graph.count)) == CONSTANT
    constants = np.flatnonzero(_read(graph, each, outputs) & is_constant)
    t_constants = np.flatnonzero(_read(graph, once, ()) & is_constant)
    t_values = np.concatenate([part.out for part in once] or [np.empty(0, np.int64)])
    is_known = np.zeros(graph.count, bool)
    is_known[0] = is_known[is_constant] = is_known[graph.run_numbers] = True
    is_uniform = is_known.copy()
    is_uniform[t_values] = True
    return Sections(
        graph, constants, t_constants, t_values, _exported(graph, each, outputs),
        [step for part in once for step in _steps(part, is_known)],
        [step for part in each for step in _steps(part, is_uniform)],
        list(outputs),
    )  # fmt: skip


def program_text(parted: Sections, dim: int, inputs: int) -> ProgramText:
    """The program, its values in registers."""
    graph = parted.graph
    t_codes = parted.t_codes()
    codes = np.append(parted.codes(), np.zeros(sum(map(len, parted.outputs)), np.int64))  # some outputs will be copies
    codes[graph.leaves] = np.arange(dim + inputs)
    steps = parted.steps.copy()
    outputs = _with_copies(steps, parted.outputs, codes, graph.count)
    slots, numbers = registers(steps, outputs, len(codes))
    codes[numbers >= 0] = numbers[numbers >= 0] + dim + inputs
    return ProgramText(
        str(graph.dtype), dim, inputs, parted.numbers(), slots, len(parted.t_values),
        [_instruction(step, t_codes) for step in parted.t_steps], [_instruction(step, codes) for step in steps],
        t_codes[parted.exported].astype(np.int32), [codes[output].astype(np.int32) for output in outputs],
    )  # fmt: skip


def _needed(graph: Graph, outputs: Sequence[Ids]) -> NDArray[np.bool_]:
    needed = np.zeros(graph.count, bool)
    for output in outputs:
        needed[output] = True
    for group in reversed(graph.groups):
        if (part := _part(group, needed)) is not None:
            for operand in part.operands:
                needed[operand] = True
    return needed


def _part(group: Group, needed: NDArray[np.bool_]) -> Part | None:
    """The values of a group that are needed."""
    mask = needed[group.first : group.first + group.size]
    if not mask.any():
        return None
    return Part(group.operation, group.out, group.operands, group.weights, group.line).chosen(mask)


def _exported(graph: Graph, parts: Sequence[Part], outputs: Sequence[Ids]) -> Ids:
    """The values of the t section that the paths read."""
    read = _read(graph, parts, outputs)
    read[0] = read[graph.run_numbers] = False
    return np.flatnonzero(read & (graph.rates(np.arange(graph.count)) == TIME))


def _read(graph: Graph, parts: Sequence[Part], outputs: Sequence[Ids]) -> NDArray[np.bool_]:
    """Which values the parts read, or are outputs."""
    read = np.zeros(graph.count, bool)
    for values in [*(operand for part in parts for operand in part.operands), *outputs]:
        read[values] = True
    return read


def _steps(part: Part, uniform: NDArray[np.bool_]) -> Iterator[Step]:
    """A step for each way in which operands are uniform or not: one operand is either, all through a group."""
    if part.weights is not None or part.operands[0].ndim == 2:
        yield Step(part.operation, part.out, part.operands, part.weights, part.line)
        return
    way = np.zeros(len(part.out), int)
    for place, operand in enumerate(part.operands):
        way += uniform[operand] << place
    for each in sorted(set(way.tolist())):
        chosen = way == each
        yield Step(part.operation, part.out[chosen], tuple(o[chosen] for o in part.operands), None, part.line)


def _with_copies(steps: list[Step], outputs: Sequence[Ids], codes: NDArray[np.int64], fresh: int) -> list[Ids]:
    """The outputs with each value of its own: features of the state, uniform and repeated values are copied last.

    An output that is uniform altogether stays so. The copies are values ``fresh``, ``fresh + 1``, ...
    """
    made = set(np.concatenate([step.out for step in steps] or [np.empty(0, np.int64)]).tolist())
    placed = []
    for output in outputs:
        output = output.copy()
        copied = []
        if (codes[output] < 0).all():
            placed.append(output)
            continue
        for place, value in enumerate(output.tolist()):
            if value in made:
                made.discard(value)  # a second one is a copy
            else:
                copied.append(place)
        sources = output[copied]
        output[copied] = np.arange(fresh, fresh + len(copied))
        fresh += len(copied)
        part = Part("copy", output[copied], (sources,), None, Line("", 0))
        steps += _steps(part, codes < 0) if copied else ()
        placed.append(output)
    return placed


def _instruction(step: Step, codes: NDArray[np.int64]) -> Instruction:
    def coded(ids: Ids) -> Codes:
        return codes[ids].reshape(-1).astype(np.int32)

    return Instruction(step.operation, coded(step.out), tuple(map(coded, step.operands)), step.weights)
