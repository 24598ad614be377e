"""The seven problems of the table of compiled fields: plain NumPy fields, their sizes, and both runs of them.

`Problem.ours` runs the compiled field, `Problem.numpy` the very same function in the loop that most people write.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

import maruyama as mr

Array = NDArray[Any]
Field = Callable[[Array, float], Array]
SEED = 7
DRAW = np.random.default_rng(SEED)


@dataclass(frozen=True)
class Problem:
    """dX = drift(X, t) dt + diffusion(X, t) dW from t = 0 on; an ordinary equation where there is no diffusion."""

    key: str
    name: str
    drift: Field
    start: Callable[[int], Array]  # states (paths, dim) of so many paths
    paths: int
    steps: int
    dt: float
    diffusion: Field | float | None = None
    counted: int = 1  # for each path and step: 64 where oscillators are counted
    plain_steps: int | None = None  # of NumPy and JAX in a turn, where all of them take seconds
    tolerance: float = 0.0  # relative, of the compiled run on a small ensemble; 0: the same bits

    @cached_property
    def x0(self) -> Array:
        """Where the timed runs start."""
        return self.start(self.paths)

    @cached_property
    def compiled(self) -> tuple[Any, Any]:
        """Drift and diffusion as the library gets them."""
        return mr.compile(self.drift), mr.compile(self.diffusion) if callable(self.diffusion) else self.diffusion

    @property
    def noise(self) -> str:
        """The form of the noise."""
        return "general" if callable(self.diffusion) else "diagonal"

    def ours(self, threads: int, x0: Array | None = None, steps: int | None = None) -> Array:
        """Final states of the library's run."""
        drift, diffusion = self.compiled
        steps = steps or self.steps
        options = {"steps": steps, "t": (0.0, steps * self.dt), "threads": threads}
        x0 = self.x0 if x0 is None else x0
        if diffusion is None:
            return mr.euler(drift, x0, **options).final
        return mr.euler_maruyama(drift, diffusion, x0, noise=self.noise, seed=SEED, **options).final

    def numpy(self, x: Array, steps: int, normals: Callable[[int], Array]) -> Array:
        """Final states of the loop that most people write; ``normals(k)`` are those of step k."""
        root = np.sqrt(self.dt).astype(x.dtype)
        for k in range(steps):
            step = x + self.dt * self.drift(x, k * self.dt)
            x = step if self.diffusion is None else step + self.shaken(x, k * self.dt, root * normals(k))
        return x

    def shaken(self, x: Array, t: float, dw: Array) -> Array:
        """The noise term g dW."""
        if not callable(self.diffusion):
            return self.diffusion * dw
        return (self.diffusion(x, t) * dw[:, None, :]).sum(axis=2)

    def check(self, paths: int = 203, steps: int = 7) -> None:
        """Raise where the compiled run differs from NumPy's on the same noise."""
        x0 = self.start(paths)
        z = mr.noise(SEED, paths=paths, steps=steps, dim=x0.shape[1], dtype=x0.dtype)
        ours, theirs = self.ours(2, x0, steps), self.numpy(x0, steps, lambda k: z[k])
        np.testing.assert_allclose(ours, theirs, rtol=self.tolerance, atol=self.tolerance, err_msg=self.name)

    def check_peer(self, name: str, final: Array, steps: int) -> None:
        """Raise where a peer solves another problem: other states, or with noise of its own other moments."""
        ours = self.ours(2, steps=steps)
        final = np.asarray(final).reshape(ours.shape)
        assert final.dtype == ours.dtype, f"{self.name}, {name}: {final.dtype}"
        if self.diffusion is None:
            scale = np.abs(ours).max()
            np.testing.assert_allclose(final / scale, ours / scale, atol=max(1e-8, 50 * self.tolerance), err_msg=name)
            return
        for a, b in ((ours, final), (ours**2, final**2)):
            spread = np.sqrt((a.var(axis=0) + b.var(axis=0)) / self.paths)
            assert np.all(np.abs(a.mean(axis=0) - b.mean(axis=0)) < 5 * spread), f"{self.name}, {name}"


# --- the fields ----------------------------------------------------------------------------------------------------


def decay(x: Array, t: float) -> Array:
    return -x


PRICE, RATE, MEAN, VOLATILITY, RHO = 100.0, 2.0, 0.04, 0.3, -0.7


def heston_drift(x: Array, t: float) -> Array:
    """Logarithm of the price and variance, full truncation (Lord, Koekkoek and van Dijk 2010)."""
    v = np.maximum(x[:, 1], 0.0)
    return np.stack([-0.5 * v, RATE * (MEAN - v)], axis=1)


def heston_diffusion(x: Array, t: float) -> Array:
    root = np.sqrt(np.maximum(x[:, 1], 0.0))
    first = np.stack([root, 0.0 * root], axis=1)
    second = np.stack([VOLATILITY * RHO * root, VOLATILITY * np.sqrt(1 - RHO**2) * root], axis=1)
    return np.stack([first, second], axis=1)


