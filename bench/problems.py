"""The problems that the benchmarks share: a field, its size, the naive NumPy loop and the library on the same work."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

import maruyama as mr

Array = NDArray[np.float64]
T1 = 1.0  # every problem runs from 0 to 1
SEED = 7


@dataclass(frozen=True)
class Problem:
    """dX = drift(X, t) dt + sigma dW with the same number sigma in each dimension."""

    name: str
    drift: Callable[[Array, float], Array]
    sigma: float
    x0: tuple[float, ...]
    paths: int
    steps: int
    target: float  # issue 2: times as fast as NumPy, on two threads
    target_one_thread: float | None = None
    t1: float = T1

    @property
    def dim(self) -> int:
        """Dimensions of the state."""
        return len(self.x0)

    @property
    def path_steps(self) -> int:
        """Work, in the unit of every table."""
        return self.paths * self.steps

    def numpy(self, seed: int = SEED) -> Array:
        """Run the loop that most people write."""
        rng = np.random.default_rng(seed)
        u, sigma, dt = self.drift, self.sigma, self.t1 / self.steps
        x = np.tile(np.array(self.x0), (self.paths, 1))
        for k in range(self.steps):
            x = x + dt * u(x, k * dt) + sigma * np.sqrt(dt) * rng.standard_normal(x.shape)
        return x

    def maruyama(self, threads: int | None = None, seed: int = SEED) -> Array:
        """Run the library on the same field."""
        run = mr.euler_maruyama(
            self.drift,
            self.sigma,
            np.array(self.x0),
            paths=self.paths,
            steps=self.steps,
            t=(0.0, self.t1),
            seed=seed,
            threads=threads,
        )
        return run.final

    def numpy_fed_with_our_noise(self, seed: int = SEED) -> Array:
        """Run the scheme in NumPy, operation by operation, on the library's own normals."""
        dt = self.t1 / self.steps
        x = np.tile(np.array(self.x0), (self.paths, 1))
        for k, z in enumerate(mr.noise(seed, paths=self.paths, steps=self.steps, dim=self.dim)):
            x = (x + dt * self.drift(x, k * dt)) + self.sigma * (np.sqrt(dt) * z)
        return x

    def check(self) -> None:
        """Raise where the library's answer is wrong: bits on a small run, moments against NumPy's on the whole one."""
        small = replace(self, paths=257)
        np.testing.assert_array_equal(small.maruyama(), small.numpy_fed_with_our_noise())
        ours, theirs = self.maruyama(), self.numpy(seed=SEED + 1)
        spread = np.sqrt((ours.var(axis=0) + theirs.var(axis=0)) / self.paths)
        assert np.all(np.abs(ours.mean(axis=0) - theirs.mean(axis=0)) < 5 * spread), self.name


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


CALLBACKS = [
    Problem("OU, `-x`", decay, 1.0, (1.0,), 1_000_000, 20, target=6, target_one_thread=4),
    Problem("double well, `-4*x*(x*x-1)`", double_well, 0.5, (0.5,), 1_000_000, 20, target=6, target_one_thread=4),
    Problem("Lorenz, 3 dimensions, additive noise", lorenz, 0.5, (1.0, 1.0, 1.0), 1_000_000, 20, target=3, t1=0.1),
    Problem("OU, small ensemble", decay, 1.0, (1.0,), 1000, 1000, target=1),
]
