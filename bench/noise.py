"""Print how fast normals are made: everyone in turns in one process, medians of the ratios of each turn.

``python bench/noise.py`` prints; ``--write`` puts the tables between the markers of docs/noise.md; ``--only levels``
and so on makes one of them. Every source first shows that its mean and variance are right. The peers beside NumPy
(torch, JAX, mkl_random, randomgen: the extra ``bench``) take part where they are installed. What runs on one thread is
timed by the processor time of the process, which other work on the machine disturbs less; the rest by the wall clock.
"""

from __future__ import annotations

import argparse
import ctypes
import json
import os
import statistics
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from time import perf_counter, process_time

import numpy as np

import maruyama as mr
from gaussian_sources import OURS, REFERENCE, Array, Fill, ours, sources
from processor import c_library, loops, on, together
from tables import options_of, write_for_this_machine
from timing import seconds

PAGE = Path(__file__).parent.parent / "docs" / "noise.md"
DTYPES = (np.float64, np.float32)
CACHED = 65_536  # values: half a megabyte of float64
TURN = 2e-3  # seconds that one contestant takes in each turn, at least
LONG_TURN = 20e-3  # where the first call of a turn wakes a thread, which takes as long as a small fill (bench/wake.py)
Seconds = dict[str, list[float]]


def race(contestants: dict[str, Callable[[], object]], turns: int, threads: int = 1, turn: float = TURN) -> Seconds:
    """Seconds for one call of each contestant, in each turn."""
    clock = process_time if threads == 1 else perf_counter
    for work in contestants.values():
        work()
    repeats = {name: max(1, int(turn / seconds(work, 3, clock))) for name, work in contestants.items()}
    times: Seconds = {name: [] for name in contestants}
    for _ in range(turns):
        for name, work in contestants.items():
            times[name].append(seconds(work, repeats[name], clock))
    return times


def ratio(times: Seconds, name: str, reference: str) -> float:
    """How many times as fast as the reference: the median over the turns."""
    return statistics.median(b / a for a, b in zip(times[name], times[reference], strict=True))


def rate(times: Seconds, name: str, size: int) -> float:
    """Millions a second: the median."""
    return size / statistics.median(times[name]) / 1e6


def check(name: str, fill: Fill, out: Array, mean: float = 0.0, variance: float = 1.0) -> None:
    """Raise where mean or variance of what fill gives is off by five standard errors."""
    given = fill()
    x = np.asarray(out if given is None else given, np.float64).ravel()
    assert abs(x.mean() - mean) < 5 * np.sqrt(variance / x.size), f"{name}: the mean is {x.mean()}"
    assert abs(x.var() - variance) < 5 * variance * np.sqrt(2 / x.size), f"{name}: the variance is {x.var()}"


# --- normals in cache, one thread --------------------------------------------------------------------------------


def in_cache(turns: int, peers: bool) -> dict[str, dict[str, list[float]]]:
    """For each dtype and source: rate and ratio to NumPy's PCG64. Pinned, so that nobody has a second thread."""
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    results: dict[str, dict[str, list[float]]] = {}
    for dtype in DTYPES:
        out = np.empty(CACHED, dtype)
        contestants = sources(out, peers)
        for name, fill in contestants.items():
            check(name, fill, out)
        times = race(contestants, turns)
        results[dtype.__name__] = {n: [rate(times, n, CACHED), ratio(times, n, REFERENCE)] for n in times}
    return results


def in_a_subprocess(turns: int, level: str, *options: str) -> dict[str, dict[str, list[float]]]:
    """The same on one level, by MARUYAMA_ISA."""
    command = [sys.executable, __file__, "--in-cache", "--turns", str(turns), *options]
    env = {**os.environ, "MARUYAMA_ISA": level, "OMP_NUM_THREADS": "1"}
    done = subprocess.run(command, env=env, stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])


def cell(measured: list[float] | None) -> str:
    """Lay out a rate and a ratio."""
    return "" if measured is None else f"{measured[0]:.0f} ({measured[1]:.2f} x)"


def peers_table(turns: int) -> list[str]:
    """Compare all sources."""
    both = in_a_subprocess(turns, mr._core.level(), "--peers")
    wide, narrow = both["float64"], both["float32"]
    names = sorted(wide, key=lambda name: -wide[name][0])
    rows = [f"| {name} | {cell(wide[name])} | {cell(narrow.get(name))} |" for name in names]
    return ["| one thread, in cache | float64 | float32 |", "|---|---:|---:|", *rows]


