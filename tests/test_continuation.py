"""A run that goes on from another: the bits of one long run, whatever the cut; and what is refused."""

import io
import pickle
from dataclasses import replace

import numpy as np
import pytest

import c_fields
import maruyama as mr
import reference

SEED, PATHS = 7, 70
both_dtypes = pytest.mark.parametrize("dtype", [np.float64, np.float32], ids=["float64", "float32"])
CUTS = [(1, 11), (2, 10), (3, 4, 5), (5, 0, 7), (0, 12), (1,) * 12]
every_cut = pytest.mark.parametrize("cut", CUTS, ids=str)


def same_bits(a, b):
    return a.dtype == b.dtype and a.shape == b.shape and a.tobytes() == b.tobytes()


def drift(x, t):
    return (t - x) / (1 + x * x)


def diffusion(x, t):
    return 0.5 + x / (1 + x * x + t * t)


def columns(x, t):
    """(paths, dim, 3)"""
    return np.stack([x / (1 + x * x), t * x / (2 + x * x), 1 / (2 + x * x)], axis=2)


ROUTES = {
    "constant": (0.3, 0.7),
    "callback": (drift, diffusion),
    "compiled": (mr.compile(drift), mr.compile(diffusion)),
    "callback and compiled": (drift, mr.compile(diffusion)),
    "compiled and constant": (mr.compile(drift), 0.7),
    "constant and callback": (0.3, diffusion),
}
every_route = pytest.mark.parametrize("fields", ROUTES.values(), ids=ROUTES.keys())


def begin(dim, dtype, paths=PATHS):
    return np.random.default_rng(1).uniform(-1, 1, size=(paths, dim)).astype(dtype)


def whole_and_pieces(fields, x0, cut, **options):
    """The last states of one run of sum(cut) steps over (0.5, 0.5 + sum(cut)/8), and of as many pieces."""
    steps, first = sum(cut), cut[0]
    whole = mr.euler_maruyama(*fields, x0, steps=steps, t=(0.5, 0.5 + steps / 8), seed=SEED, **options)
    again = {name: value for name, value in options.items() if name != "paths"}
    run = mr.euler_maruyama(*fields, x0, steps=first, t=(0.5, 0.5 + first / 8), seed=SEED, **options)
    for piece in cut[1:]:
        span = {} if run.course.even else {"t": (0.5, 0.5 + piece / 8)}
        run = mr.euler_maruyama(*fields, run, steps=piece, **span, **again)
    return whole, run


# --- the bits of one long run -----------------------------------------------------------------------------------------


@both_dtypes
@every_cut
@every_route
@pytest.mark.parametrize("dim", [1, 3])
def test_pieces_have_the_bits_of_one_long_run(fields, cut, dim, dtype):
    whole, run = whole_and_pieces(fields, begin(dim, dtype), cut)
    assert same_bits(run.final, whole.final)
    assert (run.t[-1], run.steps, run.seed) == (whole.t[-1], whole.steps, whole.seed)


@both_dtypes
@every_cut
@pytest.mark.parametrize("compiled", [False, True])
@pytest.mark.parametrize("m", [1, 3, 33])
def test_general_noise_goes_on(m, compiled, cut, dtype):
    def general(x, t):
        return np.stack([(x + t + j) / (2 + j + x * x) for j in range(m)], axis=2)

    fields = (mr.compile(drift), mr.compile(general)) if compiled else (drift, general)
    whole, run = whole_and_pieces(fields, begin(2, dtype), cut, noise="general")
    assert same_bits(run.final, whole.final)


@both_dtypes
@every_cut
def test_constant_general_noise_goes_on(cut, dtype):
    whole, run = whole_and_pieces((0.1, [[1.0, 2.0, 0.5], [0.0, 1.0, 0.25]]), begin(2, dtype), cut, noise="general")
    assert same_bits(run.final, whole.final)


