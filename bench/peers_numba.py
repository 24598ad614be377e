"""numba as a peer: paths in parallel (prange), each takes all its steps in registers; fastmath."""

from __future__ import annotations

from collections.abc import Callable

import numba
import numpy as np

from compiled_problems import MEAN, NUMBA, RATE, RHO, VOLATILITY, Array, Problem

REST = np.sqrt(1 - RHO**2)
parallel = numba.njit(parallel=True, fastmath=True)


def contestants(problem: Problem, threads: int) -> dict[str, tuple[Callable[[], Array], int]]:
    """Name, run and steps of each."""
    if problem.key not in RUNS:
        return {}
    numba.set_num_threads(threads)
    run, x0 = RUNS[problem.key], problem.x0
    return {NUMBA: (lambda: run(x0, problem.steps, problem.dt), problem.steps)}


@parallel
def ou(x0, steps, dt):
    out, root = np.empty_like(x0), np.sqrt(dt)
    for i in numba.prange(len(x0)):
        x = x0[i, 0]
        for _ in range(steps):
            x += -x * dt + root * np.random.standard_normal()  # noqa: NPY002 (numba knows no other here)
        out[i, 0] = x
    return out


@parallel
def heston(x0, steps, dt):
    out = np.empty_like(x0)
    for i in numba.prange(len(x0)):
        x, v = x0[i, 0], x0[i, 1]
        for _ in range(steps):
            plus = max(v, 0.0)
            root = np.sqrt(plus * dt)
            first, second = np.random.standard_normal(), np.random.standard_normal()  # noqa: NPY002
            x += -0.5 * plus * dt + root * first
            v += RATE * (MEAN - plus) * dt + VOLATILITY * root * (RHO * first + REST * second)
        out[i, 0], out[i, 1] = x, v
    return out


@parallel
def lorenz(x0, steps, dt):
    out = np.empty_like(x0)
    for i in numba.prange(len(x0)):
        a, b, c = x0[i, 0], x0[i, 1], x0[i, 2]
        for _ in range(steps):
            u, v, w = 10.0 * (b - a), a * (28.0 - c) - b, a * b - (8.0 / 3.0) * c
            a, b, c = a + dt * u, b + dt * v, c + dt * w
        out[i, 0], out[i, 1], out[i, 2] = a, b, c
    return out


RUNS = {"ou": ou, "heston": heston, "lorenz": lorenz}