def lorenz(x: Array, t: float) -> Array:
    """Lorenz (1963) with the classical constants."""
    a, b, c = x[:, 0], x[:, 1], x[:, 2]
    return np.stack([10.0 * (b - a), a * (28.0 - c) - b, a * b - (8.0 / 3.0) * c], axis=1)


WIDTHS = (3, 128, 128, 128, 2)
LAYERS = [
    (DRAW.normal(0, n**-0.5, (n, m)).astype(np.float32), DRAW.normal(0, 0.1, m).astype(np.float32))
    for n, m in pairwise(WIDTHS)
]


def network(x: Array, t: float) -> Array:
    """Three hidden layers of 128 with SiLU, of x and t."""
    h = np.concatenate([x, np.full_like(x[:, :1], t)], axis=1)
    for weights, bias in LAYERS[:-1]:
        h = h @ weights + bias
        h = h / (1 + np.exp(-h))
    weights, bias = LAYERS[-1]
    return h @ weights + bias


PIXELS, RESIDUAL_WIDTH, RESIDUAL_BLOCKS = 64, 128, 2


def drawn_layers(*widths: int) -> list[tuple[Array, Array]]:
    """Weights and biases of layers between these widths."""
    draw = np.random.default_rng(SEED + 1)
    return [
        (draw.normal(0, n**-0.5, (n, m)).astype(np.float32), draw.normal(0, 0.1, m).astype(np.float32))
        for n, m in pairwise(widths)
    ]


RESIDUAL = drawn_layers(PIXELS, *[RESIDUAL_WIDTH] * (2 * RESIDUAL_BLOCKS + 1), PIXELS)


def residual(x: Array, t: float) -> Array:
    """Two residual blocks of width 128 with SiLU, of 64 dimensions."""
    (weights, bias), *blocks, (last, shift) = RESIDUAL
    h = x @ weights + bias
    for (weights, bias), (back, own) in zip(blocks[::2], blocks[1::2], strict=True):
        inner = h @ weights + bias
        h = h + (inner / (1 + np.exp(-inner))) @ back + own
    return h @ last + shift


CENTRES = DRAW.normal(0, 3, (64, 2)).astype(np.float32)
WIDTH = 0.3


def mixture(x: Array, t: float) -> Array:
    """Marginal velocity of x_t = t x_1 + (1 - t) x_0 from N(0, 1) to 64 equal Gaussians around the centres."""
    variance = (1 - t) ** 2 + (WIDTH * t) ** 2
    d = x[:, None, :] - t * CENTRES  # (paths, 64, 2)
    logits = (d * d).sum(axis=2) / (-2 * variance)
    w = np.exp(logits - logits.max(axis=1, keepdims=True))
    w = w / w.sum(axis=1, keepdims=True)
    return (w[:, :, None] * (CENTRES + (WIDTH**2 * t - (1 - t)) / variance * d)).sum(axis=1)


OSCILLATORS, COUPLING = 64, 2.0
FREQUENCIES = DRAW.normal(0, 1, OSCILLATORS)


def kuramoto(x: Array, t: float) -> Array:
    """All pairs, sum_j sin(x_j - x_i), through the sums of sin and cos."""
    s, c = np.sin(x), np.cos(x)
    pull = s.sum(axis=1, keepdims=True) * c - c.sum(axis=1, keepdims=True) * s
    return FREQUENCIES + (COUPLING / OSCILLATORS) * pull


def rows(*values: float) -> Callable[[int], Array]:
    """Start every path at the same state."""
    return lambda paths: np.tile(np.array(values), (paths, 1))


def normals(dim: int, dtype: type, scale: float = 1.0) -> Callable[[int], Array]:
    """Start at normal states."""
    return lambda paths: (scale * mr.standard_normal((paths, dim), seed=SEED, dtype=dtype)).astype(dtype)


IN_PLACE, PLAIN, NUMBA, JAX = "NumPy in place", "NumPy", "numba prange, fastmath", "jax"
TORCH, TORCH_BLOCKS = "torch, whole batch", "torch, best block"

PROBLEMS = [
    Problem("ou", "OU", decay, rows(0.5), 65_536, 256, 1 / 256, diffusion=1.0),
    Problem(
        "heston", "Heston", heston_drift, rows(np.log(PRICE), 0.05), 100_000, 100, 1 / 100,
        diffusion=heston_diffusion,
    ),
    Problem("lorenz", "Lorenz", lorenz, normals(3, np.float64), 16_384, 500, 0.01),
    Problem(
        "network", "MLP 3-128-128-128-2", network, normals(2, np.float32), 16_384, 20, 1 / 20,
        tolerance=2e-5,
    ),
    Problem(
        "residual", "residual network, 64 dimensions", residual, normals(PIXELS, np.float32), 8192, 10, 1 / 100,
        tolerance=1e-4,
    ),
    Problem(
        "mixture", "mixture of 64", mixture, normals(2, np.float32), 65_536, 50, 1 / 50,
        plain_steps=5, tolerance=1e-4,
    ),
    Problem(
        "kuramoto", "Kuramoto, 64", kuramoto, normals(64, np.float64, 2.0), 4096, 100, 0.01,
        counted=OSCILLATORS, plain_steps=25, tolerance=1e-12,
    ),
]  # fmt: skip
