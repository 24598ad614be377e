"""Print how fast compiled fields run: we and our peers in turns in one process, medians of the ratios of each turn.

``python bench/compiled.py`` prints the table of two threads; ``--threads 1`` that of one, by the processor time of the
process, which other work on the machine disturbs less. ``--write`` puts it between the markers of docs/speed.md;
``--only ou lorenz`` takes some problems. Each compiled run is first compared with NumPy on the same noise, and each
peer's answer with ours. Peers that are not installed (numba, torch, JAX: the extra ``bench``) are left out.
"""

from __future__ import annotations

import importlib
import os
import statistics
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from itertools import chain
from pathlib import Path
from time import perf_counter, process_time, sleep, thread_time

import numpy as np

import maruyama as mr
from compiled_problems import PROBLEMS, Array, Problem
from processor import loops, on
from tables import options_of, write_for_this_machine
from timing import seconds

PAGE = Path(__file__).parent.parent / "docs" / "speed.md"
PEERS = ("numpy", "numba", "jax", "torch")
TURN = 0.03  # seconds that a contestant takes in each turn, at least
PAUSE = 0.03  # seconds before each: idle threads of BLAS and OpenMP spin for so long and would disturb the next
FILL = 65_536  # normals a thread: half a megabyte of float64


@dataclass(frozen=True)
class Contestant:
    """A run that takes part."""

    run: Callable[[], object]
    work: int  # path-steps, or oscillator-steps, or normals


def race(contestants: dict[str, Contestant], turns: int, clock: Callable[[], float]) -> dict[str, list[float]]:
    """Work a second of each contestant, in each turn."""
    repeats = {name: max(1, int(TURN / seconds(each.run, 1, clock))) for name, each in contestants.items()}
    rates: dict[str, list[float]] = {name: [] for name in contestants}
    for _ in range(turns):
        for name, each in contestants.items():
            sleep(PAUSE)
            rates[name].append(each.work / seconds(each.run, repeats[name], clock))
    return rates


# --- who takes part ------------------------------------------------------------------------------------------------


def contestants(problem: Problem, threads: int) -> dict[str, Contestant]:
    """Ours on each number of threads, and the peers, whose answers are compared with ours."""
    ours = sorted({1, threads}, reverse=True)
    work = problem.paths * problem.counted
    found = {ours_on(n): Contestant(lambda n=n: problem.ours(n), work * problem.steps) for n in ours}
    for peer in PEERS:
        for name, (run, steps) in runs_of(peer, problem, threads).items():
            problem.check_peer(name, run(), steps)
            found[name] = Contestant(run, work * steps)
    if problem.key == "ou":
        out = np.empty(threads * FILL)
        found["fill"] = Contestant(
            lambda: mr.standard_normal(out.shape, seed=7, dtype=out.dtype, out=out, threads=threads), out.size
        )
    return found


def ours_on(threads: int) -> str:
    """Name ourselves."""
    return f"maruyama, {threads} thread{'s' * (threads > 1)}"


def runs_of(peer: str, problem: Problem, threads: int) -> dict[str, tuple[Callable[[], Array], int]]:
    """Ask a peer's module for its runs; none where the peer is not installed."""
    return importlib.import_module(f"peers_{peer}").contestants(problem, threads) if installed(peer) else {}


@cache
def installed(peer: str) -> bool:
    """Look for a peer, and say once that it is missing."""
    try:
        version(peer)
    except PackageNotFoundError:
        print(f"{peer} is not installed and left out", file=sys.stderr)
        return False
    return True


# --- the table -----------------------------------------------------------------------------------------------------


def bare(turns: int) -> list[str]:
    """What the machine itself gives two threads now, for its processors may be halves of one core."""
    loop = loops()["float64"]
    both = {n: Contestant(lambda n=n: on(n, loop.run), n * loop.operations) for n in (1, 2)}
    one, two = race(both, turns, perf_counter).values()
    ratio = statistics.median(b / a for a, b in zip(one, two, strict=True))
    head = f"| **multiply-adds in registers** | float64 | {statistics.median(two) / 1e6:,.0f} | |"
    return [head, f"| | 1 thread | {statistics.median(one) / 1e6:,.0f} | {ratio:.2f} x |"]


def rows(problem: Problem, turns: int, threads: int) -> list[str]:
    """Compare one problem's contestants with ours: a row for each."""
    rates = race(contestants(problem, threads), turns, perf_counter if threads > 1 else process_time)
    ours = rates.pop(ours_on(threads))
    size = f"{problem.paths:,} x {problem.steps:,}"
    head = f"| **{problem.name}** | {problem.x0.dtype}, {size} | {statistics.median(ours) / 1e6:.4g} | |"
    return [head, *(row(name, ours, peer) for name, peer in rates.items())]


