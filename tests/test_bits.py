"""A NumPy loop fed with mr.noise gives the bits of a run, and nothing but seed, path, grid and fields changes them."""

import numpy as np
import pytest

import maruyama as mr
from loop import cut, numpy_loop

both_dtypes = pytest.mark.parametrize("dtype", [np.float64, np.float32], ids=["float64", "float32"])

PATHS, SEED = 150, 7

GRIDS = {
    "forwards": {"t": (0.3, 1.7), "steps": 11},
    "backwards": {"t": (1.0, -0.2), "steps": 10},
    "uneven": {"t": np.array([0.0, 0.1, 0.15, 0.4, 0.7, 0.71, 1.3, 2.0])},
    "uneven, backwards": {"t": -np.array([0.0, 0.1, 0.15, 0.4, 0.7, 0.71, 1.3, 2.0])},
}
every_grid = pytest.mark.parametrize("grid", GRIDS.values(), ids=GRIDS.keys())


def points(grid):
    if "steps" not in grid:
        return grid["t"]
    (t0, t1), steps = grid["t"], grid["steps"]
    return np.array([t0 + k * (t1 - t0) / steps for k in range(steps)] + [t1])


def even(grid):
    """The loop's grid, with the run's own dt for even ones: (t1 - t0)/steps, not a difference of times."""
    return (grid["t"][1] - grid["t"][0]) / grid["steps"] if "steps" in grid else None


def start(dim, dtype, paths=PATHS):
    return np.random.default_rng(1).uniform(-1, 1, size=(paths, dim)).astype(dtype)


def tame(x, t):
    return (t - x) / (1 + x * x)


def bounded(x, t):
    return 0.5 + x / (1 + x * x + t * t)


def matrix(x, t):
    """(paths, dim, 3)"""
    return np.stack([x / (1 + x * x), t * x / (2 + x * x), 1 / (2 + x * x)], axis=2)


def same_bits(a, b):
    return a.dtype == b.dtype and a.shape == b.shape and a.tobytes() == b.tobytes()


# --- the loop --------------------------------------------------------------------------------------------------------


def test_ten_lines_of_numpy_give_the_bits_of_a_run():
    x, dt = np.ones((1000, 2)), 0.01
    for k, z in enumerate(mr.noise(7, paths=1000, steps=100, dim=2)):
        u, g = tame(x, k / 100), bounded(x, k / 100)
        x = (x + dt * u) + g * (np.sqrt(dt) * z)
    assert (mr.euler_maruyama(tame, bounded, [1.0, 1.0], paths=1000, steps=100, seed=7).final == x).all()


@both_dtypes
@every_grid
@pytest.mark.parametrize("dim", [1, 2, 3, 4, 5])
def test_diagonal_noise_gives_the_bits_of_the_loop(dtype, grid, dim):
    x0, t = start(dim, dtype), points(grid)
    z = mr.noise(SEED, paths=PATHS, steps=len(t) - 1, dim=dim, dtype=dtype)
    run = mr.euler_maruyama(tame, bounded, x0, seed=SEED, save="all", **grid)
    assert same_bits(run.x, numpy_loop(tame, bounded, x0, t, z, dt=even(grid)))
    assert (run.t == t).all()


@both_dtypes
@every_grid
@pytest.mark.parametrize("dim", [1, 2, 3, 4, 5])
def test_general_noise_gives_the_bits_of_the_loop(dtype, grid, dim):
    x0, t = start(dim, dtype), points(grid)
    z = mr.noise(SEED, paths=PATHS, steps=len(t) - 1, dim=3, dtype=dtype)
    run = mr.euler_maruyama(tame, matrix, x0, noise="general", seed=SEED, save="all", **grid)
    assert same_bits(run.x, numpy_loop(tame, matrix, x0, t, z, general=True, dt=even(grid)))


@both_dtypes
@pytest.mark.parametrize("dim", [1, 2, 5])
@pytest.mark.parametrize("form", ["number", "vector", "callable"])
def test_every_form_of_a_constant_diffusion_gives_the_bits_of_the_loop(dtype, dim, form):
    sigma = dtype(0.3) if form == "number" else np.linspace(0.1, 1, dim).astype(dtype)
    x0, t = start(dim, dtype), np.arange(9) / 8
    z = mr.noise(SEED, paths=PATHS, steps=8, dim=dim, dtype=dtype)
    diffusion = (lambda x, t: np.broadcast_to(sigma, x.shape)) if form == "callable" else sigma
    run = mr.euler_maruyama(tame, diffusion, x0, seed=SEED, steps=8, save="all")
    assert same_bits(run.x, numpy_loop(tame, lambda x, t: sigma, x0, t, z))