@both_dtypes
@every_cut
def test_an_ode_goes_on(cut, dtype):
    x0, steps = begin(2, dtype), sum(cut)
    whole = mr.euler(drift, x0, steps=steps, t=(1.0, 1.0 - steps / 8))
    run = mr.euler(drift, x0, steps=cut[0], t=(1.0, 1.0 - cut[0] / 8))
    for piece in cut[1:]:
        run = mr.euler(drift, run, steps=piece, **({} if run.course.even else {"t": (1.0, 1.0 - piece / 8)}))
    assert same_bits(run.final, whole.final)
    assert run.t[-1] == whole.t[-1]


@both_dtypes
@every_cut
def test_c_functions_go_on(cut, dtype):
    decay = c_fields.c_field("decay") if dtype == np.float64 else c_fields.c_field("decay_of_floats", c_fields.FLOATS)
    whole, run = whole_and_pieces((decay, decay), begin(3, dtype), cut)
    assert same_bits(run.final, whole.final)


GRIDS = {
    "uneven": np.array([0.0, 0.1, 0.15, 0.4, 0.7, 0.71, 1.3, 2.0, 2.1]),
    "uneven, backwards": -np.array([0.0, 0.1, 0.15, 0.4, 0.7, 0.71, 1.3, 2.0, 2.1]),
    "thirds": np.linspace(0.1, 0.7, 9),
}


@both_dtypes
@every_route
@pytest.mark.parametrize("points", GRIDS.values(), ids=GRIDS.keys())
@pytest.mark.parametrize("place", [1, 2, 3, 6])
def test_grid_points_go_on_by_grid_points(fields, points, place, dtype):
    x0 = begin(1, dtype)
    whole = mr.euler_maruyama(*fields, x0, t=points, seed=SEED, save="all")
    first, *one = (points[: place + 1], {"steps": 1}) if place == 1 else (points[: place + 1],)
    run = mr.euler_maruyama(*fields, x0, t=first, seed=SEED, **(one[0] if one else {}))
    further = mr.euler_maruyama(*fields, run, t=points[place:], save="all")
    assert same_bits(further.x, whole.x[place:])
    assert same_bits(further.t, whole.t[place:])


def test_times_without_end_in_binary_go_on_where_the_long_run_has_them():
    whole = mr.euler_maruyama(drift, diffusion, begin(1, float), steps=400, t=(0.0, 4.0), seed=SEED, save=100)
    run = mr.euler_maruyama(drift, diffusion, begin(1, float), steps=100, seed=SEED)
    for k in range(2, 5):
        run = mr.euler_maruyama(drift, diffusion, run, steps=100)
        assert same_bits(run.final, whole.x[k])
        assert run.t[-1] == k


def test_the_grid_goes_on_by_its_formula():
    run = mr.euler(lambda x, t: 0 * x + t, [[0.0]], steps=3, t=(0.1, 0.7), save="all")
    further = mr.euler(lambda x, t: 0 * x + t, run, steps=4, save="all")
    assert further.t.tolist() == [0.7] + [0.1 + k * (0.7 - 0.1) / 3 for k in range(4, 8)]
    last = mr.euler(lambda x, t: 0 * x + t, further, steps=2, save="all")
    assert last.t.tolist() == [0.1 + k * (0.7 - 0.1) / 3 for k in range(7, 10)]


@pytest.mark.parametrize("span", [(0.1, 0.8, 3), (0.3, 1.1, 7), (1.0, 0.1, 9)])
def test_a_field_sees_the_last_time_of_the_run_before_and_then_the_formula(span):
    (t0, t1, n), seen = span, []
    run = mr.euler(0.0, [[0.0]], steps=n, t=(t0, t1))
    mr.euler(lambda x, t: seen.append(t) or x, run, steps=3)
    assert seen == [t1, *(t0 + k * (t1 - t0) / n for k in (n + 1, n + 2))]


def test_some_of_these_spans_end_beside_their_formula():
    assert 1.0 + 9 * (0.1 - 1.0) / 9 != 0.1


def test_a_new_span_goes_on_with_the_noise():
    run = mr.brownian(PATHS, steps=3, seed=SEED)
    z = mr.noise(SEED, paths=PATHS, steps=5, dim=1)
    further = mr.brownian(run, steps=2, t=(1.0, 3.0), save="all")
    assert same_bits(further.x[1:] - further.x[:-1], (further.x[:-1] + z[3:]) - further.x[:-1])
    assert further.t.tolist() == [1.0, 2.0, 3.0]


