"""Print what short runs gain from a second thread, one after the other and after a pause in which threads fall asleep.

``python bench/wake.py``; after a pause, a run can be no faster on two threads than half its time and what it takes to
wake the second one. cpp/threads/placement.hpp and cpp/threads/spin.hpp were written for what this showed.
"""

from __future__ import annotations

from statistics import median
from time import perf_counter, sleep

import numpy as np

import maruyama as mr
from timing import seconds

PATHS, TURNS, PAUSE = 16_384, 25, 0.03
STEPS = (10, 50, 200, 800)


@mr.compile
def decay(x, t):
    """Decay."""
    return -x


def run(steps: int, threads: int) -> np.ndarray:
    """Sample an Ornstein-Uhlenbeck process."""
    return mr.euler_maruyama(decay, 1.0, [1.0], paths=PATHS, steps=steps, seed=7, threads=threads).final


def timed(steps: int, threads: int, pause: float) -> float:
    """Time one run after a pause, or after another run on as many threads."""
    if pause > 0:
        sleep(pause)
    else:
        run(steps, threads)
    return seconds(lambda: run(steps, threads), 1, perf_counter)


def row(steps: int, pause: float) -> str:
    """Lay one comparison out."""
    one, two = zip(*((timed(steps, 1, pause), timed(steps, 2, pause)) for _ in range(TURNS)), strict=True)
    ratio = median(a / b for a, b in zip(one, two, strict=True))
    before = "a pause" if pause > 0 else "a run"
    return f"| {steps} | {before} | {1e3 * median(one):.2f} | {1e3 * median(two):.2f} | {ratio:.2f} |"


def main() -> None:
    """Check, time, print."""
    print("| steps | after | 1 thread, ms | 2 threads, ms | ratio |", "|---:|---|---:|---:|---:|", sep="\n")
    for steps in STEPS:
        assert np.array_equal(run(steps, 1), run(steps, 2))
        for pause in (0.0, PAUSE):
            print(row(steps, pause))


if __name__ == "__main__":
    main()
