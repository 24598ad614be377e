"""Print what the processor can multiply and add at most, and how close the compiled network comes to that.

``python bench/limits.py`` runs a loop in C that does nothing but fused multiply-adds of registers, the network of
bench/compiled.py and, where it is installed, torch on the whole batch: in turns, by the wall clock, medians. Nobody who
makes the network's products in this precision is faster than the loop. ``--write`` puts the table between the markers
of docs/where-time-goes.md. It needs ``cc``.
"""

from __future__ import annotations

import argparse
import ctypes
import subprocess
import tempfile
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from statistics import median
from time import perf_counter

import numpy as np

import maruyama as mr
from compiled import Contestant, race, runs_of
from compiled_problems import LAYERS, PROBLEMS, TORCH, Array
from tables import write_between_markers

PAGE = Path(__file__).parent.parent / "docs" / "where-time-goes.md"
NETWORK = next(problem for problem in PROBLEMS if problem.key == "network")
OPERATIONS = 2 * sum(weights.size for weights, _ in LAYERS)  # multiplications and additions of an evaluation
SUMS, TURNS_OF_LOOP = 12, 2_000_000  # sums side by side: more than a multiply-add takes cycles, on two units
LOOP = """
#include <stddef.h>
#define LOOP(name, T)                                                             \\
  typedef T V_##name __attribute__((vector_size(BYTES)));                         \\
  T name(ptrdiff_t turns, T a, T b) {                                             \\
    V_##name sums[SUMS], va = (V_##name){} + a, vb = (V_##name){} + b, all = {};  \\
    for (int i = 0; i < SUMS; ++i) sums[i] = va * (T)i;                           \\
    for (ptrdiff_t turn = 0; turn < turns; ++turn)                                \\
      for (int i = 0; i < SUMS; ++i) sums[i] = sums[i] * va + vb;                 \\
    for (int i = 0; i < SUMS; ++i) all += sums[i];                                \\
    return all[0];                                                                \\
  }
LOOP(float32, float)
LOOP(float64, double)
"""


def loops() -> dict[str, tuple[Callable[[], object], int]]:
    """The loop in each precision, and its multiplications and additions."""
    size = {"x86_64_v4": 64, "x86_64_v3": 32}.get(mr._core.level(), 16)
    with tempfile.TemporaryDirectory() as folder:
        source, library = Path(folder, "loop.c"), Path(folder, "loop.so")
        source.write_text(LOOP)
        options = ["-O3", "-march=native", "-ffp-contract=fast", f"-DBYTES={size}", f"-DSUMS={SUMS}"]
        subprocess.run(["cc", *options, "-shared", "-fPIC", "-o", library, source], check=True)
        compiled = ctypes.CDLL(str(library))
    found = {}
    for name, kind in (("float32", ctypes.c_float), ("float64", ctypes.c_double)):
        loop = compiled[name]
        loop.argtypes, loop.restype = (ctypes.c_ssize_t, kind, kind), kind
        operations = 2 * SUMS * size // ctypes.sizeof(kind) * TURNS_OF_LOOP
        found[name] = (lambda loop=loop: loop(TURNS_OF_LOOP, 0.5, 0.25), operations)
    return found


def products(x: Array, t: float) -> Array:
    """The network without SiLU."""
    h = np.concatenate([x, np.full_like(x[:, :1], t)], axis=1)
    for weights, bias in LAYERS:
        h = h @ weights + bias
    return h


def on(threads: int, work: Callable[[], object]) -> None:
    """Do the same on so many threads at once."""
    others = [threading.Thread(target=work) for _ in range(threads - 1)]
    for other in others:
        other.start()
    work()
    for other in others:
        other.join()


def rates(threads: int, turns: int) -> dict[str, float]:
    """Multiplications and additions a second of everyone."""
    contestants = {
        name: Contestant(lambda loop=loop: on(threads, loop), threads * operations)
        for name, (loop, operations) in loops().items()
    }
    evaluations = NETWORK.paths * NETWORK.steps * OPERATIONS
    without = replace(NETWORK, drift=products)
    contestants["maruyama"] = Contestant(lambda: NETWORK.ours(threads), evaluations)
    contestants["maruyama, without SiLU"] = Contestant(lambda: without.ours(threads), evaluations)
    for name, (run, _) in runs_of("torch", NETWORK, threads).items():
        if name == TORCH:
            contestants[TORCH] = Contestant(run, evaluations)
    return {name: median(each) for name, each in race(contestants, turns, perf_counter).items()}


def table(turns: int) -> str:
    """Lay it out."""
    lines = ["| threads | | GFLOP/s | M evaluations/s | of the limit |", "|---:|---|---:|---:|---:|"]
    for threads in (1, 2):
        found = rates(threads, turns)
        for name, rate in found.items():
            shown = f"multiply-adds, {name}" if name.startswith("float") else f"the network, {name}"
            evaluations, share = (f"{rate / OPERATIONS / 1e6:.2f}", f"{rate / found['float32']:.0%}")
            cells = ("", "") if name == "float64" else (evaluations, share)
            lines.append(f"| {threads} | {shown} | {rate / 1e9:.1f} | {' | '.join(cells)} |")
    foot = f"Medians of {turns} turns, wall clock, {mr._core.level()}, {OPERATIONS:,} operations an evaluation."
    return "\n".join([*lines, "", foot])


def main() -> None:
    """Read the options, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--turns", type=int, default=11, help="how often each is timed")
    parser.add_argument("--write", action="store_true", help="write the table into docs/where-time-goes.md")
    options = parser.parse_args()
    NETWORK.check()
    text = table(options.turns)
    print(text)
    if options.write:
        write_between_markers(PAGE, "limits: bench/limits.py", text)


if __name__ == "__main__":
    main()
