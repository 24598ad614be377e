"""How fast is a plain NumPy field, against the loop that most people write, in the same run?

``pytest bench/bench_callback.py``. Nothing here fails because of a time; each problem checks its answer first.
"""

from __future__ import annotations

import pytest

import maruyama as mr
from problems import CALLBACKS, Problem

THREADS = sorted({1, mr.info().threads})
problems = pytest.mark.parametrize("problem", CALLBACKS, ids=lambda problem: problem.name)


@problems
def bench_answer(problem: Problem):
    problem.check()


@problems
def bench_numpy(benchmark, problem: Problem):
    benchmark.group = problem.name
    benchmark.extra_info["path_steps"] = problem.path_steps
    benchmark.pedantic(problem.numpy, rounds=3, warmup_rounds=1)


@problems
@pytest.mark.parametrize("threads", THREADS)
def bench_maruyama(benchmark, problem: Problem, threads: int):
    benchmark.group = problem.name
    benchmark.extra_info["path_steps"] = problem.path_steps
    benchmark.pedantic(problem.maruyama, args=(threads,), rounds=5, warmup_rounds=1)
