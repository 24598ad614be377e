"""Print how fast the callback route is for tiles of 32 to 512 KiB of state; kCallbackBytes in cpp/ was chosen by it.

``python bench/tile_size.py``; the turns take the sizes one after the other, so that a busy moment hits them all.
"""

from __future__ import annotations

from statistics import median
from time import perf_counter

import numpy as np

from maruyama.run import Equation, run
from problems import CALLBACKS, SEED, Problem

KIB = [32, 64, 128, 256, 512]
TURNS = 7


def final(problem: Problem, kib: int) -> np.ndarray:
    """Last states of the problem, run in tiles of so many KiB."""
    return run(
        Equation("euler_maruyama", problem.drift, problem.sigma, "diagonal"), np.array(problem.x0), seed=SEED,
        steps=problem.steps, t=(0.0, problem.t1), paths=problem.paths, save="final", args=(), dtype=None, threads=None,
        progress=False, nonfinite="raise", out=None, tile_rows=kib * 1024 // (8 * problem.dim),
    ).final  # fmt: skip


def seconds(problem: Problem, kib: int) -> float:
    """Time of one run."""
    start = perf_counter()
    final(problem, kib)
    return perf_counter() - start


def main() -> None:
    """Check that the tiles leave the numbers alone, time, print."""
    print("| million path-steps a second |", *(f"{kib} KiB |" for kib in KIB))
    print("|---|" + "---:|" * len(KIB))
    for problem in CALLBACKS[1:3]:
        assert all(np.array_equal(final(problem, kib), problem.maruyama()) for kib in KIB), problem.name
        turns = [[seconds(problem, kib) for kib in KIB] for _ in range(TURNS)]
        rates = (problem.path_steps / 1e6 / median(times) for times in zip(*turns, strict=True))
        print(f"| {problem.name} |", *(f"{rate:.0f} |" for rate in rates))


if __name__ == "__main__":
    main()
