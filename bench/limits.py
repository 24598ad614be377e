"""Print what the processor can multiply and add at most, and how close the compiled network comes to that.

``python bench/limits.py`` runs a loop in C that does nothing but fused multiply-adds of registers, the network of
bench/compiled.py, NumPy and, where it is installed, torch on the whole batch: in turns, by the wall clock, medians.
Nobody who makes the network's products in this precision is faster than the loop. ``--write`` puts the table between
the markers of docs/where-time-goes.md. It needs ``cc``.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from statistics import median
from time import perf_counter

import numpy as np

import maruyama as mr
from compiled import Contestant, race, runs_of
from compiled_problems import LAYERS, PLAIN, PROBLEMS, TORCH, Array
from processor import loops, on
from tables import options_of, show

PAGE = Path(__file__).parent.parent / "docs" / "where-time-goes.md"
NETWORK = next(problem for problem in PROBLEMS if problem.key == "network")
OPERATIONS = 2 * sum(weights.size for weights, _ in LAYERS)  # multiplications and additions of an evaluation


def products(x: Array, t: float) -> Array:
    """The network without SiLU."""
    h = np.concatenate([x, np.full_like(x[:, :1], t)], axis=1)
    for weights, bias in LAYERS:
        h = h @ weights + bias
    return h


def rates(threads: int, turns: int) -> dict[str, float]:
    """Multiplications and additions a second of everyone."""
    contestants = {
        name: Contestant(lambda loop=loop: on(threads, loop.run), threads * loop.operations)
        for name, loop in loops().items()
        if name != "words"
    }
    evaluations = NETWORK.paths * NETWORK.steps * OPERATIONS
    without = replace(NETWORK, drift=products)
    contestants["maruyama"] = Contestant(lambda: NETWORK.ours(threads), evaluations)
    contestants["maruyama, without SiLU"] = Contestant(lambda: without.ours(threads), evaluations)
    for peer, wanted in (("numpy", PLAIN), ("torch", TORCH)):
        if wanted in (runs := runs_of(peer, NETWORK, threads)):
            contestants[wanted] = Contestant(runs[wanted][0], evaluations)
    return {name: median(each) for name, each in race(contestants, turns, perf_counter).items()}


def table(turns: int) -> str:
    """Lay it out."""
    lines = ["| threads | | GFLOP/s | M evaluations/s | of the limit |", "|---:|---|---:|---:|---:|"]
    for threads in (1, 2):
        found = rates(threads, turns)
        for name, rate in found.items():
            shown = f"multiply-adds, {name}" if name.startswith("float") else f"the network, {name}"
            of_limit = f"{rate / OPERATIONS / 1e6:.2f} | {rate / found['float32']:.0%}" if name != "float64" else "|"
            lines.append(f"| {threads} | {shown} | {rate / 1e9:.1f} | {of_limit} |")
    foot = f"Medians of {turns} turns, wall clock, {mr._core.level()}, {OPERATIONS:,} operations an evaluation."
    return "\n".join([*lines, "", foot])


def main() -> None:
    """Read the options, measure, print."""
    options = options_of(__doc__, turns=11, page=PAGE).parse_args()
    NETWORK.check()
    text = table(options.turns)
    show(text, PAGE, "limits: bench/limits.py", options.write)


if __name__ == "__main__":
    main()
