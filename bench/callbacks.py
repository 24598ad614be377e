"""Print what the library does around the calls of Python functions: with general noise, and with stacked columns.

``python bench/callbacks.py`` runs four jobs as callbacks, and as the NumPy loop that their users write: wall clock, in
turns, medians of the ratios of each turn. The share of the user's functions is timed inside them, on one thread; the
share of the noise is that of a fill of as many normals; the rest is ours: turning, copying, checking, the update. Every
job is first compared with its NumPy loop fed with the same noise, to rounding. ``--write`` puts the table into
docs/speed.md.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

import maruyama as mr
from tables import options_of, write_for_this_machine
from timing import seconds

PAGE = Path(__file__).parent.parent / "docs" / "speed.md"
SEED = 7
Array = NDArray[np.float64]
Field = Callable[[Array, float], Array]


@dataclass(frozen=True)
class Job:
    """dX = drift dt + diffusion dW from t = 0 to 1, with m Brownian motions where the noise is general."""

    name: str
    drift: Field
    diffusion: Field
    x0: tuple[float, ...]
    paths: int
    steps: int
    motions: int = 0

    @property
    def general(self) -> bool:
        """Whether the diffusion is (paths, dim, m)."""
        return self.motions > 0

    @property
    def normals(self) -> int:
        """Of a step and path."""
        return self.motions or len(self.x0)

    def ours(self, threads: int) -> Array:
        """Final states of a run."""
        return mr.euler_maruyama(
            self.drift, self.diffusion, np.array(self.x0), paths=self.paths, steps=self.steps,
            noise="general" if self.general else "diagonal", seed=SEED, threads=threads,
        ).final  # fmt: skip

    def loop(self, next_normals: Callable[[int], Array]) -> Array:
        """The loop that its users write."""
        x, dt = np.tile(np.array(self.x0), (self.paths, 1)), 1.0 / self.steps
        root = np.sqrt(dt)
        for k in range(self.steps):
            t, dw = k * dt, root * next_normals(k)
            noise = (self.diffusion(x, t) @ dw[:, :, None])[:, :, 0] if self.general else self.diffusion(x, t) * dw
            x = x + dt * self.drift(x, t) + noise
        return x

    def numpy(self) -> Array:
        """The loop with NumPy's normals."""
        rng = np.random.default_rng(SEED)
        return self.loop(lambda k: rng.standard_normal((self.paths, self.normals)))

    def check(self) -> None:
        """Compare a small ensemble with the loop on the same noise."""
        small = replace(self, paths=200)
        z = list(mr.noise(SEED, paths=small.paths, steps=self.steps, dim=self.normals))
        np.testing.assert_allclose(small.ours(2), small.loop(lambda k: z[k]), rtol=1e-9, atol=1e-9)


# --- the jobs ------------------------------------------------------------------------------------------------------


def heston_drift(x: Array, t: float) -> Array:
    """Logarithm of the price, and variance."""
    v = np.maximum(x[:, 1], 0.0)
    return np.stack([0.03 - 0.5 * v, 1.5 * (0.04 - v)], axis=1)


def heston_diffusion(x: Array, t: float) -> Array:
    """Two correlated motions."""
    root = np.sqrt(np.maximum(x[:, 1], 0.0))
    g = np.zeros((len(x), 2, 2))
    g[:, 0, 0] = root
    g[:, 1, 0] = -0.7 * 0.3 * root
    g[:, 1, 1] = 0.3 * np.sqrt(1 - 0.49) * root
    return g


CHANGES = np.array([[1.0, -1.0, 0.0, 0.0], [0.0, 1.0, -1.0, 1.0]])  # of two species by four reactions


def rates(x: Array) -> Array:
    """How often each reaction happens: D. Gillespie, "The chemical Langevin equation" (2000), equation 23."""
    a, b = np.maximum(x, 0.0).T
    return np.stack([np.full(len(x), 50.0), 1.0 * a, 0.5 * b, 0.1 * a], axis=1)


def chemical_drift(x: Array, t: float) -> Array:
    """Changes times rates."""
    return rates(x) @ CHANGES.T


