# Copyright (c) 2026 the maruyama developers. SPDX-License-Identifier: BSD-3-Clause
"""Wrong programs and wrong arguments for the core: ``python scripts/fuzz_programs.py [--count N] [--seed S]``.

Takes the programs of tests/fields_to_trace.py, changes each in up to three places (sizes, codes, names of operations,
weights, constants, exports, outputs, dtype), and gives it to ``_core.Program``. What is accepted is evaluated, or run
by ``_core.integrate`` beside other fields, with arguments of which some are wrong too. The core must refuse with an
error or run; it must not die. Batches run in child processes of limited memory and processor time, so that a crash ends
a batch only. Its case is printed: ``--seed S --case K`` runs that one again and prints its error. A case that writes
beyond its memory may bring down a later one; cases before it in its batch are then to blame.

Prints how many cases were refused, ran and crashed, and ends with 1 if one crashed, or raised what is no refusal.
100,000 take 12 seconds of processor time. Of 1,000,000 of seed 1, 792,197 were refused, 207,803 ran and none crashed;
the core crashed in two of a thousand cases before it checked what it is given.
"""

import argparse
import mmap
import os
import random
import resource
import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

import maruyama as mr
from fields_to_trace import CLOSE, EXACT
from maruyama import _core

BATCH = 2500
GIBIBYTE = 2**30
REFUSALS = (ValueError, TypeError, OverflowError, MemoryError, _core.NonFinite)
OUTCOMES = ("refused", "ran", "crashed")
EXTREMES = (-(2**63), -(2**31), -2, -1, 0, 1, 2, 2**16, 2**31 - 1, 2**31, 2**32, 2**55, 2**61, 2**62, 2**63 - 1)
KINDS = ("size", "dtype", "constants", "instruction", "instruction", "instruction", "order", "exports", "outputs")
CODES = (-(2**31), -(2**16), *range(-8, 64), 2**16, 2**31 - 1)
FOLDS = ("sum", "product", "minimum_reduce", "maximum_reduce", "matmul")
OTHERS = ("sincos", "search_left", "search_right", "take", "pick")
NAMES = (*_core.operations(), *FOLDS, *OTHERS, "", "no operation")


def valid_programs():
    """The texts of programs that are right: of one field, of a drift and a diffusion, with arguments of each path."""
    fields = [mr.compile(field) for field in (*EXACT.values(), *CLOSE.values())]
    own = mr.compile(lambda x, t, a: np.sin(t) * a + x @ np.ones((4, 4)))
    rows = (mr.per_path(np.zeros((2, 4))),)
    texts = []
    for dtype in map(np.dtype, ("float64", "float32")):
        traced = [field.compiled(4, dtype, (), name="drift", tail=None) for field in fields]
        traced.append(own.compiled(4, dtype, rows, name="drift", tail=(4,)))
        pair = {"diffusion": mr.compile(lambda x, t: np.cos(t) * x), "diffusion_tail": (4,)}
        square = mr.compile(lambda x, t: x * x)
        traced.append(square.compiled(4, dtype, (), name="drift", tail=(4,), **pair))
        texts += [each.trace.text for each in traced]
    return texts


