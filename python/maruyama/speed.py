"""The library and NumPy on the same work, in turns: ``maruyama bench``, and the tables of the benchmarks.

A leaf. Peers that are timed in turns meet the same load and the same clock frequency, so that ratios repeat where times
do not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from statistics import median
from time import perf_counter
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

import maruyama as mr

__all__ = ["Comparison", "Problem", "compare_all", "problems", "seconds_in_turns"]

Array = NDArray[np.float64]
SEED = 7
FILL = 10_000_000  # normals
Work = Callable[[], object]


@dataclass(frozen=True)
class Problem:
    """dX = drift(X, t) dt + sigma dW from t = 0 to t1, with the same number sigma in each dimension."""

    name: str
    drift: Callable[[Array, float], Array]
    sigma: float
    x0: tuple[float, ...]
    paths: int
    steps: int
    t1: float = 1.0

    @property
    def dim(self) -> int:
        """Dimensions of the state."""
        return len(self.x0)

    @property
    def path_steps(self) -> int:
        """Work, in the unit of every table."""
        return self.paths * self.steps

    @cached_property
    def compiled(self) -> mr.CompiledFunction:
        """The drift for the compiled route."""
        return mr.compile(self.drift)

    def numpy(self, seed: int = SEED) -> Array:
        """Final states of the loop that most people write."""
        rng = np.random.default_rng(seed)
        u, sigma, dt = self.drift, self.sigma, self.t1 / self.steps
        x = np.tile(np.array(self.x0), (self.paths, 1))
        for k in range(self.steps):
            x = x + dt * u(x, k * dt) + sigma * np.sqrt(dt) * rng.standard_normal(x.shape)
        return x

    def maruyama(self, threads: int | None = None, *, compiled: bool = False) -> Array:
        """Final states of the library's run."""
        return mr.euler_maruyama(
            self.compiled if compiled else self.drift, self.sigma, np.array(self.x0), paths=self.paths,
            steps=self.steps, t=(0.0, self.t1), seed=SEED, threads=threads,
        ).final  # fmt: skip

    def numpy_fed_with_our_noise(self) -> Array:
        """The scheme in NumPy, operation by operation, on the library's own normals."""
        dt = self.t1 / self.steps
        x = np.tile(np.array(self.x0), (self.paths, 1))
        for k, z in enumerate(mr.noise(SEED, paths=self.paths, steps=self.steps, dim=self.dim)):
            x = (x + dt * self.drift(x, k * dt)) + self.sigma * (np.sqrt(dt) * z)
        return x

    def check(self) -> None:
        """Raise where an answer is wrong: bits on a small run, moments against NumPy's on the whole one."""
        small = replace(self, paths=257)
        for compiled in (False, True):
            np.testing.assert_array_equal(small.maruyama(compiled=compiled), small.numpy_fed_with_our_noise())
        ours, theirs = self.maruyama(), self.numpy(SEED + 1)
        spread = np.sqrt((ours.var(axis=0) + theirs.var(axis=0)) / self.paths)
        if not np.all(np.abs(ours.mean(axis=0) - theirs.mean(axis=0)) < 5 * spread):
            raise AssertionError(f"{self.name}: the means are {ours.mean(axis=0)} and {theirs.mean(axis=0)}")


def decay(x: Array, t: float) -> Array:
    """Pull to the origin."""
    return -x


def double_well(x: Array, t: float) -> Array:
    """Fall down the potential (x^2 - 1)^2."""
    return -4 * x * (x * x - 1)


def lorenz(x: Array, t: float) -> Array:
    """Lorenz (1963) with the classical constants."""
    a, b, c = x[:, 0], x[:, 1], x[:, 2]
    return np.stack([10.0 * (b - a), a * (28.0 - c) - b, a * b - 8.0 / 3.0 * c], axis=1)


def problems(scale: float = 1.0) -> list[Problem]:
    """Those of the tables, with a part of their paths."""
    paths = max(1000, round(1_000_000 * scale))
    return [
        Problem("OU, `-x`", decay, 1.0, (1.0,), paths, 20),
        Problem("double well, `-4*x*(x*x-1)`", double_well, 0.5, (0.5,), paths, 20),
        Problem("Lorenz, 3 dimensions, additive noise", lorenz, 0.5, (1.0, 1.0, 1.0), paths, 20, t1=0.1),
        Problem("OU, small ensemble", decay, 1.0, (1.0,), 1000, 1000),
    ]


class Comparison(NamedTuple):
    """Work a second of NumPy, and of each of ours with its ratio."""

    name: str
    numpy: float
    ours: list[tuple[float, float]]


def compare_all(turns: int, scale: float) -> Iterator[Comparison]:
    """Every problem with a NumPy field and compiled, and fills of normals."""
    for problem in problems(scale):
        problem.check()
        ours: list[Work] = [problem.maruyama, lambda p=problem: p.maruyama(compiled=True)]  # type: ignore[misc]
        yield _compared(problem.name, problem.path_steps, problem.numpy, ours, turns)
    for dtype in (np.float64, np.float32):
        yield _fill(np.empty(max(1000, round(FILL * scale)), dtype), turns)


def _fill(out: NDArray[Any], turns: int) -> Comparison:
    rng = np.random.default_rng(SEED)

    def ours() -> None:
        mr.standard_normal(out.shape, seed=SEED, dtype=out.dtype, out=out)

    def numpy() -> None:
        rng.standard_normal(out.shape, dtype=out.dtype, out=out)

    ours()
    for power, expected, variance in ((1, 0.0, 1.0), (2, 1.0, 2.0), (4, 3.0, 96.0)):  # of z^power
        moment = float(np.mean(out**power, dtype=np.float64))
        if abs(moment - expected) > 5 * np.sqrt(variance / out.size):
            raise AssertionError(f"standard_normal: E z^{power} is {moment}, expected {expected:g}")
    return _compared(f"normals, {out.dtype}", out.size, numpy, [ours], turns)


def _compared(name: str, work: int, numpy: Work, ours: list[Work], turns: int) -> Comparison:
    theirs, *each = seconds_in_turns([numpy, *ours], turns)
    rates = [work / median(times) for times in each]
    ratios = [median(a / b for a, b in zip(theirs, times, strict=True)) for times in each]
    return Comparison(name, work / median(theirs), list(zip(rates, ratios, strict=True)))


def seconds_in_turns(contestants: list[Work], turns: int) -> list[list[float]]:
    """Seconds of each in every turn."""
    times: list[list[float]] = [[] for _ in contestants]
    for _ in range(turns):
        for own, work in zip(times, contestants, strict=True):
            start = perf_counter()
            work()
            own.append(perf_counter() - start)
    return times