def test_the_variance_of_brownian_motion_in_pieces_grows_with_time():
    run = mr.euler_maruyama(0.0, 1.0, [0.0], paths=20_000, steps=10, seed=SEED)
    for t in range(2, 5):
        run = mr.euler_maruyama(0.0, 1.0, run, steps=10)
        assert abs(run.final.var() / t - 1) < 5 * (2 / 20_000) ** 0.5  # of a sample variance


@both_dtypes
@pytest.mark.parametrize(
    "paths", [range(3, 40), range(0, 90, 3), [7, 2, 2, 2**63 + 1], np.array([5], np.uint64)], ids=str
)
def test_shards_go_on(paths, dtype):
    whole, run = whole_and_pieces(ROUTES["compiled"], np.array([1.0, 0.5], dtype), (5, 4), paths=paths)
    assert same_bits(run.final, whole.final)
    assert list(run.paths) == list(whole.paths)


@pytest.mark.parametrize(
    "rows",
    [slice(3, 9), slice(None, None, -1), slice(9, 3, -2), slice(3, 9, -1), [4, 1], np.arange(PATHS) % 2 == 0, []],
    ids=["slice", "backwards", "every other backwards", "empty", "list", "mask", "none"],
)
def test_some_paths_go_on_as_among_all(rows, tmp_path):
    run = mr.brownian(range(100, 100 + PATHS), steps=3, seed=SEED)
    index = rows if not isinstance(rows, list) else np.array(rows, int)
    assert same_bits(mr.brownian(run.take(rows), steps=4).x, mr.brownian(run, steps=4).x[:, index])
    assert list(run.take(rows).paths) == list(np.arange(100, 100 + PATHS)[index])
    run.take(rows).save(tmp_path / "run.npz")
    assert same_bits(mr.Paths.load(tmp_path / "run.npz").final, run.final[index])


@pytest.mark.parametrize("save", ["final", "all", 3, [0.0, 1.0]])
def test_every_save_that_has_the_last_state_goes_on(save):
    run = mr.brownian(PATHS, steps=4, seed=SEED, save=save)
    assert same_bits(mr.brownian(run, steps=4).final, mr.brownian(PATHS, steps=8, t=(0, 2), seed=SEED).final)


@pytest.mark.parametrize("threads", [1, 2])
def test_threads_change_no_bit_of_a_run_that_goes_on(threads):
    run = mr.brownian(3000, steps=3, seed=SEED, threads=threads)
    assert same_bits(
        mr.brownian(run, steps=5, threads=threads).final, mr.brownian(3000, steps=8, t=(0, 8 / 3), seed=SEED).final
    )


def test_the_memory_of_the_run_may_be_that_of_the_next():
    out = np.empty((PATHS, 1))
    run = mr.brownian(PATHS, steps=4, seed=SEED, save="final", out=out)
    further = mr.brownian(run, steps=4, save="final", out=out)
    assert same_bits(further.final, mr.brownian(PATHS, steps=8, t=(0, 2), seed=SEED).final)


def test_per_path_arguments_go_on():
    rates = mr.per_path(np.linspace(0, 1, PATHS)[:, None])
    fields = (lambda x, t, a: -a * x, 0.5)
    whole = mr.euler_maruyama(*fields, begin(1, float), steps=8, seed=SEED, args=(rates,))
    run = mr.euler_maruyama(*fields, begin(1, float), steps=4, t=(0.0, 0.5), seed=SEED, args=(rates,))
    assert same_bits(mr.euler_maruyama(*fields, run, steps=4, args=(rates,)).final, whole.final)


def test_progress_counts_the_steps_of_the_piece():
    told = []
    run = mr.brownian(PATHS, steps=4, seed=SEED)
    mr.brownian(run, steps=3, progress=lambda done, total: told.append((done, total)))
    assert told[-1] == (3 * PATHS, 3 * PATHS)


