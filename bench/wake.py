"""Print what short runs gain from a second thread after a pause, in which the system has put all threads to sleep.

``python bench/wake.py``; a run of 2 ms can be no faster on two threads than half its time and what it takes to wake the
second one. cpp/threads/placement.hpp was written for what this showed.
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


def after_a_pause(steps: int, threads: int) -> float:
    """Time one run."""
    sleep(PAUSE)
    return seconds(lambda: run(steps, threads), 1, perf_counter)


def main() -> None:
    """Check, time, print."""
    print("| milliseconds a run | 1 thread | 2 threads | ratio |", "|---:|---:|---:|---:|", sep="\n")
    for steps in STEPS:
        assert np.array_equal(run(steps, 1), run(steps, 2))
        one, two = zip(*((after_a_pause(steps, 1), after_a_pause(steps, 2)) for _ in range(TURNS)), strict=True)
        ratio = median(a / b for a, b in zip(one, two, strict=True))
        print(f"| {steps} steps | {1e3 * median(one):.2f} | {1e3 * median(two):.2f} | {ratio:.2f} |")


if __name__ == "__main__":
    main()
