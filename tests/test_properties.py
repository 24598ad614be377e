"""Whatever the shapes, tiles, threads, grids and saves: a run is the NumPy loop, and its rows do not see each other."""

import os

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

import maruyama as mr
from loop import cut, numpy_loop

checked = settings(deadline=None, derandomize=bool(os.environ.get("CI")), max_examples=200)

dtypes = st.sampled_from([np.float64, np.float32])
seeds = st.integers(0, 2**70)
cuts = st.builds(dict, threads=st.integers(1, 4), tile_rows=st.integers(0, 80))
lengths = st.floats(1e-3, 1.0)


def drift(x, t):
    return (t - x) / (1 + x * x)


def diffusion(x, t):
    return 0.5 + x / (1 + x * x + t * t)


@st.composite
def grids(draw):
    """An even grid or all points of an uneven one, either way: the arguments of a run, its points, dt if it is even."""
    steps, t0 = draw(st.integers(0, 12)), draw(st.floats(-2, 2))
    sign = draw(st.sampled_from([1, -1]))
    if draw(st.booleans()):
        t1 = t0 + sign * draw(lengths)
        points = np.array([t0 + k * (t1 - t0) / steps for k in range(steps)] + [t1 if steps else t0])
        return {"t": (t0, t1), "steps": steps}, points, (t1 - t0) / max(steps, 1)
    points = t0 + sign * np.cumsum([0.0, *draw(st.lists(lengths, min_size=steps, max_size=steps))])
    return listed(points), points, None


def listed(points):
    """The grid of these points; two of them are a span."""
    return {"t": points, "steps": 1} if len(points) == 2 else {"t": points}


@st.composite
def runs(draw, most_paths=100):
    """A start (paths, dim), the number m of Brownian motions or None for diagonal noise, a grid and a seed."""
    paths, dim, dtype = draw(st.integers(0, most_paths)), draw(st.integers(1, 5)), draw(dtypes)
    m = draw(st.one_of(st.none(), st.integers(1, 5)))
    x0 = np.random.default_rng(draw(st.integers(0, 99))).uniform(-1, 1, size=(paths, dim)).astype(dtype)
    return x0, m, draw(grids()), draw(seeds)


def solve(x0, m, grid, seed, **options):
    general = {"noise": "general"} if m else {}
    field = (lambda x, t: diffusion(x[:, :, None], t + np.arange(m, dtype=x.dtype))) if m else diffusion
    return mr.euler_maruyama(drift, field, x0, seed=seed, **general, **grid[0], **options), field


@checked
@given(runs(), cuts)
def test_a_run_is_the_numpy_loop(run, cutting):
    x0, m, grid, seed = run
    with cut(**cutting):
        result, field = solve(*run, save="all")
    z = mr.noise(seed, paths=len(x0), steps=len(grid[1]) - 1, dim=m or x0.shape[1], dtype=x0.dtype)
    assert (result.x == numpy_loop(drift, field, x0, grid[1], z, general=bool(m), dt=grid[2])).all()
    assert (result.t == grid[1]).all()


@checked
@given(runs(), cuts, st.data())
def test_any_choice_of_paths_gives_those_rows(run, cutting, data):
    x0, m, grid, seed = run
    chosen = np.array(data.draw(st.lists(st.integers(0, max(0, len(x0) - 1)), max_size=40 if len(x0) else 0)), int)
    rows = solve(*run)[0].final[chosen]
    with cut(**cutting):
        result = solve(x0[chosen], m, grid, seed, paths=chosen)[0]
    assert (result.final == rows).all()


@checked
@given(runs(), st.integers(0, 2**64 - 101), cuts)
def test_a_range_is_the_same_as_its_numbers_one_by_one(run, first, cutting):
    paths = range(first, first + len(run[0]))
    with cut(**cutting):
        result = solve(*run, paths=paths)[0]
    listed = solve(*run, paths=np.array(paths, dtype=np.uint64))[0]
    assert (result.final == listed.final).all()


@checked
@given(runs(), cuts, st.data())
def test_a_run_may_be_cut_between_any_two_steps(run, cutting, data):
    x0, m, (_, points, _), seed = run
    whole = solve(x0, m, (listed(points),), seed, save="all")[0]
    place = data.draw(st.integers(0, len(points) - 1))
    with cut(**cutting):
        first, _ = solve(x0, m, (listed(points[: place + 1]),), seed)
        further = solve(first, m, (listed(points[place:]),), None, save="all")[0]
    assert (further.x == whole.x[place:]).all()
    assert (further.t == whole.t[place:]).all()


@checked
@given(runs(), cuts, st.data())
def test_saves_are_those_of_a_run_that_saves_all(run, cutting, data):
    every = solve(*run, save="all")[0]
    last = len(every.t) - 1
    steps = sorted(data.draw(st.sets(st.integers(0, last), min_size=1)))
    stride = data.draw(st.integers(1, 15))
    for save, kept in (
        ("final", [last]),
        (every.t[steps], steps),
        (stride, sorted({*range(0, last + 1, stride), last})),
    ):
        with cut(**cutting):
            some = solve(*run, save=save)[0]
        assert (some.x == every.x[kept]).all()
        assert (some.t == every.t[kept]).all()


@checked
@given(runs(), cuts)
def test_an_ode_is_a_run_without_noise(run, cutting):
    x0, _, grid, seed = run
    with cut(**cutting):
        ode = mr.euler(drift, x0, save="all", **grid[0]).x
    assert (ode == mr.euler_maruyama(drift, 0.0, x0, seed=seed, save="all", **grid[0]).x).all()


@checked
@given(seeds, dtypes, st.integers(0, 70), st.integers(0, 9), st.integers(1, 40), st.data())
def test_noise_is_cut_from_one_sheet(seed, dtype, paths, steps, dim, data):
    """Fewer steps or other paths are parts of the same noise."""
    sheet = mr.noise(seed, paths=paths, steps=steps, dim=dim, dtype=dtype)
    fewer = data.draw(st.integers(0, steps))
    a, b = sorted(data.draw(st.tuples(st.integers(0, paths), st.integers(0, paths))))
    assert (mr.noise(seed, paths=range(a, b), steps=fewer, dim=dim, dtype=dtype) == sheet[:fewer, a:b]).all()


@checked
@given(seeds, dtypes, st.integers(0, 300_000), st.integers(0, 300_000), st.integers(1, 4))
def test_a_fill_begins_with_every_shorter_fill(seed, dtype, one, other, threads):
    few, many = sorted((one, other))
    z = mr.standard_normal(many, seed=seed, dtype=dtype, threads=threads)
    assert (mr.standard_normal(few, seed=seed, dtype=dtype) == z[:few]).all()
