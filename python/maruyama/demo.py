"""The main job, from end to end: an Ornstein-Uhlenbeck ensemble, its exact law, and pure NumPy in the same run.

This computes and draws; the command line prints. It is a leaf: nothing but ``cli`` imports it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from time import perf_counter
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

import maruyama as mr
from maruyama.plotting import plot_band, plot_histogram

__all__ = ["Demo", "Law", "can_draw", "counted", "draw", "picture_suffixes", "run_demo", "scheme_law"]

THETA, SIGMA, X0, T1 = 1.0, 0.5, 2.0, 3.0  # dX = -theta X dt + sigma dW on [0, T1]
FAN = 60  # paths in the picture
NUMPY_PATH_STEPS = 250_000_000  # at most this many are given to the NumPy loop, which would take minutes

Floats = NDArray[np.float64]
T = TypeVar("T")


@dataclass(frozen=True)
class Law:
    """The normal law of the scheme after each step: arrays of ``steps + 1`` means and variances."""

    mean: Floats
    variance: Floats


@dataclass(frozen=True)
class Demo:
    """Everything that the table and the picture are made from."""

    steps: int
    law: Law
    final: Floats  # (paths,)
    fan: mr.Paths  # the first paths of the same run, run again alone
    seconds: float
    numpy_steps: int
    numpy_seconds: float

    @property
    def paths(self) -> int:
        """How many paths were run."""
        return self.final.size

    @property
    def seconds_per_path_step(self) -> float:
        """Of the library."""
        return self.seconds / (self.paths * self.steps)

    @property
    def numpy_seconds_per_path_step(self) -> float:
        """Of the NumPy loop, which may have run fewer steps."""
        return self.numpy_seconds / (self.paths * self.numpy_steps)

    @property
    def replayed(self) -> bool:
        """Whether the paths of the fan, run alone, ended with the same bits as in the large run."""
        return np.array_equal(self.fan.final[:, 0], self.final[: self.fan.final.shape[0]])

    def mean_and_z(self) -> tuple[float, float]:
        """Sample mean, and its distance from the exact one in standard errors, sqrt(v/n)."""
        mean = float(np.mean(self.final))
        return mean, (mean - self.law.mean[-1]) / float(np.sqrt(self.law.variance[-1] / self.paths))

    def variance_and_z(self) -> tuple[float, float]:
        """Sample variance, and its distance from the exact one in standard errors, v sqrt(2/(n - 1))."""
        variance = float(np.var(self.final, ddof=1))
        exact = self.law.variance[-1]
        return variance, (variance - exact) / float(exact * np.sqrt(2 / (self.paths - 1)))


def scheme_law(steps: int) -> Law:
    """Law of the Euler-Maruyama scheme itself at finite dt, so that its bias is never taken for a defect."""
    process, n = mr.processes.OrnsteinUhlenbeck(THETA, 0.0, SIGMA), np.arange(steps + 1)
    t = T1 * n / steps
    return Law(process.scheme_mean(X0, t, n), process.scheme_variance(X0, t, n))


def run_demo(paths: int, steps: int, seed: int, threads: int | None = None, *, progress: bool = True) -> Demo:
    """Run the ensemble, a few of its paths alone, and the NumPy loop.

    The short runs come first, so that what happens once in a process is not in the times.

    Parameters
    ----------
    paths, steps : int
        Size of the ensemble, at least 2 paths and 1 step.
    seed : int
        Of the noise.
    threads : int, optional
        For the library; the NumPy loop uses one.
    progress : bool
        Whether bars are drawn.
    """

    def solve(which: int | range, save: str, bar: bool) -> mr.Paths:
        return mr.euler_maruyama(
            lambda x, t: -THETA * x,
            SIGMA,
            X0,
            paths=which,
            steps=steps,
            t=(0.0, T1),
            seed=seed,
            threads=threads,
            save=save,
            progress=bar,
        )

    fan = solve(range(min(FAN, paths)), "all", False)
    _numpy_loop(min(FAN, paths), 1, T1 / steps, seed, progress=False)
    run, seconds = _timed(lambda: solve(paths, "final", progress))
    numpy_steps = max(1, min(steps, NUMPY_PATH_STEPS // paths))
    _, numpy_seconds = _timed(lambda: _numpy_loop(paths, numpy_steps, T1 / steps, seed, progress))
    return Demo(
        steps=steps,
        law=scheme_law(steps),
        final=run.final[:, 0],
        fan=fan,
        seconds=seconds,
        numpy_steps=numpy_steps,
        numpy_seconds=numpy_seconds,
    )


def can_draw() -> bool:
    """Whether matplotlib, the extra ``plot``, is installed."""
    try:
        return find_spec("matplotlib") is not None
    except ValueError:  # it is None in sys.modules
        return False


def picture_suffixes() -> list[str]:
    """The ends of file names that `draw` can write, as in ".png"."""
    from matplotlib.backend_bases import FigureCanvasBase

    return [f".{name}" for name in sorted(FigureCanvasBase.get_supported_filetypes())]


def counted(count: int, noun: str) -> str:
    """E.g. ``1 step`` and ``1,000 steps``."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def draw(demo: Demo, file: Path) -> Path:
    """Draw the fan and the histogram side by side into ``file``, with no window and no display."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(11, 4.5), layout="constrained")
    left, right = figure.subplots(1, 2)
    deviation = np.sqrt(demo.law.variance)
    plot_band(left, demo.fan.t, demo.fan.x[:, :, 0], demo.law.mean, deviation)
    plot_histogram(right, demo.final, float(demo.law.mean[-1]), float(deviation[-1]))
    figure.suptitle(
        f"dX = -{THETA:g} X dt + {SIGMA:g} dW, X(0) = {X0:g}, Euler-Maruyama, {counted(demo.steps, 'step')}"
    )
    figure.savefig(file, dpi=150)
    return file


def _numpy_loop(paths: int, steps: int, dt: float, seed: int, progress: bool) -> Floats:
    """Run the loop that most people write today."""
    rng = np.random.default_rng(seed)
    x = np.full((paths, 1), X0)
    for _ in tqdm(range(steps), desc="pure NumPy", disable=not progress, leave=False):
        x = x + dt * (-THETA * x) + SIGMA * np.sqrt(dt) * rng.standard_normal(x.shape)
    return x


def _timed(work: Callable[[], T]) -> tuple[T, float]:
    """Result of ``work`` and the seconds it took."""
    start = perf_counter()
    result = work()
    return result, perf_counter() - start
