"""What a Python field may return, what it may do with x, and what becomes of states that are not finite."""

import gc
import math
import os
import subprocess
import sys

import numpy as np
import pytest

import maruyama as mr

PATHS = 50_000  # several blocks


def states(paths=PATHS, dim=2, dtype=np.float64):
    """Different for every path and dimension, and exact in every dtype."""
    return (np.arange(paths * dim, dtype=dtype).reshape(paths, dim) % 1001 - 500) / 8


def euler(field, x0=None, **options):
    return mr.euler(field, states() if x0 is None else x0, **{"steps": 4, "threads": 2, **options}).final


def decayed(x0=None, factor=0.75, steps=4):
    """What four steps of -x leave, exactly."""
    return (states() if x0 is None else x0) * factor**steps


# What a field may return


class Subclass(np.ndarray):
    pass


SAME_AS_MINUS_X = {
    "a new array": lambda x, t: -x,
    "a list": lambda x, t: (-x).tolist(),
    "a tuple of rows": lambda x, t: tuple(-x),
    "float32": lambda x, t: (-x).astype(np.float32),
    "longdouble": lambda x, t: -x.astype(np.longdouble),
    "the other byte order": lambda x, t: (-x).astype(x.dtype.newbyteorder()),
    "columns first": lambda x, t: np.asfortranarray(-x),
    "every second value": lambda x, t: np.repeat(-x, 2, axis=1)[:, ::2],
    "a subclass": lambda x, t: (-x).view(Subclass),
    "a masked array of nothing masked": lambda x, t: np.ma.masked_array(-x),
    "misaligned": lambda x, t: misaligned(-x),
    "read-only": lambda x, t: read_only(-x),
    "stacked columns": lambda x, t: np.stack([-x[:, 0], -x[:, 1]], axis=1),
    "a leading axis of one": lambda x, t: -x[None][0],
}


def misaligned(x):
    memory = np.empty(x.nbytes + 1, np.uint8)[1:]
    view = memory.view(x.dtype).reshape(x.shape)
    view[...] = x
    return view


def read_only(x):
    x.flags.writeable = False
    return x


@pytest.mark.parametrize("form", SAME_AS_MINUS_X)
def test_a_field_may_return(form):
    x0 = states(5000)
    assert (euler(SAME_AS_MINUS_X[form], x0) == decayed(x0)).all()


@pytest.mark.parametrize("form", ["a list", "float32", "longdouble", "misaligned", "columns first"])
def test_a_field_of_floats_may_return(form):
    x0 = states(5000, dtype=np.float32)
    final = euler(SAME_AS_MINUS_X[form], x0)
    assert final.dtype == np.float32
    assert (final == decayed(x0)).all()


@pytest.mark.parametrize(
    ("value", "expected"),
    [(2, 2.0), (2.5, 2.5), (True, 1.0), (np.float32(2.5), 2.5), (np.array(2), 2.0), ([1, 2], [1.0, 2.0])],
    ids=["int", "float", "bool", "float32", "0-d", "one row"],
)
def test_numbers_and_rows_are_broadcast(value, expected):
    x0 = states(5000)
    assert (euler(lambda x, t: value, x0) == x0 + expected).all()


def test_one_value_a_path_is_broadcast_over_the_dimensions():
    assert (euler(lambda x, t: -x[:, :1], steps=1) == states() - states()[:, :1]).all()


@pytest.mark.parametrize("dtype", [np.int32, np.int64, np.uint8, np.bool_])
def test_a_field_may_return_integers(dtype):
    assert (euler(lambda x, t: (x > 0).astype(dtype), steps=1) == states() + (states() > 0)).all()


@pytest.mark.parametrize(
    ("result", "error", "sentence"),
    [
        (None, TypeError, "velocity returned None.*did you forget `return`"),
        ("fast", TypeError, "the result of velocity must hold real numbers"),
        (1j, TypeError, "the result of velocity must hold real numbers"),
        (object(), TypeError, "the result of velocity must hold real numbers"),
        ([[1.0], [2.0, 3.0]], ValueError, "the result of velocity cannot be read as an array"),
        (np.ma.masked_array([1.0, 2.0, 3.0], [0, 1, 0]), ValueError, "masked entries"),
        (np.ones(10), ValueError, r"velocity returned shape \(10,\), expected \(10, 3\): .*one value per dimension"),
        (np.ones((3, 10)), ValueError, r"velocity returned shape \(3, 10\), expected \(10, 3\)"),
        (np.ones((10, 3, 1)), ValueError, r"velocity returned shape \(10, 3, 1\), expected \(10, 3\)"),
        (np.ones((0, 3)), ValueError, r"velocity returned shape \(0, 3\), expected \(10, 3\)"),
    ],
    ids=["None", "str", "complex", "object", "ragged", "masked", "flat", "transposed", "three axes", "no rows"],
)
def test_a_field_is_refused_that_returns(result, error, sentence):
    with pytest.raises(error, match=sentence):
        euler(lambda x, t: result, np.ones((10, 3)))