@both_dtypes
def test_a_constant_general_diffusion_gives_the_bits_of_the_loop(dtype):
    g = np.linspace(-1, 1, 10).reshape(2, 5).astype(dtype)
    x0, t = start(2, dtype), np.arange(9) / 8
    z = mr.noise(SEED, paths=PATHS, steps=8, dim=5, dtype=dtype)
    run = mr.euler_maruyama(tame, g, x0, noise="general", seed=SEED, steps=8, save="all")
    assert same_bits(run.x, numpy_loop(tame, lambda x, t: g[None], x0, t, z, general=True))


@both_dtypes
@pytest.mark.parametrize("tile_rows", [0, 33])
def test_coefficients_of_their_own_for_each_path_give_the_bits_of_the_loop(dtype, tile_rows):
    x0, t = start(3, dtype), np.arange(9) / 8
    rate, sigma = start(1, dtype), np.random.default_rng(2).uniform(size=(PATHS, 3)).astype(dtype)
    z = mr.noise(SEED, paths=PATHS, steps=8, dim=3, dtype=dtype)
    with cut(threads=2, tile_rows=tile_rows):
        run = mr.euler_maruyama(
            lambda x, t, rate, sigma: rate * x, lambda x, t, rate, sigma: sigma * x, x0,
            seed=SEED, steps=8, save="all", args=(mr.per_path(rate), mr.per_path(sigma)),
        )  # fmt: skip
    assert same_bits(run.x, numpy_loop(lambda x, t: rate * x, lambda x, t: sigma * x, x0, t, z))


@both_dtypes
def test_every_dt_and_its_root_are_rounded_once(dtype):
    """From float64 to the dtype: the float32 root of a float32 dt would be another number for one dt in seven."""
    z = mr.noise(SEED, paths=9, steps=1, dim=1, dtype=dtype)[0]
    for dt in np.random.default_rng(3).uniform(0.001, 1, size=100):
        drifted = mr.euler_maruyama(1.0, 0.0, dtype(0), paths=9, steps=1, t=(0.0, dt), seed=SEED).final
        diffused = mr.euler_maruyama(0.0, 1.0, dtype(0), paths=9, steps=1, t=(0.0, dt), seed=SEED).final
        assert (drifted == dtype(dt)).all()
        assert (diffused == dtype(np.sqrt(dt)) * z).all()


@both_dtypes
@every_grid
def test_an_ode_gives_the_bits_of_the_loop(dtype, grid):
    x0, t = start(3, dtype), points(grid)
    z = np.zeros((len(t) - 1, PATHS, 3), dtype)
    run = mr.euler(tame, x0, save="all", **grid)
    assert same_bits(run.x, numpy_loop(tame, lambda x, t: dtype(0), x0, t, z, dt=even(grid)))


@both_dtypes
def test_many_dimensions_give_the_bits_of_the_loop(dtype):
    """From 32 normals a step on the core makes them in another way."""
    for dim in (31, 32, 33, 70):
        x0, t = start(dim, dtype, paths=40), np.arange(8) / 7
        z = mr.noise(SEED, paths=40, steps=7, dim=dim, dtype=dtype)
        run = mr.euler_maruyama(tame, bounded, x0, seed=SEED, steps=7, save="all")
        assert same_bits(run.x, numpy_loop(tame, bounded, x0, t, z, dt=1 / 7))


# --- nothing else ----------------------------------------------------------------------------------------------------


def final(paths, *, dim, dtype, noise="diagonal", x0=None):
    diffusion = bounded if noise == "diagonal" else matrix
    x0 = np.linspace(0.1, 1, dim).astype(dtype) if x0 is None else x0
    return mr.euler_maruyama(tame, diffusion, x0, noise=noise, paths=paths, steps=9, seed=SEED).final


both_noises = pytest.mark.parametrize("noise", ["diagonal", "general"])


