"""The program of one feature, spread over all of them: for runs of whole states that have no function to trace."""

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from maruyama.tracing.text import Codes, Instruction, ProgramText

__all__ = ["spread"]


def spread(text: ProgramText, own: NDArray[np.floating], numbers: int) -> ProgramText:
    """The program that does with each of ``len(own)`` features what ``text`` does with one.

    Each value becomes as many, side by side; the own numbers of the features, ``(dim, inputs)``, become constants,
    before the last ones, which are the numbers of the run.
    """
    dim, inputs = own.shape
    kept = len(text.constants) - numbers  # constants before which nothing is put
    places = np.arange(dim)

    def uniform(codes: NDArray[Any]) -> NDArray[Any]:
        return np.where(~codes > kept, codes - own.size, codes)

    def of_all(codes: Codes) -> Codes:
        each = codes.astype(np.int64)[:, None]
        features = np.where(each == 0, places, (each - inputs) * dim + places)  # registers come after the state
        constants = ~(1 + kept + (each - 1) * dim + places)
        spread_out = np.where(each < 0, uniform(each), np.where((each > 0) & (each <= inputs), constants, features))
        return spread_out.reshape(-1).astype(np.int32)

    def instruction(step: Instruction) -> Instruction:
        return step._replace(out=of_all(step.out), operands=tuple(map(of_all, step.operands)))

    def once(step: Instruction) -> Instruction:
        return step._replace(operands=tuple(uniform(operand).astype(np.int32) for operand in step.operands))

    def each(steps: Iterable[Instruction]) -> list[Instruction]:
        return [instruction(step) for step in steps]

    constants = np.concatenate([text.constants[:kept], own.T.reshape(-1).astype(np.float64), text.constants[kept:]])
    return text._replace(
        dim=dim, inputs=0, constants=constants, slots=text.slots * dim,
        t_instructions=[once(step) for step in text.t_instructions], instructions=each(text.instructions),
        outputs=[of_all(output) for output in text.outputs],
    )  # fmt: skip