def test_a_shape_that_becomes_wrong_in_a_later_step_or_block_is_refused():
    with pytest.raises(ValueError, match="drift returned shape"):
        mr.euler_maruyama(lambda x, t: -x if t < 0.5 else x[:7], 1.0, states(), steps=4, seed=1)
    with pytest.raises(ValueError, match=r"velocity returned shape.*expected"):
        euler(lambda x, t, a: -x if a[0] == 0 else x[:7], args=(mr.per_path(np.arange(PATHS)),))


def test_a_field_is_refused_that_returns_all_paths_for_a_block():
    with pytest.raises(ValueError, match=r"(?s)called on blocks of paths.*mr\.per_path"):
        euler(lambda x, t: states())


# x itself, and views of it


def test_a_field_may_return_x_itself():
    assert (euler(lambda x, t: x) == decayed(factor=1.25)).all()


def test_drift_and_diffusion_may_both_return_x_itself():
    run = mr.euler_maruyama(lambda x, t: x, lambda x, t: x, states(), steps=1, seed=1, threads=2)
    z = mr.noise(1, paths=PATHS, steps=1, dim=2)[0]
    assert (run.final == (states() + states()) + states() * z).all()


def test_a_field_may_return_x_backwards_along_paths():
    x0 = states(100)  # one block
    assert (euler(lambda x, t: x[::-1], x0, steps=1) == x0 + x0[::-1]).all()


def test_a_field_may_return_x_backwards_along_dimensions():
    assert (euler(lambda x, t: x[:, ::-1], steps=1) == states() + states()[:, ::-1]).all()


def test_a_field_may_return_a_shifted_view_of_x():
    assert (euler(lambda x, t: x.reshape(-1)[:1], np.array([[3.0, 5.0]]), steps=1) == [[6.0, 8.0]]).all()


# One buffer for every call


class Buffered:
    """Minus ``factor`` x, in the same memory each time, and as the very same array where the block allows it."""

    def __init__(self, factor=1.0, buffers=None):
        self.factor, self.buffers = factor, {} if buffers is None else buffers

    def __call__(self, x, t):
        buffer = self.buffers.setdefault(x.shape, np.empty_like(x, subok=False))
        return np.multiply(x, -self.factor, out=buffer)


@pytest.mark.parametrize("threads", [1, 2, 4])
def test_a_field_may_return_the_same_buffer_each_time(threads):
    assert (euler(Buffered(), threads=threads) == decayed()).all()


@pytest.mark.parametrize("threads", [1, 2, 4])
def test_drift_and_diffusion_may_share_one_buffer(threads):
    buffers = {}
    sigma = Buffered(2.0, buffers)
    run = mr.euler_maruyama(Buffered(1.0, buffers), sigma, states(), steps=8, seed=1, threads=threads)
    plain = mr.euler_maruyama(lambda x, t: -x, lambda x, t: -2 * x, states(), steps=8, seed=1, threads=1)
    assert (run.final == plain.final).all()


@pytest.mark.parametrize("threads", [1, 2, 4])
def test_a_field_may_return_one_large_buffer_cut_to_the_block(threads):
    buffer = np.empty((PATHS, 2))
    assert (euler(lambda x, t: np.negative(x, out=buffer[: len(x)]), threads=threads) == decayed()).all()


def test_a_field_may_keep_what_it_returned_and_write_to_it_later():
    kept = []

    def velocity(x, t):
        for array in kept:
            array[...] = np.nan
        kept.append(-x)
        return kept[-1]

    assert (euler(velocity, states(20_000)) == decayed(states(20_000))).all()


def test_a_field_may_return_the_same_constant_array_each_time():
    row = np.array([1.0, 2.0])
    assert (euler(lambda x, t: row) == states() + row).all()
    assert (row == [1.0, 2.0]).all()


# Writing to x


def assign(x, t):
    x[0] = 1.0


def in_place(x, t):
    x *= -1.0
    return x


def into(x, t):
    return np.negative(x, out=x)


def through_a_view(x, t):
    x[:, 0].fill(1.0)


def make_writeable(x, t):
    x.flags.writeable = True


@pytest.mark.parametrize("field", [assign, in_place, into, through_a_view, make_writeable])
def test_writing_to_x_is_an_error_that_says_so(field):
    with pytest.raises(ValueError, match=r"read-only|cannot set WRITEABLE flag"):
        euler(field)


def test_writing_to_x_in_the_trial_call_of_general_noise_is_an_error_too():
    x0 = states(10)
    with pytest.raises(ValueError, match="read-only"):
        mr.euler_maruyama(0.0, assign, x0, noise="general", steps=1, seed=1)
    assert (x0 == states(10)).all()
    x0[0] = 1.0  # the user's own array is as writeable as before


