"""Print what a short run costs, and what it takes to trace pair forces and a Kuramoto model written in loops.

``python bench/calls.py``: runs of 100 paths and 10 steps with one thread, wall clock, the 5th percentile of many; and
the processor time of the first evaluation of a compiled field, the least of some.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import repeat
from time import perf_counter, process_time

import numpy as np

import maruyama as mr
from timing import seconds

RUNS, TRACES = 4000, 3


def decay(x: np.ndarray, t: float) -> np.ndarray:
    """Decay."""
    return -x


def pairs(particles: int) -> Callable[[np.ndarray, float], np.ndarray]:
    """Forces between all pairs in the plane, and towards the origin."""

    def force(x: np.ndarray, t: float) -> np.ndarray:
        place = x.reshape(-1, particles, 2)
        apart = place[:, :, None, :] - place[:, None, :, :]
        squares = (apart**2).sum(-1) + 0.1
        return ((apart / squares[..., None]).sum(2) - place).reshape(len(x), -1)

    return force


def kuramoto(oscillators: int) -> Callable[[np.ndarray, float], np.ndarray]:
    """All pairs, one after the other."""

    def drift(x: np.ndarray, t: float) -> np.ndarray:
        columns = range(oscillators)
        return np.stack([sum(np.sin(x[:, j] - x[:, i]) for j in columns) for i in columns], axis=1)

    return drift


WEIGHTS = np.eye(1000, 3) / 1000
WIDE = np.ones((3, 1000))


def network(x: np.ndarray, t: float, k: float) -> np.ndarray:
    """What closes over 6000 weights."""
    return k * (x @ WIDE) @ WEIGHTS


def microseconds(drift: object, args: Iterator[tuple[float, ...]]) -> float:
    """A run of that drift, each with other arguments."""

    def run() -> object:
        return mr.euler_maruyama(drift, 0.5, [1.0, 2.0, 3.0], paths=100, steps=10, seed=1, threads=1, args=next(args))

    return 1e6 * float(np.percentile([seconds(run, 1, perf_counter) for _ in range(RUNS)], 5))


def tracing(field: Callable[[np.ndarray, float], np.ndarray], dim: int) -> float:
    """Seconds until the first values are there."""
    x = np.ones((40, dim))
    return min(seconds(lambda: mr.compile(field)(x, 0.0), 1, process_time) for _ in range(TRACES))


def main() -> None:
    """Measure and print."""
    print("| a run of 100 paths x 10 steps | microseconds |\n|---|---:|")
    for name, drift in (("compiled", mr.compile(decay)), ("a Python function", decay), ("constant", 1.0)):
        print(f"| {name} | {microseconds(drift, repeat(())):.0f} |")
    for name, drift in (("", mr.compile(lambda x, t, k: -k * x)), (" of 6000 weights", mr.compile(network))):
        numbers = ((k,) for k in np.linspace(0.1, 2.0, RUNS).tolist())
        print(f"| compiled{name}, another number in args | {microseconds(drift, numbers):.0f} |")
    print("\n| tracing | seconds |\n|---|---:|")
    for particles in (16, 64, 200):
        print(f"| pair forces, {particles} particles | {tracing(pairs(particles), 2 * particles):.2f} |")
    print(f"| Kuramoto of 64 in loops | {tracing(kuramoto(64), 64):.2f} |")
    print(f"\n{mr._core.level()}, NumPy {np.__version__}.")


if __name__ == "__main__":
    main()