@both_dtypes
@both_noises
@pytest.mark.parametrize("dim", [1, 2, 5])
def test_a_range_of_paths_gives_those_rows(dtype, noise, dim):
    rows = final(300, dim=dim, dtype=dtype, noise=noise)[71:222]
    assert same_bits(final(range(71, 222), dim=dim, dtype=dtype, noise=noise), rows)


@both_dtypes
@both_noises
def test_every_path_can_be_replayed_alone(dtype, noise):
    rows = final(40, dim=3, dtype=dtype, noise=noise)
    for path in range(40):
        assert same_bits(final([path], dim=3, dtype=dtype, noise=noise), rows[path : path + 1])


@both_dtypes
def test_an_array_of_paths_gives_those_rows(dtype):
    chosen = np.random.default_rng(1).integers(300, size=99)
    assert same_bits(final(chosen, dim=2, dtype=dtype), final(300, dim=2, dtype=dtype)[chosen])


@both_dtypes
def test_a_range_of_paths_with_states_of_their_own_gives_those_rows(dtype):
    x0 = start(2, dtype)
    part = final(range(50, 80), dim=2, dtype=dtype, x0=x0[50:80])
    assert same_bits(part, final(PATHS, dim=2, dtype=dtype, x0=x0)[50:80])


@both_dtypes
@both_noises
@pytest.mark.parametrize("dim", [1, 3])
@pytest.mark.parametrize("threads", [1, 2, 5])
def test_results_are_independent_of_threads_and_tile_rows(dtype, noise, dim, threads):
    wanted = final(200, dim=dim, dtype=dtype, noise=noise)
    for tile_rows in (1, 3, 31, 32, 33, 64, 199, 200, 1000):
        with cut(threads=threads, tile_rows=tile_rows):
            assert same_bits(final(200, dim=dim, dtype=dtype, noise=noise), wanted), f"tile_rows={tile_rows}"


def test_a_large_run_is_independent_of_threads():
    runs = [
        mr.euler_maruyama(tame, 0.5, [0.1, 0.2], paths=100_000, steps=10, seed=SEED, threads=threads).final
        for threads in (1, 2, 3)
    ]
    assert same_bits(runs[0], runs[1])
    assert same_bits(runs[0], runs[2])


@both_dtypes
def test_a_run_is_the_same_whatever_is_saved(dtype):
    x0 = start(2, dtype)
    every = mr.euler_maruyama(tame, bounded, x0, steps=10, seed=SEED, save="all")
    some = mr.euler_maruyama(tame, bounded, x0, steps=10, seed=SEED, save=3)
    assert same_bits(some.x, every.x[[0, 3, 6, 9, 10]])
    assert (some.t == every.t[[0, 3, 6, 9, 10]]).all()
    assert same_bits(mr.euler_maruyama(tame, bounded, x0, steps=10, seed=SEED).final, every.final)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("paths", [1, 3, 7, 8, 9, 15, 16, 17, 31, 33, 100])
def test_two_dimensions_with_two_motions_give_the_bits_of_the_loop(dtype, paths):
    """A vector of rows at a time, then row by row."""
    x0 = np.linspace(-1, 1, 2 * paths, dtype=dtype).reshape(paths, 2)
    z = mr.noise(SEED, paths=paths, steps=5, dim=2, dtype=dtype)

    def factors(x, t):
        return np.stack([x + 1, x[:, ::-1] * 0.25], axis=2)

    for drift, number in ((lambda x, t: -x[:, ::-1], None), (lambda x, t: np.full_like(x, 0.5), 0.5)):
        given = drift if number is None else number
        run = mr.euler_maruyama(given, factors, x0, noise="general", seed=SEED, steps=5, save="all")
        assert same_bits(run.x, numpy_loop(drift, factors, x0, np.linspace(0, 1, 6), z, general=True, dt=0.2))
    for row in {0, paths // 2, paths - 1}:
        wrong = np.zeros((paths, 2, 2), dtype)
        wrong[row, 1, 0] = np.inf
        with pytest.raises(mr.NonFiniteError) as caught:
            mr.euler_maruyama(0.0, lambda x, t, g: g, x0, noise="general", steps=3, args=(mr.per_path(wrong),))
        assert (caught.value.path, caught.value.step) == (row, 1)