@pytest.mark.parametrize("seed", [7, 2**100, [7, 0], np.random.SeedSequence(5, spawn_key=(1,)), None])
def test_every_kind_of_seed_goes_on(seed):
    run = mr.brownian(PATHS, steps=4, seed=seed)
    whole = mr.brownian(PATHS, steps=8, t=(0, 2), seed=run.seed)
    assert same_bits(mr.brownian(run, steps=4).final, whole.final)
    assert same_bits(mr.brownian(run, steps=4, seed=run.seed).final, whole.final)


# --- processes and models ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("process", "x0"),
    [
        (mr.processes.OrnsteinUhlenbeck(theta=1.0, sigma=0.5), [1.0]),
        (mr.processes.Heston(), [100.0, 0.04]),
        (mr.processes.Lorenz(), [1.0, 1.0, 20.0]),
    ],
    ids=["diagonal", "general", "ode"],
)
def test_a_process_goes_on(process, x0):
    whole = process.simulate(x0, paths=PATHS, steps=8, t=(0.0, 0.25), seed=SEED)
    run = process.simulate(x0, paths=PATHS, steps=5, t=(0.0, 5 / 32), seed=SEED)
    assert same_bits(process.simulate(run, steps=3).final, whole.final)


FLOW = mr.FlowModel(lambda x, t: t - x, init=2)
MODELS = {
    "flow": FLOW,
    "diffusion": mr.DiffusionModel(lambda x, t: t - x, sigma=lambda x, t: 1 - t, init=2),
    "with_noise": mr.with_noise(lambda x, t: t - x, lambda x, t: -x, sigma=0.5, init=2),
}


@pytest.mark.parametrize("model", MODELS.values(), ids=MODELS.keys())
@both_dtypes
def test_a_model_goes_on(model, dtype):
    whole = model.trajectories(PATHS, steps=8, seed=SEED, dtype=dtype)
    run = model.trajectories(PATHS, steps=5, t=(0.0, 5 / 8), seed=SEED, dtype=dtype, save="final")
    assert same_bits(model.sample(run, steps=3), whole.final)
    further = model.trajectories(run, steps=3)
    assert same_bits(further.x, whole.x[5:])
    assert further.seed == whole.seed


@pytest.mark.parametrize("model", MODELS.values(), ids=MODELS.keys())
def test_a_model_goes_on_to_t_1_by_itself(model):
    whole = model.sample(PATHS, steps=10, seed=SEED)
    run = model.trajectories(PATHS, steps=3, t=(0.0, 0.3), seed=SEED)
    assert run.t[-1] == 0.3
    np.testing.assert_allclose(model.sample(run), whole, rtol=1e-11)
    np.testing.assert_allclose(model.trajectories(run).final, whole, rtol=1e-11)
    nearly = model.trajectories(run, steps=6)
    np.testing.assert_allclose(nearly.t[-1], 0.9)
    np.testing.assert_allclose(model.sample(nearly, steps=1), whole, rtol=1e-11)
    done = model.trajectories(nearly)
    assert same_bits(model.sample(done), done.final)


@pytest.mark.parametrize("model", MODELS.values(), ids=MODELS.keys())
def test_a_model_stops_at_another_time_only_where_it_is_told_so(model):
    run = model.trajectories(PATHS, steps=3, t=(0.0, 0.3), seed=SEED)
    for said, refused in (
        ("steps=6 from t = 0.3 on end before it", lambda: model.sample(run, steps=6)),
        ("steps=8 from t = 0.3 on end after it", lambda: model.sample(run, steps=8)),
        ("steps=8 from t = 0.3 on end after it", lambda: model.trajectories(run, steps=8)),
        ("steps=1 from t = [1.09]+ on end after it", lambda: model.sample(model.trajectories(run), steps=1)),
        ("do not meet t = 1", lambda: model.sample(model.trajectories(PATHS, steps=2, t=(0.0, 0.3), seed=SEED))),
    ):
        with pytest.raises(ValueError, match=said):
            refused()
    assert model.sample(run, t=(0.3, 0.5), steps=2).shape == (PATHS, 2)
    assert model.trajectories(run, t=(0.3, 1.5), steps=2).t[-1] == 1.5
    later = model.trajectories(PATHS, t=(0.0, 2.0), steps=2, seed=SEED)
    assert model.trajectories(later, steps=2).t[-1] == 4.0


