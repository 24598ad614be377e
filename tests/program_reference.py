"""A program evaluated by NumPy, one instruction after the other: slow and readable, the oracle of the core."""

import numpy as np

from maruyama.tracing.operations import FOLDS, OPERATIONS
from maruyama.tracing.text import Instruction, ProgramText


def evaluate(text: ProgramText, x, t, inputs=None):
    """Every output at ``x: (paths, dim)``: ``(paths, width)`` each."""
    paths, dtype = len(x), np.dtype(text.dtype)
    exact = [np.float64(t), *text.constants]
    once = np.full(text.t_slots, np.nan)
    for instruction in text.t_instructions:
        _run(instruction, lambda code: once[code] if code >= 0 else exact[~code], once, 0)
    with np.errstate(all="ignore"):
        uniforms = [dtype.type(value) for value in [*exact, *(once[code] for code in text.exports)]]
    leaves = [*x.T.astype(dtype), *(() if inputs is None else inputs.T.astype(dtype))]
    assert len(leaves) == text.dim + text.inputs
    values = np.full((len(leaves) + text.slots, paths), np.nan, dtype)
    values[: len(leaves)] = np.array(leaves, dtype).reshape(len(leaves), paths)

    def value(code):
        return values[code] if code >= 0 else np.broadcast_to(uniforms[~code], paths)

    for instruction in text.instructions:
        assert all(len(codes) == 0 or (codes < 0).all() or (codes >= 0).all() for codes in instruction.operands)
        assert (instruction.out >= len(leaves)).all()
        _run(instruction, value, values, len(leaves))
    return [np.array([value(code) for code in output], dtype).reshape(-1, paths).T for output in text.outputs]


def _run(instruction: Instruction, value, memory, first_register):
    """Values at later positions must not be overwritten: each position is read when it is its turn."""
    operation, out, operands, weights = instruction
    with np.errstate(all="ignore"):
        if operation.startswith("search"):
            for code, register in zip(operands[0], out, strict=True):
                memory[register] = _places(weights[:, 0], value(code), operation.removeprefix("search_"))
        elif operation == "sincos":
            for name, codes in zip(("sin", "cos"), out.reshape(2, -1), strict=True):
                for code, register in zip(operands[0], codes, strict=True):
                    memory[register] = OPERATIONS[name](value(code))
        elif operation == "take":
            for codes, code in zip(out.reshape(len(operands[0]), -1), operands[0], strict=True):
                row = np.asarray(value(code)).astype(int)
                for column, register in enumerate(codes):
                    memory[register] = weights[:, column].astype(np.asarray(value(code)).dtype)[row]
        elif operation == "pick":
            row = np.asarray(value(operands[1][0])).astype(int)
            memory[out[0]] = np.choose(row, [value(code) for code in operands[0]], mode="clip")
        elif weights is not None:
            terms = np.array([value(code) for code in operands[0]])
            for j, register in enumerate(out):
                total = np.zeros_like(terms[0])
                for k in range(len(terms)):
                    total = terms[k] * terms.dtype.type(weights[k, j]) + total
                memory[register] = total if len(operands) == 1 else total + value(operands[1][j])
        elif operation in FOLDS:
            for rows, register in zip(operands[0].reshape(len(out), -1), out, strict=True):
                result = value(rows[0])
                for code in rows[1:]:
                    result = OPERATIONS[FOLDS[operation]](result, value(code))
                memory[register] = result
        else:
            for position, register in enumerate(out):
                memory[register] = OPERATIONS[operation](*(value(codes[position]) for codes in operands))


def _places(knots, values, side):
    values = np.asarray(values)
    return np.where(np.isnan(values), 0, np.searchsorted(knots.astype(values.dtype), values, side))
