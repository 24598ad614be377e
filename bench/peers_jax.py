"""JAX as a peer: the whole run is one jitted `lax.scan` of one shape, compiled before it is timed."""

from __future__ import annotations

from collections.abc import Callable

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from compiled_problems import (
    CENTRES,
    COUPLING,
    FREQUENCIES,
    JAX,
    LAYERS,
    MEAN,
    OSCILLATORS,
    RATE,
    RESIDUAL,
    RHO,
    SEED,
    VOLATILITY,
    WIDTH,
    Array,
    Problem,
)

jax.config.update("jax_enable_x64", True)


def contestants(problem: Problem, threads: int) -> dict[str, tuple[Callable[[], Array], int]]:
    """Name, run and steps of each; JAX itself takes what processors the process may use."""
    steps = problem.plain_steps or problem.steps
    found = {JAX: (run(problem, STEPS[problem.key], problem.x0, steps), steps)}
    if problem.key in COLUMNS:
        step = COLUMNS[problem.key]
        found[f"{JAX} (an array for each dimension)"] = run(problem, step, tuple(problem.x0.T.copy()), steps), steps
    return found


def run(problem: Problem, step: Callable, x0: Array | tuple[Array, ...], steps: int) -> Callable[[], Array]:
    """All steps from a state of one array or of one for each dimension."""
    x0 = jax.tree.map(jnp.asarray, x0)
    times = jnp.asarray(np.arange(steps) * problem.dt, problem.x0.dtype)

    @jax.jit
    def solve(x, key):
        keys = jax.random.split(key, steps)
        return lax.scan(lambda x, each: (step(x, *each, problem.dt), None), x, (times, keys))[0]

    def finished() -> Array:
        final = jax.block_until_ready(solve(x0, jax.random.key(SEED)))
        return np.stack(final, axis=1) if isinstance(final, tuple) else np.asarray(final)

    return finished


def ou(x, t, key, dt):
    return x - dt * x + np.sqrt(dt) * jax.random.normal(key, x.shape, x.dtype)


def heston(x, t, key, dt):
    plus = jnp.maximum(x[:, 1], 0.0)
    root = jnp.sqrt(plus * dt)
    z = jax.random.normal(key, x.shape, x.dtype)
    mixed = RHO * z[:, 0] + np.sqrt(1 - RHO**2) * z[:, 1]
    drift = jnp.stack([-0.5 * plus, RATE * (MEAN - plus)], axis=1)
    return x + dt * drift + jnp.stack([root * z[:, 0], VOLATILITY * root * mixed], axis=1)


def heston_columns(columns, t, key, dt):
    x, v = columns
    plus = jnp.maximum(v, 0.0)
    root = jnp.sqrt(plus * dt)
    first, second = jax.random.normal(key, (2, len(x)), x.dtype)
    mixed = RHO * first + np.sqrt(1 - RHO**2) * second
    return x - 0.5 * dt * plus + root * first, v + dt * RATE * (MEAN - plus) + VOLATILITY * root * mixed


def lorenz(x, t, key, dt):
    a, b, c = x[:, 0], x[:, 1], x[:, 2]
    return x + dt * jnp.stack([10.0 * (b - a), a * (28.0 - c) - b, a * b - (8.0 / 3.0) * c], axis=1)


def lorenz_columns(columns, t, key, dt):
    a, b, c = columns
    return a + dt * 10.0 * (b - a), b + dt * (a * (28.0 - c) - b), c + dt * (a * b - (8.0 / 3.0) * c)


def network(x, t, key, dt):
    h = jnp.concatenate([x, jnp.full((len(x), 1), t)], axis=1)
    for weights, bias in LAYERS[:-1]:
        h = jax.nn.silu(h @ weights + bias)
    weights, bias = LAYERS[-1]
    return x + dt * (h @ weights + bias)


def residual(x, t, key, dt):
    (weights, bias), *blocks, (last, shift) = RESIDUAL
    h = x @ weights + bias
    for (weights, bias), (back, own) in zip(blocks[::2], blocks[1::2], strict=True):
        h = h + jax.nn.silu(h @ weights + bias) @ back + own
    return x + dt * (h @ last + shift)


def mixture(x, t, key, dt):
    variance = (1 - t) ** 2 + (WIDTH * t) ** 2
    d = x[:, None, :] - t * CENTRES
    w = jax.nn.softmax((d * d).sum(axis=2) / (-2 * variance), axis=1)
    return x + dt * (w[:, :, None] * (CENTRES + (WIDTH**2 * t - (1 - t)) / variance * d)).sum(axis=1)


def kuramoto(x, t, key, dt):
    s, c = jnp.sin(x), jnp.cos(x)
    pull = s.sum(axis=1, keepdims=True) * c - c.sum(axis=1, keepdims=True) * s
    return x + dt * (FREQUENCIES + (COUPLING / OSCILLATORS) * pull)


STEPS = {f.__name__: f for f in (ou, heston, lorenz, network, residual, mixture, kuramoto)}
COLUMNS = {"heston": heston_columns, "lorenz": lorenz_columns}