def row(name: str, ours: list[float], peer: list[float]) -> str:
    """Lay one comparison out."""
    ratio = statistics.median(a / b for a, b in zip(ours, peer, strict=True))
    rate = f"| | {name} | {statistics.median(peer) / 1e6:.4g} |"
    return f"{rate} {ratio:.0%} of it |" if name == "fill" else f"{rate} {ratio:.2f} x |"


def table(problems: list[Problem], turns: int, threads: int) -> str:
    """Lay out all problems, each printed as soon as it is measured."""
    unit = "M/s" if threads > 1 else "M/s of processor time"
    lines = [f"| problem | against | {unit} | we are faster by |", "|---|---|---:|---:|"]
    print("\n".join(lines), flush=True)
    measured = (rows(problem, turns, threads) for problem in problems)
    for found in chain([bare(turns)] if threads > 1 else [], measured):
        print("\n".join(found), flush=True)
        lines += found
    print(f"\n{foot(turns, threads)}\n")
    return "\n".join([*lines, "", foot(turns, threads)])


def foot(turns: int, threads: int) -> str:
    """Say what was measured, and what was used."""
    used = [f"{peer} {version(peer)}" for peer in PEERS if peer == "numpy" or f"peers_{peer}" in sys.modules]
    return (
        "Millions of path-steps a second (of oscillator-steps for Kuramoto, of normals for fill), ours first; medians "
        f"of {turns} turns. {threads} thread{'s' * (threads > 1)}, {mr._core.level()}, maruyama {mr.info().version}, "
        f"{', '.join(used)}."
    )


# --- tracing -------------------------------------------------------------------------------------------------------


def tracing_table(problems: list[Problem], turns: int) -> str:
    """Compare the first call of each problem with its second."""
    lines = ["| problem | operations | registers | tracing, ms | second call, ms |"]
    lines.append("|---|---:|---:|---:|---:|")
    for problem in problems:
        first, second = zip(*(first_and_second(problem) for _ in range(turns)), strict=True)
        extra = statistics.median(a - b for a, b in zip(first, second, strict=True))
        drift = problem.compiled[0]
        problem.ours(1, problem.start(8), 1)
        cells = f"{drift.operations:,} | {drift.registers} | {1e3 * extra:.2f} | {1e3 * statistics.median(second):.2f}"
        lines.append(f"| {problem.name} | {cells} |")
    text = "\n".join([*lines, "", "First call less second call, 8 paths, one step, processor time of the thread."])
    print(text, flush=True)
    return text


def first_and_second(problem: Problem) -> tuple[float, float]:
    """Seconds of the two calls of a freshly compiled field."""
    fresh, x0 = replace(problem), problem.start(8)
    fresh.compiled  # noqa: B018 (wraps the functions, and traces nothing)
    calls = [seconds(lambda: fresh.ours(1, x0, 1), 1, thread_time) for _ in range(2)]
    return calls[0], calls[1]


# --- the command ---------------------------------------------------------------------------------------------------


def in_a_process(threads: int) -> None:
    """Run the same command again where every library finds so many processors and no more."""
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[-threads:])
    pools = ("OMP", "OPENBLAS", "MKL", "NUMBA")
    env = {**os.environ, **{f"{pool}_NUM_THREADS": str(threads) for pool in pools}, "MARUYAMA_BENCH": "inside"}
    raise SystemExit(subprocess.run([sys.executable, *sys.argv], env=env, check=False).returncode)


def main() -> None:
    """Read the options, measure, print."""
    parser = options_of(__doc__, turns=7, page=PAGE)
    parser.add_argument("--threads", type=int, choices=(1, 2), default=2)
    parser.add_argument("--only", nargs="+", choices=[problem.key for problem in PROBLEMS])
    options = parser.parse_args()
    if "MARUYAMA_BENCH" not in os.environ:
        in_a_process(options.threads)
    problems = [problem for problem in PROBLEMS if options.only is None or problem.key in options.only]
    for problem in problems:
        problem.check()
    tables = {
        "tracing": tracing_table(problems, options.turns),
        f"compiled {options.threads}": table(problems, options.turns, options.threads),
    }
    for name, text in tables.items():
        if options.write:
            write_for_this_machine(PAGE, f"{name} table: bench/compiled.py", text)


if __name__ == "__main__":
    main()