# Keeping x


@pytest.mark.parametrize(
    "keep", [lambda x: x, lambda x: x[::2], lambda x: x.T, memoryview, lambda x: x.reshape(-1)[1:]]
)
@pytest.mark.parametrize("threads", [1, 2])
def test_what_a_field_keeps_of_x_stays(keep, threads):
    kept = []

    def velocity(x, t):
        kept.append((keep(x), np.array(keep(x))))
        return -x

    assert (euler(velocity, threads=threads) == decayed()).all()
    assert len(kept) >= 4
    assert all((np.asarray(array) == then).all() for array, then in kept)


@pytest.fixture
def busy_machine():
    """More programs than processors, so that threads fall behind and others take their blocks."""
    others = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(min(16, 2 * os.cpu_count()))]
    yield
    for other in others:
        other.kill()
        other.wait()


def test_a_field_that_keeps_the_small_last_block_gets_a_large_one_next(busy_machine):
    def velocity(x, t):
        kept.append(x)
        return -x

    for _ in range(60):
        kept = []
        assert (euler(velocity) == decayed()).all()


def test_every_x_that_a_field_keeps_is_the_state_of_its_step():
    seen = {}

    def velocity(x, t, rows):
        if (np.diff(rows) == 1).all():  # a block, not some rows of it that are looked at once more
            seen[round(4 * t), int(rows[0])] = x
        return -x

    run = mr.euler(velocity, states(), steps=4, save="all", threads=2, args=(mr.per_path(np.arange(PATHS)),))
    for (step, row), x in seen.items():
        assert (x == run.x[step, row : row + len(x)]).all()
    assert sum(len(x) for x in seen.values()) == 4 * PATHS


def test_what_the_drift_keeps_is_apart_from_what_the_diffusion_sees():
    kept = []

    def drift(x, t):
        kept.append((x, x.copy()))
        return -x

    def diffusion(x, t):
        assert (x == kept[-1][0]).all()
        kept.append((x, x.copy()))
        return x

    run = mr.euler_maruyama(drift, diffusion, states(1000), steps=5, seed=1)
    plain = mr.euler_maruyama(lambda x, t: -x, lambda x, t: x, states(1000), steps=5, seed=1)
    assert (run.final == plain.final).all()
    assert all((x == then).all() for x, then in kept)


def test_a_field_may_keep_x_now_and_then_and_let_it_go():
    kept = []

    def velocity(x, t):
        if len(kept) == 3:
            kept.clear()
        kept.append(x)
        return -x

    assert (euler(velocity, steps=4) == decayed()).all()
    kept.clear()
    gc.collect()
    assert (euler(velocity, steps=4) == decayed()).all()


def test_x_and_arguments_are_what_was_promised():
    blocks = []

    def velocity(x, t, rows, scale):
        blocks.append((type(x), x.dtype, x.ndim, x.flags.c_contiguous, x.flags.aligned, x.flags.writeable, type(t)))
        assert len(rows) == len(x)
        assert scale == "as it is"
        return -x

    euler(velocity, args=(mr.per_path(np.arange(PATHS)), "as it is"))
    assert set(blocks) == {(np.ndarray, np.dtype(np.float64), 2, True, True, False, float)}


# States that are not finite


def blows_up(rows, at):
    """A drift that makes the paths of these rows NaN once t reaches ``at``; its argument is the rows' numbers."""

    def drift(x, t, row):
        return np.where((t >= at) & np.isin(row, rows)[:, None], np.nan, -x)

    return drift


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("noise", ["diagonal", "general"])
@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_what_is_not_finite_stays_in_its_own_path(dtype, noise, bad):
    rows = [0, 3, 8, 15, 16, 31, 4999, PATHS - 1]
    x0 = states(dtype=dtype)
    options = {"noise": noise, "steps": 3, "seed": 1, "threads": 2}
    g = np.array([[1.0, 0.5, 0.0], [0.0, 0.25, 2.0]]) if noise == "general" else 0.5
    good = mr.euler_maruyama(lambda x, t: -x, g, x0, **options).final
    x0[rows] = bad
    with np.errstate(invalid="ignore"):
        ill = mr.euler_maruyama(lambda x, t: -x, g, x0, nonfinite="propagate", **options).final
    well = np.delete(np.arange(PATHS), rows)
    assert (ill[well] == good[well]).all()
    assert not np.isfinite(ill[rows]).any()


