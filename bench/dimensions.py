"""Print what one path of many dimensions costs, and what dimensions without noise save.

``python bench/dimensions.py``: microseconds a step of a compiled field and of the same Python function, one thread,
wall clock, in turns, medians; and the processor time of tracing, the least of some. The second table compares runs
whose diffusion is 0 for the first half of the dimensions with the same runs of a tiny number there. Every compiled run
is first compared with its Python function, bit by bit. ``--write`` puts the tables into docs/speed.md.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from statistics import median
from time import perf_counter, process_time

import numpy as np
from numpy.typing import NDArray

import maruyama as mr
from tables import options_of, show
from timing import seconds

PAGE = Path(__file__).parent.parent / "docs" / "speed.md"
VALUES, TRACES = 1_000_000, 3
Array = NDArray[np.float64]
Field = Callable[[Array, float], Array]


def decay(x: Array, t: float) -> Array:
    """Decay."""
    return -x


def double_well(x: Array, t: float) -> Array:
    """Fall down the potential (x^2 - 1)^2."""
    return -4 * x * (x * x - 1)


def own_rates(dim: int) -> Field:
    """Decay at a rate of each dimension's own."""
    rates = np.linspace(0.5, 1.5, dim)
    return lambda x, t: -rates * x


def ring(x: Array, t: float) -> Array:
    """Lorenz (1996), "Predictability", equation 1: each with its neighbours."""
    return (np.roll(x, -1, axis=1) - np.roll(x, 2, axis=1)) * np.roll(x, 1, axis=1) - x + 8.0


def spring(x: Array, t: float) -> Array:
    """Positions and speeds: Langevin's equation."""
    half = x.shape[1] // 2
    return np.concatenate([x[:, half:], -x[:, :half] - x[:, half:]], axis=1)


def one_path(name: str, field: Field, dim: int, turns: int) -> str:
    """A row of the first table."""
    x0 = np.linspace(0.5, 1.5, dim)
    steps = max(100, VALUES // dim)
    compiled = mr.compile(field)

    def run(drift: object, steps: int = steps) -> Array:
        final: Array = mr.euler_maruyama(
            drift, 0.5, x0, paths=1, steps=steps, t=(0.0, 0.1), seed=7, threads=1
        ).final  # fmt: skip
        return final

    np.testing.assert_array_equal(run(compiled, 20), run(field, 20))
    tracing = min(seconds(lambda: run(mr.compile(field), 1), 1, process_time) for _ in range(TRACES))
    pairs = [[seconds(lambda d=d: run(d), 1, perf_counter) for d in (compiled, field)] for _ in range(turns)]
    ours, theirs = (1e6 * median(times) / steps for times in zip(*pairs, strict=True))
    ratio = median(b / a for a, b in pairs)
    return f"| {name} | {dim:,} | {1e3 * tracing:.1f} | {ours:.3g} | {theirs:.3g} | {ratio:.1f} x |"


def without_noise(dim: int, turns: int) -> str:
    """A row of the second table."""
    x0, field = np.ones(dim), mr.compile(spring)
    noisy = np.where(np.arange(dim) < dim // 2, 0.0, 0.5)

    def run(diffusion: Array) -> object:
        return mr.euler_maruyama(field, diffusion, x0, paths=65_536, steps=20, seed=7, threads=1)

    pairs = [[seconds(lambda g=g: run(g), 1, perf_counter) for g in (noisy, noisy + 1e-300)] for _ in range(turns)]
    return f"| {dim} | {median(b / a for a, b in pairs):.2f} x |"


def main() -> None:
    """Measure and print."""
    options = options_of(__doc__, turns=7, page=PAGE).parse_args()
    lines = [
        "| one path | dimensions | tracing, ms | compiled, us a step | Python function | we are faster by |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    for dim in (100, 1000, 100_000):
        lines.append(one_path("OU, `-x`", decay, dim, options.turns))
        lines.append(one_path("OU, a rate of each dimension's own", own_rates(dim), dim, options.turns))
        lines.append(one_path("double well, `-4*x*(x*x-1)`", double_well, dim, options.turns))
    lines += [one_path("Lorenz 96, with `np.roll`", ring, dim, options.turns) for dim in (40, 100, 1000)]
    lines += ["", "| dimensions, half of them without noise | faster than with all normals by |", "|---:|---:|"]
    lines += [without_noise(dim, options.turns) for dim in (2, 4, 6, 20)]
    foot = f"Medians of {options.turns} turns, one thread, {mr._core.level()}, NumPy {np.__version__}."
    show("\n".join([*lines, "", foot]), PAGE, "dimensions tables: bench/dimensions.py", options.write)


if __name__ == "__main__":
    main()
