"""Print what np.interp costs among 10 to 100,000 knots, in a compiled field and in a Python function.

``python bench/lookups.py`` runs dx/dt = interp(x, knots, values) for 100,000 paths of one dimension, with one thread,
by processor time: nanoseconds a path and step, the least of several turns, the two in turns. Tracing is shown too.
"""

from __future__ import annotations

from time import process_time

import numpy as np

import maruyama as mr
from tables import options_of
from timing import seconds

PATHS, STEPS = 100_000, 5
COUNTS = (10, 100, 1000, 10_000, 100_000)


def measured(count: int, turns: int) -> tuple[float, float, float]:
    """Milliseconds of tracing; nanoseconds a path and step, compiled and as a Python function."""
    generator = np.random.default_rng(7)
    knots = np.sort(generator.uniform(-3.0, 3.0, count))
    values, x0 = np.sin(3 * knots), generator.normal(size=(PATHS, 1))

    def field(x: np.ndarray, t: float) -> np.ndarray:
        return np.interp(x, knots, values)

    compiled = mr.compile(field)
    tracing = seconds(lambda: compiled(x0[:1], 0.0), 1, process_time)
    runs = [lambda each=each: mr.euler(each, x0, steps=STEPS, threads=1) for each in (compiled, field)]
    assert np.array_equal(runs[0]().final, runs[1]().final)
    least = [
        min(times)
        for times in zip(*([seconds(run, 1, process_time) for run in runs] for _ in range(turns)), strict=True)
    ]
    return 1e3 * tracing, *(1e9 * each / (PATHS * STEPS) for each in least)


def main() -> None:
    """Measure and print."""
    turns = options_of(__doc__, turns=7).parse_args().turns
    print("| knots | tracing, ms | compiled, ns | Python, ns | ratio |\n|---:|---:|---:|---:|---:|")
    for count in COUNTS:
        tracing, compiled, python = measured(count, turns)
        print(f"| {count:,} | {tracing:.1f} | {compiled:.1f} | {python:.1f} | {python / compiled:.1f} |")
    print(f"\nThe least of {turns} turns, processor time, one thread, {mr._core.level()}, NumPy {np.__version__}.")


if __name__ == "__main__":
    main()