def test_a_conditional_model_goes_on():
    y = np.linspace(0, 1, PATHS)[:, None]
    for model in (
        mr.FlowModel(lambda x, t, y: y - x, init=1),
        mr.DiffusionModel(lambda x, t, y: y - x, sigma=0.5, init=1),
    ):
        run = model.trajectories(PATHS, steps=2, t=(0.0, 0.5), seed=SEED, y=y)
        assert same_bits(model.sample(run, steps=2, y=y), model.sample(PATHS, steps=4, seed=SEED, y=y))


def test_a_model_of_forward_noise_refuses_to_go_back():
    run = MODELS["with_noise"].trajectories(PATHS, steps=4, seed=SEED)
    with pytest.raises(ValueError, match="forwards in time"):
        MODELS["with_noise"].sample(run, steps=4, t=(1.0, 0.0))


# --- what is refused --------------------------------------------------------------------------------------------------


def run_of(**options):
    return mr.euler_maruyama(0.0, 1.0, [[1.0, 2.0]], steps=4, seed=SEED, **options)


def general_run():
    return mr.euler_maruyama(0.0, [[1.0], [2.0]], [[1.0, 2.0]], steps=4, seed=SEED, noise="general")


def go_on(run=None, **options):
    given = {"steps": 2, **options}
    return mr.euler_maruyama(0.0, 1.0, run_of() if run is None else run, **given)