def chemical_diffusion(x: Array, t: float) -> Array:
    """A motion for each reaction."""
    return CHANGES * np.sqrt(rates(x))[:, None, :]


def neuron_drift(x: Array, t: float) -> Array:
    """Leaky integrate-and-fire with an adaptation current: potential, current, threshold."""
    v, w, theta = x.T
    return np.stack([-v - w + 1.2, (0.5 * v - w) / 5.0, (1.0 - theta) / 10.0], axis=1)


def neuron_diffusion(x: Array, t: float) -> Array:
    """Noise of the potential alone."""
    return np.stack([np.full(len(x), 0.3), np.zeros(len(x)), np.zeros(len(x))], axis=1)


CORRELATED = np.linalg.cholesky(np.full((5, 5), 0.4) + 0.6 * np.eye(5)) * np.array([0.1, 0.15, 0.2, 0.25, 0.3])[:, None]


def basket_drift(x: Array, t: float) -> Array:
    """Five shares."""
    return 0.03 * x


def basket_diffusion(x: Array, t: float) -> Array:
    """Five correlated motions."""
    return x[:, :, None] * CORRELATED


JOBS = (
    Job("Heston", heston_drift, heston_diffusion, (0.0, 0.04), 100_000, 20, 2),
    Job("chemical Langevin", chemical_drift, chemical_diffusion, (50.0, 100.0), 100_000, 20, 4),
    Job("integrate-and-fire", neuron_drift, neuron_diffusion, (0.0, 0.0, 1.0), 100_000, 20),
    Job("basket of five", basket_drift, basket_diffusion, (100.0,) * 5, 50_000, 20, 5),
)


# --- the table -----------------------------------------------------------------------------------------------------


def inside(job: Job) -> tuple[float, float]:
    """Seconds of a run on one thread, and of those inside the user's functions."""
    spent = 0.0

    def timed(function: Field) -> Field:
        def call(x: Array, t: float) -> Array:
            nonlocal spent
            start = perf_counter()
            result = function(x, t)
            spent += perf_counter() - start
            return result

        return call

    watched = replace(job, drift=timed(job.drift), diffusion=timed(job.diffusion))
    whole = seconds(lambda: watched.ours(1), 1, perf_counter)
    return whole, spent


def row(job: Job, turns: int) -> str:
    """Measure one job."""
    job.check()
    normals = np.empty(65_536)
    count = job.paths * job.steps * job.normals
    gains: dict[int, list[float]] = {1: [], 2: []}
    shares: list[tuple[float, float, float]] = []
    for _ in range(turns):
        theirs = seconds(job.numpy, 1, perf_counter)
        for threads, found in gains.items():
            found.append(theirs / seconds(lambda n=threads: job.ours(n), 1, perf_counter))
        whole, functions = inside(job)
        fill = seconds(lambda: mr.standard_normal(normals.size, seed=SEED, out=normals, threads=1), 20, perf_counter)
        noise = fill * count / normals.size
        shares.append((functions / whole, noise / whole, (whole - functions - noise) / functions))
    functions, noise, rest = (median(each) for each in zip(*shares, strict=True))
    cells = " | ".join(f"{median(found):.2f} x" for found in gains.values())
    return f"| {job.name} | {cells} | {functions:.0%} | {noise:.0%} | {rest:.2f} |"


def main() -> None:
    """Measure and print."""
    options = options_of(__doc__, turns=7, page=PAGE).parse_args()
    lines = [
        "| callbacks | 1 thread | 2 threads | inside the functions | noise | the rest, of the functions |",
        "|---|---:|---:|---:|---:|---:|",
    ]
    print("\n".join(lines), flush=True)
    for job in JOBS:
        lines.append(row(job, options.turns))
        print(lines[-1], flush=True)
    foot = f"Medians of {options.turns} turns, wall clock, {mr._core.level()}, NumPy {np.__version__}."
    print(f"\n{foot}")
    if options.write:
        write_for_this_machine(PAGE, "callbacks table: bench/callbacks.py", "\n".join([*lines, "", foot]))


if __name__ == "__main__":
    main()
