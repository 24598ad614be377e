"""Print the table of callbacks: NumPy and the library in turns in one process, medians of the ratios of each turn.

``python bench/report.py`` prints; ``--write`` puts the table into docs/speed.md; the README has that of one machine.
Peers that are timed in turns meet the same load and the same clock frequency, so ratios repeat where times do not.
"""

from __future__ import annotations

import statistics
from dataclasses import dataclass
from pathlib import Path

import numpy as np

import maruyama as mr
from maruyama.speed import seconds_in_turns
from problems import CALLBACKS, Problem
from tables import options_of, show

PAGE = Path(__file__).parent.parent / "docs" / "speed.md"
TABLE = "speed table: bench/report.py"
THREADS = (1, 2)


@dataclass(frozen=True)
class Row:
    """Medians over the turns of one problem."""

    problem: Problem
    numpy_rate: float  # path-steps a second
    rates: dict[int, float]  # by threads
    ratios: dict[int, float]


def measure(problem: Problem, turns: int) -> Row:
    """Check the answer, warm up by doing so, then time everyone in turns."""
    problem.check()
    ours = [lambda threads=threads: problem.maruyama(threads) for threads in THREADS]
    numpy, *each = seconds_in_turns([problem.numpy, *ours], turns)
    by_threads = dict(zip(THREADS, each, strict=True))
    return Row(
        problem=problem,
        numpy_rate=problem.path_steps / statistics.median(numpy),
        rates={n: problem.path_steps / statistics.median(times) for n, times in by_threads.items()},
        ratios={
            n: statistics.median(a / b for a, b in zip(numpy, times, strict=True)) for n, times in by_threads.items()
        },
    )


def line(row: Row) -> str:
    """Lay one row out in markdown."""
    problem = row.problem
    size = f"{problem.paths:,} x {problem.steps:,}"
    cells = [f"{row.rates[n] / 1e6:.0f} ({row.ratios[n]:.1f} x)" for n in THREADS]
    return f"| {problem.name} | {size} | {row.numpy_rate / 1e6:.0f} | {cells[0]} | {cells[1]} |"


def table(rows: list[Row], turns: int) -> str:
    """Lay the whole table out in markdown."""
    info = mr.info()
    head = [
        "| field (NumPy callback, float64) | paths x steps | NumPy loop | 1 thread | 2 threads |",
        "|---|---|---:|---:|---:|",
    ]
    foot = (
        f"Millions of path-steps a second and times as fast as the NumPy loop: medians of {turns} turns in one run, "
        f"version {info.version}, NumPy {np.__version__}, {mr._core.level()}, {info.threads} threads to be had."
    )
    return "\n".join([*head, *map(line, rows), "", foot])


def main() -> None:
    """Read the options, measure, print."""
    options = options_of(__doc__, turns=9, page=PAGE).parse_args()
    text = table([measure(problem, options.turns) for problem in CALLBACKS], options.turns)
    show(text, PAGE, TABLE, options.write)


if __name__ == "__main__":
    main()
