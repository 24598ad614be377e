"""The scheme as the NumPy loop that people write, and the core made to cut a run in a given way. Not a test file."""

from contextlib import contextmanager
from unittest import mock

import numpy as np

import maruyama as mr
from maruyama import _core


def numpy_loop(drift, diffusion, x0, t, z, general=False, dt=None):
    """Every state on the points ``t`` with the normals z (steps, paths, m); ``dt`` is that of an even grid."""
    x, states, dtype = x0, [x0], x0.dtype.type
    for k in range(len(t) - 1):
        length = t[k + 1] - t[k] if dt is None else dt
        step, root = dtype(length), dtype(np.sqrt(abs(length)))
        u, g, dw = drift(x, float(t[k])), diffusion(x, float(t[k])), root * z[k]
        x = (x + step * u) + (sum_in_order(g, dw) if general else g * dw)
        states.append(x)
    return np.stack(states)


def sum_in_order(g, dw):
    total = g[:, :, 0] * dw[:, None, 0]
    for j in range(1, dw.shape[1]):
        total = total + g[:, :, j] * dw[:, None, j]
    return total


@contextmanager
def cut(threads=1, tile_rows=0):
    """Runs inside take tiles of so many rows (0: what the core chooses) in so many threads, however small they are."""
    integrate = _core.integrate

    def integrate_cut(**arguments):
        integrate(**{**arguments, "threads": threads, "tile_rows": tile_rows})

    with mock.patch.object(_core, "integrate", integrate_cut):
        yield


def noise_of_a_run(seed, *, paths, steps, dim, dtype=np.float64):
    """z as the scheme itself uses it: with dt = 1 and drift -x each state is 0 + z."""
    x0 = np.zeros(dim, dtype)
    run = mr.euler_maruyama(lambda x, t: -x, 1.0, x0, paths=paths, steps=steps, t=(0, steps), seed=seed, save="all")
    return run.x[1:]