def levels_table(turns: int) -> list[str]:
    """Compare our levels, each with NumPy in its own process."""
    rows = []
    for level in reversed(mr._core.levels()):
        both = in_a_subprocess(turns, level)
        rows.append(f"| {level} | {cell(both['float64'][OURS])} | {cell(both['float32'][OURS])} |")
    return ["| level | float64 | float32 |", "|---|---:|---:|", *rows]


# --- more than one thread, and more than the cache -----------------------------------------------------------------


def threads_table(turns: int) -> list[str]:
    """Compare two threads with one; and what the machine has to give, whose processors may be halves of one core."""
    loop = loops()["float64"]
    times = race({str(n): lambda n=n: on(n, loop.run) for n in (1, 2)}, turns, threads=2, turn=LONG_TURN)
    one, two = (rate(times, str(n), n * loop.operations) for n in (1, 2))
    bare = 2 * ratio(times, "2", "1")  # two threads do twice the work of one
    rows = [f"| multiply-adds in registers, float64 | | {one:.0f} | {two:.0f} | {bare:.2f} |"]
    for dtype in DTYPES:
        for size in (2**17, 2**20, 2**24):
            out = np.empty(size, dtype)
            times = race({str(n): ours(out, n) for n in (1, 2)}, turns, threads=2, turn=LONG_TURN)
            one, two = (f"{rate(times, n, size):.0f}" for n in "12")
            rows.append(f"| {dtype.__name__} | {size:,} | {one} | {two} | {ratio(times, '2', '1'):.2f} |")
    return ["| fill | values | 1 thread | 2 threads | ratio |", "|---|---:|---:|---:|---:|", *rows]


def memset(out: Array, threads: int) -> Fill:
    """The C library's memset, in as many threads; of ones, for some processors have a short cut for zeros."""
    address, part = out.ctypes.data, out.nbytes // threads
    parts = [partial(ctypes.memset, address + i * part, 1, part) for i in range(threads)]
    return lambda: together(parts)


