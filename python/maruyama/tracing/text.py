"""A program as the core is told it, and as a person can read it."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

__all__ = ["Codes", "Instruction", "ProgramText", "first_difference", "listing"]

Codes: TypeAlias = NDArray[np.int32]


class Instruction(NamedTuple):
    """One operation on a group of values; ``out[i]`` is made of ``operands[.][i]``."""

    operation: str
    out: Codes
    operands: tuple[Codes, ...]
    weights: NDArray[np.float64] | None = None  # of "matmul": (terms, count); else a table


_SHOWN = 6  # runs of names in a list of values


class ProgramText(NamedTuple):
    """The arguments of ``_core.Program``, whose text says how codes name values."""

    dtype: str
    dim: int
    inputs: int
    constants: NDArray[np.float64]
    slots: int
    t_slots: int
    t_instructions: list[Instruction]
    instructions: list[Instruction]
    exports: Codes
    outputs: list[Codes]


def first_difference(a: Any, b: Any, place: tuple[Any, ...] = ()) -> tuple[Any, ...] | None:
    """Where two texts differ: names of fields and indices from the outside in; None where they are the same."""
    if isinstance(a, np.ndarray) and isinstance(b, np.ndarray):
        if a.shape != b.shape:
            return (*place, "shape")
        differ = np.flatnonzero((a != b) & ~((a != a) & (b != b)))
        return (*place, int(differ[0])) if len(differ) else None
    if isinstance(a, list | tuple) and isinstance(b, list | tuple):
        names = getattr(a, "_fields", range(len(a)))
        for name, first, second in zip(names, a, b, strict=False):
            if found := first_difference(first, second, (*place, name)):
                return found
        return None if len(a) == len(b) else (*place, min(len(a), len(b)))
    return None if type(a) is type(b) and a == b else place


def listing(text: ProgramText) -> str:
    """The program, one instruction a line."""
    return "\n".join(_lines(text))


def _lines(text: ProgramText) -> Iterator[str]:
    main, once = _Names(text, in_t_section=False), _Names(text, in_t_section=True)
    if text.t_instructions:
        yield "once a step:"
        yield from (f"  {_line(instruction, once)}" for instruction in text.t_instructions)
    if text.instructions:
        yield "for each path:"
        yield from (f"  {_line(instruction, main)}" for instruction in text.instructions)
    for number, output in enumerate(text.outputs):
        yield f"{'result' if len(text.outputs) == 1 else ('drift', 'diffusion')[number]}: {main.of(output)}"


def _line(instruction: Instruction, names: "_Names") -> str:
    operands = [names.of(operand) for operand in instruction.operands]
    if instruction.weights is not None:
        rows, columns = instruction.weights.shape
        kind = "weights" if instruction.operation == "matmul" else "table"
        operands.append(f"{kind} {rows} x {columns}")
    return f"{names.of(instruction.out)} = {instruction.operation}({', '.join(operands)})"


class _Names:
    """Names of the values of a section: t, x0, input0, r0, t0, numbers."""

    def __init__(self, text: ProgramText, *, in_t_section: bool) -> None:
        self.text, self.in_t_section = text, in_t_section

    def of(self, codes: Sequence[int] | Codes) -> str:
        """The names of several values, neighbours as ``r0...r3``, in brackets unless they read as one."""
        runs: list[list[tuple[str, int]]] = []
        for name in map(self.one, np.asarray(codes).tolist()):
            if runs and _continues(runs[-1], name):
                runs[-1].append(name)
            else:
                runs.append([name])
        texts = [_run(run) for run in runs]
        if len(texts) > _SHOWN:
            texts = [*texts[: _SHOWN - 2], "...", f"{texts[-1]}: {len(codes)} values"]
        return texts[0] if len(texts) == 1 else f"[{', '.join(texts)}]"

    def one(self, code: int) -> tuple[str, int]:
        """The letter and number of a value."""
        text = self.text
        if code < 0:
            return self._uniform(~code)
        if self.in_t_section:
            return "s", code
        if code < text.dim:
            return "x", code
        return ("input", code - text.dim) if code < text.dim + text.inputs else ("r", code - text.dim - text.inputs)

    def _uniform(self, number: int) -> tuple[str, int]:
        if number == 0:
            return "t", -1
        if number > len(self.text.constants):
            return "s", int(self.text.exports[number - 1 - len(self.text.constants)])
        return repr(float(self.text.constants[number - 1])), -1


def _continues(run: list[tuple[str, int]], name: tuple[str, int]) -> bool:
    """Whether a name repeats those of the run, or is the next one after neighbours."""
    if name == run[-1]:
        return name == run[0]
    return name[1] >= 0 and name == (run[-1][0], run[-1][1] + 1) and (len(run) == 1 or run[0] != run[-1])


def _run(run: list[tuple[str, int]]) -> str:
    first, last = (letter if number < 0 else f"{letter}{number}" for letter, number in (run[0], run[-1]))
    return first if first == last else f"{first}...{last}"
