"""Dimensions without noise: their normals are not made, and all others keep their bits."""

import numpy as np
import pytest

import maruyama as mr

STEPS = 7


def spring(dim):
    """Positions, then speeds."""
    half = dim // 2
    return lambda x, t: np.concatenate([x[:, half:], -x[:, : dim - half]], axis=1)[:, :dim]


def loop(drift, g, x0, seed, general, dtype):
    """The scheme on all normals."""
    terms = g.shape[-1]
    x, dt = x0.copy(), dtype(1.0 / STEPS)
    for k, z in enumerate(mr.noise(seed, paths=len(x0), steps=STEPS, dim=terms, dtype=dtype)):
        dw = dtype(np.sqrt(1.0 / STEPS)) * z
        drifted = x + dt * drift(x, k / STEPS).astype(dtype)
        if general:
            noise = g[:, 0] * dw[:, :1]
            for j in range(1, terms):
                noise = noise + g[:, j] * dw[:, j : j + 1]
            x = drifted + noise
        else:
            x = drifted + g * dw
    return x


def masks(dim):
    yield np.arange(dim) >= dim // 2
    yield np.arange(dim) % 3 == 1
    yield np.arange(dim) == dim - 1
    yield np.zeros(dim, bool)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("dim", [1, 2, 3, 4, 5, 8, 40, 41, 150])
def test_diagonal_noise_has_the_bits_of_the_loop(dim, dtype):
    for mask in masks(dim):
        g = np.where(mask, 0.5, 0.0).astype(dtype)
        for paths in (1, 3, 70, 600):
            x0 = np.linspace(-1, 1, paths * dim).reshape(paths, dim).astype(dtype)
            traced = mr.compile(lambda x, t, g=g: g * np.ones_like(x))
            for field in (spring(dim), _decay):
                wanted, compiled = loop(field, g, x0, 5, False, dtype), mr.compile(field)
                for drift, diffusion in ((field, g), (compiled, g), (compiled, traced)):
                    for threads in (1, 2):
                        x = mr.euler_maruyama(drift, diffusion, x0, steps=STEPS, seed=5, threads=threads).final
                        np.testing.assert_array_equal(x, wanted)


def _decay(x, t):
    return -x


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("terms", [1, 2, 3, 5, 40])
def test_general_noise_has_the_bits_of_the_loop(terms, dtype):
    rng = np.random.default_rng(3)
    for mask in masks(terms):
        g = np.where(mask, rng.normal(size=(3, terms)), 0.0).astype(dtype)
        x0 = rng.normal(size=(300, 3)).astype(dtype)
        wanted = loop(_decay, g, x0, 5, True, dtype)
        traced = mr.compile(lambda x, t, g=g: np.ones_like(x)[:, :, None] * g)
        for drift, diffusion in ((_decay, g), (mr.compile(_decay), g), (mr.compile(_decay), traced)):
            x = mr.euler_maruyama(drift, diffusion, x0, steps=STEPS, seed=5, noise="general").final
            np.testing.assert_array_equal(x, wanted)


def test_a_run_goes_on_in_the_middle_of_a_block():
    g = np.array([0.0, 0.5, 0.0])
    whole = mr.euler_maruyama(_decay, g, np.ones((70, 3)), steps=6, seed=1)
    part = mr.euler_maruyama(_decay, g, np.ones((70, 3)), steps=3, t=(0.0, 0.5), seed=1)
    rest = mr.euler_maruyama(_decay, g, part, steps=3, t=(0.5, 1.0))
    assert rest.final.tobytes() == whole.final.tobytes()


def test_a_number_in_args_that_is_zero_is_no_constant():
    field = mr.compile(lambda x, t, k: k + 0 * x)
    for k in (0.0, 0.5):
        x = mr.euler_maruyama(mr.compile(lambda x, t, k: -x), field, np.ones((9, 2)), steps=4, seed=2, args=(k,)).final
        y = mr.euler_maruyama(_decay, k, np.ones((9, 2)), steps=4, seed=2).final
        np.testing.assert_array_equal(x, y)