class Case:
    """One program with its changes, and what is asked of it; all of it follows from the seed and the number."""

    def __init__(self, texts, seed, number):
        self.random = random.Random(f"{seed}-{number}")
        self.text = self.random.choice(texts)

    def run(self):
        """Make the program and use it."""
        for _ in range(self.random.randint(0, 3)):
            self.text = self.changed_text()
        program = _core.Program(*self.text)
        self.random.choice((self.evaluate, self.integrate))(program)

    # The text of the program

    def changed_text(self):
        """The text with one change."""
        kind = self.random.choice(KINDS)
        return getattr(self, f"change_{kind}")()

    def change_size(self):
        """Another dim, inputs, slots or t_slots."""
        name = self.random.choice(("dim", "inputs", "slots", "t_slots"))
        return self.text._replace(**{name: self.size(getattr(self.text, name))})

    def change_dtype(self):
        """Another dtype, or none."""
        return self.text._replace(dtype=self.random.choice(("float64", "float32", "int8")))

    def change_constants(self):
        """More or fewer constants, or others."""
        count = self.random.choice((0, 1, len(self.text.constants) + 1, max(0, len(self.text.constants) - 1)))
        return self.text._replace(constants=np.resize(np.append(self.text.constants, (np.nan, np.inf)), count))

    def change_instruction(self):
        """One instruction of either section, in its name, result, operands or weights."""
        section = self.section()
        instructions = list(getattr(self.text, section))
        if not instructions:
            return self.text
        place = self.random.randrange(len(instructions))
        instructions[place] = self.changed_instruction(instructions[place])
        return self.text._replace(**{section: instructions})

    def changed_instruction(self, instruction):
        """Another instruction."""
        kind = self.random.choice(("name", "out", "operand", "operand", "operands", "weights"))
        operands = list(instruction.operands)
        if kind == "name":
            return instruction._replace(operation=self.random.choice(NAMES))
        if kind == "out":
            return instruction._replace(out=self.codes(instruction.out))
        if kind == "weights":
            return instruction._replace(weights=self.weights(instruction.weights))
        place = self.random.randrange(len(operands)) if operands else 0
        if kind == "operand" and operands:
            operands[place] = self.codes(operands[place])
        elif self.random.random() < 0.5:
            operands[place : place + 1] = []
        else:
            operands.insert(place, instruction.out)
        return instruction._replace(operands=tuple(operands))

    def change_order(self):
        """An instruction is left out, or stands elsewhere, or in the other section."""
        source, target = self.section(), self.section()
        instructions = list(getattr(self.text, source))
        if not instructions:
            return self.text
        moved = instructions.pop(self.random.randrange(len(instructions)))
        text = self.text._replace(**{source: instructions})
        if self.random.random() < 0.3:
            return text
        instructions = list(getattr(text, target))
        instructions.insert(self.random.randint(0, len(instructions)), moved)
        return text._replace(**{target: instructions})

    def change_exports(self):
        """Other registers of the t section."""
        return self.text._replace(exports=self.codes(self.text.exports))

    def change_outputs(self):
        """Another output, one more, or one less."""
        outputs = list(self.text.outputs)
        place = self.random.randrange(len(outputs)) if outputs else 0
        if outputs and self.random.random() < 0.7:
            outputs[place] = self.codes(outputs[place])
        elif self.random.random() < 0.5:
            outputs[place : place + 1] = []
        else:
            outputs.append(self.codes(np.zeros(4, np.int32)))
        return self.text._replace(outputs=outputs)

    def section(self):
        """One of the two lists of instructions."""
        return self.random.choice(("instructions", "instructions", "t_instructions"))

    def size(self, size):
        """A number near a size, or far away."""
        near = (size + 1, max(size - 1, 0), 2 * size, size // 2)
        return self.random.choice((*near, *EXTREMES) if self.random.random() < 0.7 else near)

    def codes(self, codes):
        """Codes of which one is another, or of another length."""
        kind = self.random.choice(("one", "one", "one", "shorter", "longer", "empty", "uniform"))
        if kind == "empty":
            return codes[:0]
        if kind == "shorter":
            return codes[:-1]
        if kind == "longer":
            return np.append(codes, codes[:1] if len(codes) else np.int32(0)).astype(np.int32)
        if kind == "uniform":
            return np.full(len(codes), -1, np.int32)
        changed = codes.copy()
        if len(changed):
            place = self.random.randrange(len(changed))
            near = int(changed[place]) + self.random.choice((-1, 1))
            changed[place] = self.random.choice((near, self.random.choice(CODES)))
        return changed

    def weights(self, weights):
        """None, or weights of another length."""
        count = 0 if weights is None else weights.size
        return self.random.choice((None, np.ones(count + 1), np.ones(max(0, count - 1)), np.ones(count)))

    # What is asked of the program

    def wrong(self, value, *others):
        """The value, or in one case of eight one of the others."""
        return self.random.choice(others) if self.random.random() < 0.125 else value

    def dim(self):
        """The dim of the program's states, where it can be run."""
        return self.wrong(self.text.dim if 0 <= self.text.dim <= 64 else 4, 0, 1, 3, 5)

    def dtype(self):
        """That of the program."""
        return self.wrong(self.text.dtype, "float64", "float32", "int32")

    def rows(self, paths):
        """The arguments of the paths."""
        inputs = self.text.inputs if 0 <= self.text.inputs <= 64 else 4
        if inputs == 0:
            return self.wrong(None, np.ones((paths, 2)))
        rows = np.ones((self.wrong(paths, 0, 1, paths + 1), inputs), self.dtype())
        return self.wrong(rows, None, rows[:, ::-1], rows[:, :-1])

    def evaluate(self, program):
        """The program on an array."""
        paths = self.random.choice((0, 1, 5, 33, 600))
        x = np.ones((paths, self.dim()), self.dtype())
        program.evaluate(self.wrong(x, x[::-1], x.T, x[:, 0] if x.size else x), 0.5, self.rows(paths), self.threads())

    def threads(self):
        """Mostly one, as threads are slow to start."""
        return self.wrong(1, 0, 2, -1) if self.random.random() < 0.2 else 1

    def integrate(self, program):
        """A run with the program as one of its fields at least."""
        paths, dim, dtype = self.random.choice((0, 1, 5, 33, 600)), self.dim(), self.dtype()
        general = self.random.random() < 0.2
        apart = not general and dim == 1 and self.random.random() < 0.5
        of_fields, rows = dim, paths
        if apart:
            dim = rows = self.random.choice((1, 2, 7, 70))
        terms = self.random.choice((1, 2, 3)) if general else dim
        steps = self.random.choice((0, 1, 3))
        grid = self.wrong(
            None, np.linspace(0, 1, steps + 1), np.linspace(0, 1, 2), np.linspace(0, 1, 9, dtype=np.float32)
        )
        fields = [self.field(program, rows, of_fields, dtype, general, terms) for _ in range(2)]
        place = self.random.randrange(2)
        fields[place] = self.compiled(program, rows)
        _core.integrate(
            out=np.zeros((1, self.wrong(paths, paths + 1), self.wrong(dim, dim + 1)), dtype),
            x0=np.ones((self.wrong(paths, 0, 1, paths + 1), self.wrong(dim, dim + 1)), self.wrong(dtype, "float32")),
            drift=self.wrong(fields[0], None),
            diffusion=self.wrong(fields[1], None, None, fields[0]),
            terms=self.wrong(terms, *EXTREMES),
            general=general,
            features_apart=self.wrong(apart, not apart),
            noisy=self.wrong(None, np.ones(terms, bool), np.arange(terms) % 2 == 1, np.ones(terms + 1, bool)),
            steps=self.wrong(steps, -1, -(2**63)),
            steps_before=self.wrong(0, *EXTREMES),
            t0=0.0,
            t1=1.0,
            intervals=self.wrong(steps, *EXTREMES),
            place=self.wrong(0, *EXTREMES),
            grid=grid,
            saves=self.wrong(
                np.array([steps]), np.array([steps + 1]), np.array([-1]), np.array([0, 0]), np.array([0.0])
            ),
            first_path=self.wrong(0, 2**64 - 1, -1),
            path_numbers=self.wrong(
                None, np.arange(paths, dtype=np.uint64), np.arange(3, dtype=np.uint64), np.arange(paths)
            ),
            key=(1, self.wrong(2, 2**32, -1)),
            threads=self.threads(),
            tile_rows=self.wrong(0, *EXTREMES),
            check_finite=self.random.random() < 0.3,
            progress=self.wrong(None, lambda done, count: None, 3),
        )

    def compiled(self, program, paths):
        """An output of the program."""
        return _core.Compiled(
            program, self.wrong(self.random.randrange(max(1, len(self.text.outputs))), 2, -1), self.rows(paths)
        )

    def field(self, program, paths, dim, dtype, general, terms):
        """A field of another form, or another output."""
        width = dim * terms if general else dim
        kind = self.random.choice(("constant", "callback", "compiled"))
        if kind == "constant":
            return _core.Constant(np.ones(self.random.choice((0, 1, dim, width, width, width + 1))))
        if kind == "compiled":
            return self.compiled(program, paths)
        tail = self.wrong((dim, terms) if general else (dim,), (-1, -dim), (2**62, 4), (dim + 1,), ())
        return _core.Callback(
            *self.function(dim, dtype, terms, general), self.wrong(None, lambda lo, hi: (), lambda lo, hi: lo), tail
        )

    def function(self, dim, dtype, terms, general):
        """A function and its conform; either may return what it must not."""
        tail = (dim, terms) if general else (dim,)

        def result(rows):
            array = np.ones((rows, *tail), np.dtype(dtype))
            return self.wrong(array, None, 3, array[:1], array.astype("float32"), array[:, ::-1], array[..., :-1])

        return lambda x, t, *rest: result(len(x)), lambda found, rows: result(rows)


# Batches in processes


def limited(gibibytes=4, seconds=300):
    """Limit the memory and the processor time of this process; no file of a crash is written."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 5))
    resource.setrlimit(resource.RLIMIT_AS, (gibibytes * GIBIBYTE, gibibytes * GIBIBYTE))


def outcome(case, *, loud):
    """Run one case: which of OUTCOMES it was."""
    try:
        case.run()
    except REFUSALS as error:
        if loud:
            print(f"{type(error).__name__}: {error}")
        return "refused"
    except Exception as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        return "crashed"
    return "ran"


def batch(texts, seed, cases, tally, *, loud=False):
    """Run some cases; ``tally`` is the case that is running, and how many had each outcome."""
    limited()
    for number in cases:
        tally[0] = number
        ended = outcome(Case(texts, seed, number), loud=loud)
        tally[1 + OUTCOMES.index(ended)] += 1
        if ended == "crashed":
            print(f"an error that is no refusal: --seed {seed} --case {number}", flush=True)


class Batch:
    """Some cases in a child process."""

    def __init__(self, texts, seed, cases, *, loud):
        self.seed, self.cases = seed, cases
        self.tally = np.frombuffer(mmap.mmap(-1, 8 * (1 + len(OUTCOMES))), np.int64)
        sys.stdout.flush()
        self.process = os.fork()
        if self.process == 0:
            try:
                batch(texts, seed, cases, self.tally, loud=loud)
                sys.stdout.flush()
                os._exit(0)
            finally:
                os._exit(1)

    def ended(self, status):
        """How many cases had each outcome, and the cases that are left where the process crashed."""
        found, last = self.tally[1:].copy(), int(self.tally[0])
        if status == 0:
            return found, range(0)
        found[OUTCOMES.index("crashed")] += 1
        code = os.waitstatus_to_exitcode(status)
        print(f"the process ended with {code}: --seed {self.seed} --case {last}", flush=True)
        return found, range(last + 1, self.cases.stop)


def fuzzed(count, seed, *, case=None, processes=2):
    """How many cases had each outcome, as a dict by OUTCOMES."""
    texts = valid_programs()
    left = [range(first, min(first + BATCH, count)) for first in range(0, count, BATCH)]
    if case is not None:
        left = [range(case, case + 1)]
    total, running = np.zeros(len(OUTCOMES), np.int64), {}
    while left or running:
        if left and len(running) < processes:
            started = Batch(texts, seed, left.pop(0), loud=case is not None)
            running[started.process] = started
            continue
        process, status = os.wait()
        found, again = running.pop(process).ended(status)
        total += found
        left += [again] if again else []
    return dict(zip(OUTCOMES, map(int, total), strict=True))


def main():
    """Read the options, run the cases, say what became of them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=100_000, help="how many programs")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--case", type=int, help="this one alone, with its error")
    parser.add_argument("--processes", type=int, default=2)
    options = parser.parse_args()
    found = fuzzed(options.count, options.seed, case=options.case, processes=options.processes)
    spent = sum(resource.getrusage(resource.RUSAGE_CHILDREN)[:2])
    print(", ".join(f"{number:,} {name}" for name, number in found.items()) + f"; {spent:.0f} s of processor time")
    return bool(found["crashed"])


if __name__ == "__main__":
    sys.exit(main())