def memory_table(turns: int) -> list[str]:
    """Compare large fills with memset on the same number of threads."""
    rows = []
    for dtype in DTYPES:
        for size in (10**7, 10**8):
            out = np.ones(size, dtype)
            for threads in (1, 2):
                contestants = {"fill": ours(out, threads), "memset": memset(out, threads)}
                times = race(contestants, max(5, turns // 5), threads)
                fill, plain = (rate(times, n, out.nbytes) / 1e3 for n in ("fill", "memset"))
                share = ratio(times, "fill", "memset")
                rows.append(f"| {dtype.__name__} | {size:,} | {threads} | {fill:.1f} | {plain:.1f} | {share:.0%} |")
    head = "| fill | values | threads | GB/s | memset, GB/s | share |"
    return [head, "|---|---:|---:|---:|---:|---:|", *rows]


def philox(threads: int) -> tuple[Fill, int]:
    """The products of 32-bit words that Philox needs, and nothing else; and for how many bytes of normals they do.

    A block has two in each of ten rounds and becomes two normals of float64 or four of float32: 16 bytes.
    """
    loop = loops()["words"]
    return lambda: on(threads, loop.run), threads * loop.operations // 20 * 16


def limits_table(turns: int) -> list[str]:
    """Compare the products that the noise needs with memset: which of the two could limit a fill at best."""
    rows = []
    for threads in (1, 2):
        out = np.ones(10**8)
        products, size = philox(threads)
        times = race({"products": products, "memset": memset(out, threads)}, max(5, turns // 5), threads)
        rates = rate(times, "products", size) / 1e3, rate(times, "memset", out.nbytes) / 1e3
        rows.append(f"| {threads} | {rates[0]:.1f} | {rates[1]:.1f} |")
    return ["| threads | Philox's products alone, GB/s of normals | memset, GB/s |", "|---:|---:|---:|", *rows]


# --- small fills ---------------------------------------------------------------------------------------------------


def small_table(turns: int) -> list[str]:
    """Time calls for 100 values."""
    rows = []
    for dtype in DTYPES:
        out, rng, fresh = np.empty(100, dtype), np.random.default_rng(7), iter(range(10**9))
        contestants = {
            "the same seed": lambda out=out: mr.standard_normal(100, seed=7, dtype=out.dtype, out=out),
            "a new seed": lambda out=out, fresh=fresh: mr.standard_normal(
                100, seed=next(fresh), dtype=out.dtype, out=out
            ),
            "NumPy": lambda out=out, rng=rng: rng.standard_normal(100, dtype=out.dtype, out=out),
        }
        times = race(contestants, turns)
        cells = " | ".join(f"{statistics.median(times[name]) * 1e6:.2f}" for name in contestants)
        rows.append(f"| {dtype.__name__} | {cells} |")
    head = "| 100 values, microseconds a call | the same seed | a new seed each call | NumPy PCG64 |"
    return [head, "|---|---:|---:|---:|", *rows]


# --- the solver against the fill -----------------------------------------------------------------------------------

C_FIELD = """
#include <stdint.h>
#define FIELD(name, T) void name(const T *restrict x, double t, T *restrict out, intptr_t paths, intptr_t dim, \
                                 void *data) { for (intptr_t i = 0; i < paths * dim; ++i) out[i] = -x[i]; }
FIELD(decay_float64, double)
FIELD(decay_float32, float)
"""


def c_field(dtype: type) -> object:
    """A ctypes function for -x."""
    field = c_library(C_FIELD)[f"decay_{dtype.__name__}"]
    pointer = ctypes.POINTER(ctypes.c_double if dtype is np.float64 else ctypes.c_float)
    field.argtypes = pointer, ctypes.c_double, pointer, ctypes.c_ssize_t, ctypes.c_ssize_t, ctypes.c_void_p
    field.restype = None
    return field


def solver_table(turns: int) -> list[str]:
    """Compare dX = -X dt + dW with the fill of as many normals, block by block in cache, on as many threads."""
    paths, steps = 65_536, 256
    rows = []
    for dtype in DTYPES:
        field = c_field(dtype)
        x0, out = np.zeros(1, dtype), np.empty((1, paths, 1), dtype)
        for threads in (1, 2):
            options = {"paths": paths, "steps": steps, "threads": threads, "seed": 7, "out": out}
            run = lambda field=field, x0=x0, o=options: mr.euler_maruyama(field, 1.0, x0, **o).final  # noqa: E731
            powers = (1 - 1 / steps) ** (2 * np.arange(steps))
            check("solver", run, out, variance=powers.sum() / steps)
            block = np.empty(threads * CACHED, dtype)
            times = race({"run": run, "fill": ours(block, threads)}, turns, threads)
            normals = rate(times, "run", paths * steps)
            fill, share = rate(times, "fill", block.size), ratio(times, "run", "fill") * paths * steps / block.size
            rows.append(f"| {dtype.__name__} | {threads} | {normals:.0f} | {fill:.0f} | {share:.0%} |")
    head = "| OU in C, 65,536 paths x 256 steps | threads | solver, M/s | fill in cache, M/s | share |"
    return [head, "|---|---:|---:|---:|---:|", *rows]


TABLES = {
    "peers": peers_table,
    "levels": levels_table,
    "threads": threads_table,
    "memory": memory_table,
    "limits": limits_table,
    "small": small_table,
    "solver": solver_table,
}


def foot(turns: int) -> str:
    """Say what was used."""
    info = mr.info()
    return f"{turns} turns, version {info.version}, NumPy {np.__version__}, {mr._core.level()}, {info.threads} threads."


def main() -> None:
    """Read the options, measure, print."""
    parser = options_of(__doc__, turns=25, page=PAGE)
    parser.add_argument("--only", nargs="+", choices=TABLES, default=list(TABLES))
    parser.add_argument("--in-cache", action="store_true", help=argparse.SUPPRESS)  # in a subprocess: prints JSON
    parser.add_argument("--peers", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.in_cache:
        print(json.dumps(in_cache(options.turns, options.peers)))
        return
    for name in options.only:
        text = "\n".join([*TABLES[name](options.turns), "", foot(options.turns)])
        print(text, end="\n\n", flush=True)
        if options.write:
            write_for_this_machine(PAGE, f"{name} table: bench/noise.py", text)


if __name__ == "__main__":
    main()