REFUSED = {
    "another seed": (lambda: go_on(seed=8), "seed differs .* which has seed=7: leave it out"),
    "a generator": (lambda: go_on(seed=np.random.default_rng(7)), "seed differs"),
    "other paths": (lambda: go_on(paths=[5]), r"paths differs .* run.take\(rows\)"),
    "another dtype": (lambda: go_on(dtype="float32"), "dtype='float32', but the run that goes on is one of float64"),
    "another method": (lambda: mr.euler(0.0, run_of(), steps=1), "mr.euler_maruyama, not of mr.euler"),
    "noise after none": (lambda: go_on(mr.euler(0.0, [[1.0]], steps=2)), "mr.euler, not of mr.euler_maruyama"),
    "diagonal after general": (
        lambda: mr.euler_maruyama(0.0, 1.0, general_run(), steps=1, noise="diagonal"),
        "noise='general', not 'diagonal'",
    ),
    "other m": (
        lambda: mr.euler_maruyama(0.0, np.ones((2, 3)), general_run(), steps=1, noise="general"),
        "diffusion has 3 Brownian motions, but the run that goes on had 1",
    ),
    "no steps": (lambda: go_on(steps=None), "steps is missing: say how many steps the run goes on"),
    "another time": (lambda: go_on(t=(0.0, 1.0)), "t begins at 0.0, but the run that goes on has come to t = 1.0"),
    "points elsewhere": (lambda: go_on(steps=None, t=[1.5, 2.0, 3.0]), "t begins at 1.5"),
    "no even grid": (
        lambda: go_on(mr.euler_maruyama(0.0, 1.0, [[1.0]], t=[0.0, 1.0, 3.0], seed=SEED)),
        "has no even steps: say how it goes on",
    ),
    "no step taken": (lambda: go_on(mr.euler_maruyama(0.0, 1.0, [[1.0]], steps=0)), "has no even steps"),
    "the last state is not saved": (lambda: go_on(run_of(save=[0.0, 0.5])), r"those at t = 0.5, .* come to t = 1.0"),
    "not a run": (lambda: go_on(replace(run_of(), course=None)), "only what a run returned can go on"),
    "a process of another dim": (
        lambda: mr.processes.Lorenz().simulate(mr.euler(0.0, [[1.0]], steps=1), steps=1),
        "has 1 dimensions, but the states of this Lorenz have dim 3",
    ),
    "a model of another dim": (
        lambda: FLOW.sample(mr.euler(0.0, [[1.0]], steps=1)),
        "has 1 dimensions, but the states of this model have 2",
    ),
    "a model with another seed": (
        lambda: FLOW.sample(FLOW.trajectories(3, steps=1, seed=1), seed=2),
        "seed differs",
    ),
    "brownian of another dim": (lambda: mr.brownian(run_of(), dim=3, steps=1), "dim=3, but the run that goes on has 2"),
    "a state that is not finite": (
        lambda: go_on(mr.euler_maruyama(np.inf, 1.0, [[1.0]], steps=1, seed=1, nonfinite="propagate")),
        "x0 of path 0 is not finite",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("call", "said"), REFUSED.values(), ids=REFUSED.keys())
def test_what_contradicts_the_run_is_refused(call, said):
    with pytest.raises(ValueError, match=said):
        call()


def test_a_run_is_no_array():
    with pytest.raises(TypeError, match=r"run.final or run.x"):
        mr.processes.OrnsteinUhlenbeck().exact_sample(mr.brownian(3, steps=1), 1.0)


def test_counters_are_those_of_the_long_run():
    run = run_of()
    far = replace(run, course=replace(run.course, steps=2**62, terms=3))
    with pytest.raises(OverflowError, match=f"steps \\* normals a step = {2**62 + 2**61} \\* 3 does not fit"):
        mr.brownian(replace(far, x=np.zeros((1, 1, 3))), steps=2**61, save="final")
    with pytest.raises(OverflowError, match="63 bits"):
        go_on(replace(far, course=replace(far.course, terms=2)), steps=2**62)


def normals_far_ahead(first, count, path, dtype):
    """The normals first, ..., first + count - 1 of a path, by the layout that docs/noise.md draws."""
    per_block = 4 if dtype == np.float32 else 2
    blocks = [first // per_block + i for i in range(-(-count // per_block) + 1)]
    counters = [[block % 2**32, block // 2**32, path % 2**32, path // 2**32] for block in blocks]
    words = reference.philox(np.array(counters), reference.key_of(SEED))
    return reference.normals_of_blocks(words, np.dtype(dtype)).ravel()[first % per_block :][:count]


@both_dtypes
@pytest.mark.parametrize("steps", [1, 2**40 + 1, 2**62 + 1, 2**62 + 2])
def test_the_noise_of_a_step_far_ahead_is_that_of_its_block(steps, dtype):
    run = mr.brownian(range(5, 8), steps=1, seed=SEED, dtype=dtype, dim=3)
    course = replace(run.course, steps=steps)
    for row in range(3):
        far = replace(run, x=np.zeros((1, 3, 3), dtype), course=course).take([row])
        z = mr.euler_maruyama(lambda x, t: -x, 1.0, far, steps=4, t=(1.0, 5.0), save="all").x[1:]
        assert same_bits(z.ravel() + 0, normals_far_ahead(3 * steps, 12, 5 + row, dtype) + 0)


# --- errors in a run that goes on -----------------------------------------------------------------------------------


def explode(x, t):
    return np.where((x > 0.5) & (t >= 1.25), np.inf, 0.0)


@pytest.mark.parametrize("grid", [{"steps": 4}, {"steps": 2, "t": (1.0, 1.5)}, {"t": np.array([1.0, 1.25, 1.5, 2.0])}])
@pytest.mark.parametrize("paths", [PATHS, range(5, 5 + PATHS), [7, 2, 2, 9]], ids=str)
def test_the_replay_of_a_run_that_goes_on_runs(grid, paths):
    run = mr.euler_maruyama(explode, 1.0, [0.0], paths=paths, steps=4, seed=SEED, dtype="float32")
    whole = mr.euler_maruyama(explode, 1.0, run, save="all", nonfinite="propagate", **grid)
    with pytest.raises(mr.NonFiniteError) as caught:
        mr.euler_maruyama(explode, 1.0, run, **grid)
    error = caught.value
    names = {"mr": mr, "np": np, "drift": explode, "diffusion": 1.0, "x0": run, "t": grid.get("t")}
    replayed = eval(error.replay, names)
    row = int(error.replay.split("take([")[1].split("]")[0])
    assert same_bits(replayed.x, whole.x[:, [row]])
    assert run.paths[row] == error.path
    assert replayed.t[error.step] == error.t
    assert not np.isfinite(replayed.x[error.step]).any()
    assert np.isfinite(replayed.x[error.step - 1]).all()


def test_the_replay_of_a_model_that_goes_on_runs():
    model = mr.DiffusionModel(lambda x, t, y: np.where(x > y, np.inf, 0.0), sigma=1.0, init=1)
    y = np.full((PATHS, 1), 2.0)
    run = model.trajectories(range(9, 9 + PATHS), steps=1, t=(0.0, 0.01), seed=SEED, y=y + 90)
    with pytest.raises(mr.NonFiniteError) as caught:
        model.sample(run, t=(0.01, 2.01), steps=200, y=y)
    alone = eval(caught.value.replay, {"model": model, "n": run, "y": y})
    assert not np.isfinite(alone.x[caught.value.step]).any()
    assert np.isfinite(alone.x[caught.value.step - 1]).all()


# --- on disk ---------------------------------------------------------------------------------------------------------


SAVED = {
    "diagonal": lambda: mr.brownian(PATHS, steps=5, dim=3, seed=SEED, dtype="float32"),
    "general": general_run,
    "ode": lambda: mr.euler(drift, begin(2, float), steps=5),
    "fresh seed": lambda: mr.brownian(PATHS, steps=5),
    "large seed": lambda: mr.brownian(PATHS, steps=5, seed=10**40),
    "sequence": lambda: mr.brownian(3, steps=5, seed=np.random.SeedSequence([1, 2], spawn_key=(3,), pool_size=8)),
    "integers": lambda: mr.brownian(3, steps=5, seed=np.array([7, 0])),
    "numbers": lambda: mr.brownian([7, 2, 2**64 - 1], steps=5, seed=SEED),
    "last numbers": lambda: mr.brownian(range(2**64 - 4, 2**64, 2), steps=5, seed=SEED),
    "no paths": lambda: mr.brownian(0, steps=5, seed=SEED),
    "thirds": lambda: mr.brownian(PATHS, steps=3, t=(0.1, 0.7), seed=SEED),
}
ways_to_keep = pytest.mark.parametrize("keep", ["path", "file", "pickle"])


def kept(run, keep, folder):
    if keep == "pickle":
        return pickle.loads(pickle.dumps(run))
    file = io.BytesIO() if keep == "file" else folder / "run"
    run.save(file)
    if keep == "file":
        file.seek(0)
    return mr.Paths.load(file)


@ways_to_keep
@pytest.mark.parametrize("make", SAVED.values(), ids=SAVED.keys())
def test_a_run_comes_back_whole_and_goes_on_with_the_same_bits(make, keep, tmp_path):
    run = make()
    back = kept(run, keep, tmp_path)
    assert same_bits(back.x, run.x)
    assert same_bits(back.t, run.t)
    assert list(back.paths) == list(run.paths)
    assert type(back.paths) is type(run.paths)
    assert (repr(back), back.course) == (repr(run), run.course)
    options = {"steps": 3}
    if run.method == "euler":
        assert same_bits(mr.euler(drift, back, **options).x, mr.euler(drift, run, **options).x)
        return
    noise = run.course.noise
    g = np.ones((2, 1)) if noise == "general" else 1.0
    both = [mr.euler_maruyama(drift, g, each, noise=noise, **options).x for each in (back, run)]
    assert same_bits(*both)


def test_a_run_of_listed_points_is_kept(tmp_path):
    run = mr.brownian(PATHS, t=[0.0, 0.1, 0.3], seed=SEED)
    run.save(tmp_path / "run.npz")
    back = mr.Paths.load(tmp_path / "run.npz")
    assert same_bits(mr.brownian(back, t=[0.3, 0.5, 0.9]).x, mr.brownian(run, t=[0.3, 0.5, 0.9]).x)


def test_the_file_is_one_of_numpy_without_pickle(tmp_path):
    run = mr.brownian(PATHS, steps=5)
    run.save(tmp_path / "run.npz")
    with np.load(tmp_path / "run.npz", allow_pickle=False) as file:
        assert {name: file[name].dtype.kind for name in file.files} == {"t": "f", "x": "f", "paths": "u", "about": "U"}


def test_a_save_through_a_link_keeps_the_link_and_the_permissions(tmp_path):
    file, link = tmp_path / "run.npz", tmp_path / "latest.npz"
    file.touch(mode=0o664)
    file.chmod(0o664)
    link.symlink_to(file.name)
    mr.brownian(3, steps=1, seed=1).save(link)
    assert link.is_symlink()
    assert file.stat().st_mode & 0o777 == 0o664
    assert mr.Paths.load(file).seed == 1


def test_a_save_that_fails_leaves_the_older_file(tmp_path, monkeypatch):
    file = tmp_path / "run.npz"
    mr.brownian(3, steps=1, seed=1).save(file)
    before = file.read_bytes()
    monkeypatch.setattr(np, "savez", lambda *a, **k: (_ for _ in ()).throw(OSError("no space left")))
    with pytest.raises(OSError, match="no space left"):
        mr.brownian(3, steps=2, seed=2).save(file)
    assert file.read_bytes() == before
    assert [each.name for each in tmp_path.iterdir()] == ["run.npz"]


def test_what_is_no_run_is_refused(tmp_path):
    (tmp_path / "text").write_text("no run")
    (tmp_path / "empty").write_bytes(b"")
    np.savez(tmp_path / "other.npz", x=np.zeros(3))
    np.savez(tmp_path / "pickled.npz", **dict.fromkeys(("t", "x", "paths", "about"), np.array([{}], object)))
    np.save(tmp_path / "one.npy", np.zeros(3))
    run = mr.brownian(3, steps=1)
    run.save(tmp_path / "good.npz")
    (tmp_path / "cut").write_bytes((tmp_path / "good.npz").read_bytes()[:-100])
    for name in ("text", "empty", "other.npz", "pickled.npz", "one.npy", "cut"):
        with pytest.raises(ValueError, match="does not hold a run that"):
            mr.Paths.load(tmp_path / name)
    with pytest.raises(FileNotFoundError):
        mr.Paths.load(tmp_path / "nothing.npz")


def test_a_file_of_a_later_version_says_so(tmp_path):
    file = tmp_path / "run.npz"
    mr.brownian(3, steps=1).save(file)
    with np.load(file) as good:
        arrays = dict(good)
    arrays["about"] = np.array(arrays["about"].item().replace('"version": 1', '"version": 2'))
    np.savez(file, **arrays)
    with pytest.raises(ValueError, match="later version of maruyama"):
        mr.Paths.load(file)


# --- the core ---------------------------------------------------------------------------------------------------------


OUT_OF_RANGE = {
    "steps before below 0": ({"steps_before": -1}, "steps_before is out of range"),
    "steps beyond 63 bits": ({"steps_before": 2**63 - 2}, "steps_before is out of range"),
    "normals beyond 64 bits": ({"steps_before": 2**62 + 2**61}, "the normals of a path do not fit in 64 bits"),
    "a place below 0": ({"place": -1}, "place is out of range"),
    "a place beyond 63 bits": ({"place": 2**63 - 2}, "place is out of range"),
    "no intervals": ({"intervals": 0}, "an even grid has no intervals"),
}


@pytest.mark.parametrize(("changed", "said"), OUT_OF_RANGE.values(), ids=OUT_OF_RANGE.keys())
def test_the_core_refuses_counts_that_do_not_fit(changed, said, monkeypatch):
    integrate = mr._core.integrate
    monkeypatch.setattr(mr._core, "integrate", lambda **arguments: integrate(**{**arguments, **changed}))
    with pytest.raises(ValueError, match=said):
        mr.brownian(1, steps=3, dim=3, seed=SEED)
