"""NumPy as a peer: the plain loop; tuned, with ``out=`` and NumPy's fastest generator; in blocks that fit the cache."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from compiled_problems import IN_PLACE, MEAN, PLAIN, RATE, RHO, SEED, VOLATILITY, Array, Problem

Run = Callable[[], Array]
BLOCK = 1024  # paths


def contestants(problem: Problem, threads: int) -> dict[str, tuple[Run, int]]:
    """Name, run and steps of each."""
    steps = problem.plain_steps or problem.steps
    found: dict[str, tuple[Run, int]] = {PLAIN: (lambda: plain(problem, problem.x0, steps), steps)}
    if problem.key == "heston":
        found = {f"{PLAIN} (the same two functions)": found[PLAIN]}
        found[f"{PLAIN} (an array for each dimension)"] = lambda: heston_plain(problem.x0, steps, problem.dt), steps
    if problem.key in TUNED:
        tuned = TUNED[problem.key]
        found[IN_PLACE] = lambda: tuned(problem.x0, problem.steps, problem.dt), problem.steps
    if problem.key in BLOCKED:
        found[f"NumPy in blocks of {BLOCK}"] = lambda: in_blocks(problem, steps), steps
    return found


def plain(problem: Problem, x0: Array, steps: int) -> Array:
    """The loop that most people write, around the very functions that we compile."""
    rng = np.random.default_rng(SEED + 1)
    return problem.numpy(x0, steps, lambda k: rng.standard_normal(x0.shape, x0.dtype))


def in_blocks(problem: Problem, steps: int) -> Array:
    """The same, block after block."""
    x0 = problem.x0
    return np.concatenate([plain(problem, x0[i : i + BLOCK], steps) for i in range(0, len(x0), BLOCK)])


def ou(x0: Array, steps: int, dt: float) -> Array:
    rng = np.random.Generator(np.random.SFC64(SEED + 1))
    x, z, root = x0[:, 0].copy(), np.empty(len(x0)), np.sqrt(dt)
    for _ in range(steps):
        rng.standard_normal(out=z)
        z *= root
        x *= 1 - dt
        x += z
    return x


def heston(x0: Array, steps: int, dt: float) -> Array:
    rng = np.random.Generator(np.random.SFC64(SEED + 1))
    x, v = x0.T.copy()
    z, plus, root = np.empty((2, len(x))), np.empty_like(x), np.empty_like(x)
    rest = np.sqrt(1 - RHO**2)
    for _ in range(steps):
        rng.standard_normal(out=z)
        np.maximum(v, 0.0, out=plus)
        np.multiply(plus, dt, out=root)
        np.sqrt(root, out=root)
        z[1] *= rest
        z[1] += RHO * z[0]
        z *= root
        z[1] *= VOLATILITY
        v += z[1]
        v += RATE * MEAN * dt
        x += z[0]
        plus *= 0.5 * dt
        x -= plus
        plus *= 2 * RATE
        v -= plus
    return np.stack([x, v], axis=1)


def lorenz(x0: Array, steps: int, dt: float) -> Array:
    x, y, z = x0.T.copy()
    u, v, w = np.empty((3, len(x)))
    for _ in range(steps):
        np.subtract(y, x, out=u)
        u *= 10.0 * dt
        np.subtract(28.0, z, out=v)
        v *= x
        v -= y
        v *= dt
        np.multiply(x, y, out=w)
        w *= dt
        z *= 1 - dt * 8.0 / 3.0
        x += u
        y += v
        z += w
    return np.stack([x, y, z], axis=1)


def heston_plain(x0: Array, steps: int, dt: float) -> Array:
    """The loop that most people write: it knows nothing of matrices of diffusion."""
    rng = np.random.default_rng(SEED + 1)
    x, v = x0.T.copy()
    for _ in range(steps):
        z1, z2 = rng.standard_normal((2, len(x)))
        plus = np.maximum(v, 0.0)
        root = np.sqrt(plus * dt)
        x = x - 0.5 * plus * dt + root * z1
        v = v + RATE * (MEAN - plus) * dt + VOLATILITY * root * (RHO * z1 + np.sqrt(1 - RHO**2) * z2)
    return np.stack([x, v], axis=1)


BLOCKED = ("network", "residual", "mixture", "kuramoto")
TUNED = {"ou": ou, "heston": heston, "lorenz": lorenz}