def test_what_is_not_finite_stays_in_its_own_dimension_under_diagonal_noise():
    x0 = states(1000)
    x0[5, 1] = np.nan
    final = euler(-1.0, x0, nonfinite="propagate")
    assert np.isnan(final).sum() == 1
    assert np.isnan(final[5, 1])


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("noise", ["diagonal", "general"])
def test_raise_names_path_step_time_and_a_call_that_replays_it(noise, threads):
    x0, row, first = states(), 23_456, 10**12
    drift, diffusion = blows_up([row], at=0.5), np.eye(2) if noise == "general" else 1.0
    args = (mr.per_path(np.arange(PATHS)),)
    with pytest.raises(mr.NonFiniteError) as caught:
        mr.euler_maruyama(
            drift, diffusion, x0, noise=noise, paths=range(first, first + PATHS), steps=8, t=(0.0, 2.0), seed=5,
            args=args, threads=threads,
        )  # fmt: skip
    error = caught.value
    assert (error.path, error.step, error.t) == (first + row, 3, 0.75)
    assert all(text in str(error) for text in (f"path {first + row} ", "step 3 ", "t = 0.75", error.replay))
    names = {"mr": mr, "drift": drift, "diffusion": diffusion, "x0": x0, "args": args}
    again = eval(error.replay, names)
    whole = mr.euler_maruyama(
        drift, diffusion, x0, noise=noise, paths=range(first, first + PATHS), steps=8, t=(0.0, 2.0), seed=5,
        args=args, save="all", nonfinite="propagate",
    )  # fmt: skip
    assert list(again.paths) == [error.path]
    assert np.array_equal(again.x[:, 0], whole.x[:, row], equal_nan=True)
    assert np.isfinite(again.x[: error.step]).all()
    assert not np.isfinite(again.x[error.step]).all()


def test_raise_names_a_path_of_an_ode_on_a_grid_and_its_replay():
    t = np.array([0.0, -0.5, -1.5, -2.0])
    velocity, x0 = (lambda x, t: np.where((x > 99.0) & (t < -1.0), np.inf, 1.0)), np.linspace([0.0], [200.0], 5)
    with pytest.raises(mr.NonFiniteError) as caught:
        mr.euler(velocity, x0, t=t)
    assert (caught.value.path, caught.value.step, caught.value.t) == (3, 3, -2.0)
    again = eval(caught.value.replay, {"mr": mr, "velocity": velocity, "x0": x0, "t": t})
    assert np.isfinite(again.x).ravel().tolist() == [True, True, True, False]


@pytest.mark.parametrize("place", ["constant", "overflow", "diffusion"])
def test_raise_finds_what_is_not_finite_wherever_it_comes_from(place):
    drift = {"constant": math.inf, "overflow": lambda x, t: x * 1e307, "diffusion": 0.0}[place]
    diffusion = (lambda x, t: np.full_like(x, np.nan)) if place == "diffusion" else 1.0
    with np.errstate(over="ignore"), pytest.raises(mr.NonFiniteError):
        mr.euler_maruyama(drift, diffusion, [7.0], paths=100, steps=10, seed=1)


@pytest.mark.parametrize("paths", [1, 7, 8, 9, 31, 33, 1000])
def test_raise_sees_every_place_of_a_block(paths):
    for row in {0, paths // 2, paths - 1}:
        bad = np.zeros((paths, 1))
        bad[row] = np.inf
        with pytest.raises(mr.NonFiniteError, match=f"path {row} "):
            mr.euler(lambda x, t, a: a, [0.0], paths=paths, steps=1, args=(mr.per_path(bad),))


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_large_states_that_are_finite_are_let_through(dtype):
    largest = np.finfo(dtype).max
    assert (mr.euler(0.0, np.full((1000, 3), largest, dtype), steps=2).final == largest).all()


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_an_x0_that_is_not_finite_is_refused_by_the_number_of_its_path(bad):
    x0 = states(10)
    x0[7, 1] = bad
    with pytest.raises(ValueError, match=r"x0 of path 107 is not finite.*nonfinite='propagate'"):
        mr.euler(lambda x, t: pytest.fail("was called"), x0, paths=range(100, 110), steps=1)
    with pytest.raises(ValueError, match="x0 is not finite"):
        mr.euler(-1.0, [bad], paths=3, steps=1)


def test_an_x0_too_large_for_its_dtype_is_refused():
    with pytest.raises(ValueError, match="x0 of path 1 is not finite"):
        mr.euler(-1.0, [[1.0], [1e300]], steps=1, dtype=np.float32)


@pytest.mark.filterwarnings("ignore:Setting the shape:DeprecationWarning")  # of NumPy 2.5
def test_a_new_shape_of_x_is_gone_in_the_next_step():
    seen = []

    def flat(x, t):
        seen.append((x.shape, x.dtype))
        x.shape = (x.size,)
        return (-x).reshape(-1, 2)

    mr.euler(flat, np.ones((5, 2)), steps=3)
    assert seen == [((5, 2), np.float64)] * 3
