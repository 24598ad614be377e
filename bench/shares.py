"""Print where the time of compiled runs goes: shares of field, noise and update, and the distance from the limits.

``python bench/shares.py`` takes parts away and times what is left, by processor time on one thread: a run whose drift
is a number has no field, and an Euler run of that has no noise either. The limits are those of hand-written prototypes
(docs/where-time-goes.md); they were measured on another day, so that only their size means something. ``--write`` puts
the table between the markers of that page.
"""

from __future__ import annotations

import os
import statistics
from collections.abc import Callable
from pathlib import Path
from time import thread_time

import numpy as np

import maruyama as mr
from compiled_problems import PROBLEMS, Problem
from tables import options_of, show
from timing import seconds

PAGE = Path(__file__).parent.parent / "docs" / "where-time-goes.md"
# Millions of path-steps a second and core, and what they are: the design's prototypes, in registers from end to end.
LIMITS = {
    "ou": (500.0, "normals alone"),
    "lorenz": (4650.0, "in registers; an interpreter over tiles 790"),
    "network": (1.2, "fused, 81 GFLOP/s"),
}


def without_field(problem: Problem, noise: bool) -> Callable[[], object]:
    """The same run with numbers in place of the functions."""
    dim = problem.x0.shape[1]
    options = {"steps": problem.steps, "t": (0.0, problem.steps * problem.dt), "threads": 1}
    if not noise:
        return lambda: mr.euler(0.5, problem.x0, **options)
    diffusion = np.eye(dim) if problem.noise == "general" else 1.0
    return lambda: mr.euler_maruyama(0.5, diffusion, problem.x0, noise=problem.noise, seed=7, **options)


def row(problem: Problem, turns: int) -> str:
    """Lay one problem out."""
    parts = {
        "whole": lambda: problem.ours(1),
        "no field": without_field(problem, noise=problem.diffusion is not None),
        "no noise": without_field(problem, noise=False),
    }
    times = {name: [] for name in parts}
    for _ in range(turns):
        for name, run in parts.items():
            times[name].append(seconds(run, 1, thread_time))
    whole, no_field, no_noise = (statistics.median(each) for each in times.values())
    no_noise = no_noise if problem.diffusion is not None else no_field
    rate = problem.paths * problem.steps / whole / 1e6
    shares = [1 - no_field / whole, (no_field - no_noise) / whole, no_noise / whole]
    limit, name = LIMITS.get(problem.key, (None, ""))
    cells = [f"{share:.0%}" for share in shares] + ["" if limit is None else f"{rate / limit:.0%} of {limit:g}, {name}"]
    return f"| {problem.name} | {problem.x0.dtype} | {rate:.4g} | {' | '.join(cells)} |"


def main() -> None:
    """Read the options, measure, print."""
    options = options_of(__doc__, turns=7, page=PAGE).parse_args()
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    lines = ["| problem | | M/s a core | field | noise | update | of the limit |", "|---|---|---:|---:|---:|---:|---|"]
    for problem in PROBLEMS:
        problem.check()
        lines.append(row(problem, options.turns))
    used = f"one thread, {mr._core.level()}, maruyama {mr.info().version}"
    foot = f"Medians of {options.turns} turns, processor time, {used}."
    show("\n".join([*lines, "", foot]), PAGE, "shares: bench/shares.py", options.write)


if __name__ == "__main__":
    main()
