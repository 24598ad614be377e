"""Where a block has one path, or as many as dimensions, a wrong shape looks right: the field is asked once more."""

import numpy as np
import pytest

import maruyama as mr

SQUARE = np.arange(1.0, 10.0).reshape(3, 3)
BUFFER = np.empty((20, 3))


def odeint(s, t):
    x, y, z = s
    return [10 * (y - x), x * (28 - z) - y, x * y - 8 / 3 * z]


WRONG = {
    "one value per path": (lambda x, t: -x[:, 0], r"returned shape \(2,\), expected \(2, 3\)"),
    "a list of columns": (lambda x, t: [x[:, 0], x[:, 1], x[:, 2]], "np.stack"),
    "stacked without an axis": (lambda x, t: np.stack([x[:, 0], x[:, 1], -x[:, 2]]), "axis=1"),
    "transposed": (lambda x, t: x.T.copy(), r"returned shape \(3, 2\), expected \(2, 3\)"),
    "unpacked as one state": (odeint, "values to unpack"),
    "indexed as one state": (lambda s, t: [s[0], s[1], -s[0]], r"returned shape \(3, 3\), expected \(2, 3\)"),
    "a column of dimensions": (lambda x, t: np.array([[1.0], [2.0], [3.0]]), r"returned shape \(3, 1\)"),
    "a row of paths": (lambda x, t: x[:, 0][None], r"returned shape \(1, 2\)"),
}


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("wrong", WRONG)
def test_as_many_paths_as_dimensions_hide_no_wrong_shape(wrong, dtype):
    field, said = WRONG[wrong]
    with pytest.raises(ValueError, match=said) as caught:
        mr.euler(field, SQUARE, steps=2, dtype=dtype)
    assert "can be read in two ways" in caught.value.__notes__[0]
    assert "mr.pointwise(f)" in caught.value.__notes__[0]


def test_one_path_hides_no_wrong_shape():
    with pytest.raises(ValueError, match=r"velocity returned shape \(2,\), expected \(2, 3\)"):
        mr.euler(lambda x, t: -x[:, 0], SQUARE[:1], steps=2)


@pytest.mark.parametrize("paths", [1, 2, 5])
def test_a_matrix_as_diagonal_noise_is_pointed_to_general_noise(paths):
    for diffusion in (np.eye(2), lambda x, t: np.eye(2), lambda x, t: np.ones((len(x), 2, 4))):
        with pytest.raises(ValueError, match="needs noise='general'"):
            mr.euler_maruyama(0.0, diffusion, np.zeros((paths, 2)), steps=1, seed=1)


def test_blocks_of_as_many_paths_as_dimensions_hide_nothing():
    for dim in (64, 128, 256):  # a block has about 128 KiB
        with pytest.raises(ValueError, match="expected"):
            mr.euler(lambda x, t: x.T.copy(), np.zeros((5 * dim, dim)), steps=1)


RIGHT = {
    "a new array": lambda x, t: -x,
    "x itself": lambda x, t: x,
    "stacked": lambda x, t: np.stack([-x[:, 0], -x[:, 1], x[:, 2]], axis=1),
    "one value per path": lambda x, t: -x[:, :1],
    "one row": lambda x, t: np.array([1.0, 2.0, 3.0]),
    "a number": lambda x, t: 1.5,
    "a number in a row": lambda x, t: [1.5],
    "a list": lambda x, t: (-x).tolist(),
    "one buffer": lambda x, t: np.negative(x, out=BUFFER[: len(x)]),
    "pointwise": mr.pointwise(odeint),
}


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("right", RIGHT)
def test_what_fits_any_number_of_rows_is_taken_with_the_same_bits(right, threads):
    rows = np.arange(18.0).reshape(6, 3) / 8
    rows[:3] = SQUARE
    many = mr.euler(RIGHT[right], rows, steps=3).final
    for paths in (1, 3):
        few = mr.euler(RIGHT[right], rows[:paths], steps=3, threads=threads).final
        assert (few == many[:paths]).all()


def test_the_field_is_asked_once_and_only_where_there_is_doubt():
    def asked(paths, dim, result=lambda x: -x):
        calls = []

        def velocity(x, t, row):
            assert len(row) == len(x)
            assert not x.flags.writeable
            calls.append((x.shape, t, row.tolist()))
            return result(x)

        mr.euler(velocity, np.ones(dim), paths=paths, steps=3, t=(5.0, 8.0), args=(mr.per_path(np.arange(paths)),))
        return [call for call in calls if len(call[2]) != paths]

    assert asked(3, 3) == [((2, 3), 5.0, [0, 1])]
    assert asked(2, 2) == [((3, 2), 5.0, [0, 1, 0])]
    assert asked(1, 3, lambda x: [1.0]) == [((2, 3), 5.0, [0, 0])]
    for paths, dim in ((1, 1), (1, 3), (2, 3), (5, 1), (5, 3)):
        assert asked(paths, dim) == []


def test_one_number_per_path_where_paths_are_as_many_as_dimensions_is_told_to_grow_an_axis():
    with pytest.raises(ValueError, match="broadcast") as caught:
        mr.euler(lambda x, t, a: a * x, SQUARE, steps=1, args=(mr.per_path(np.arange(3.0)),))
    assert "write a[:, None]" in caught.value.__notes__[0]


@pytest.mark.parametrize("paths", [1, 2, 3, 4, 5])
@pytest.mark.parametrize("dim", [1, 2, 3, 4])
@pytest.mark.parametrize(
    "wrong", [np.ones_like, lambda x: np.ones_like(x).T, lambda x: np.ones((x.shape[1], len(x), 2)), lambda x: x[:, 0]]
)
def test_general_noise_takes_no_other_shape_for_its_own(wrong, dim, paths):
    with pytest.raises(ValueError, match=r"noise='general'.*\(paths, dim, m\)"):
        mr.euler_maruyama(0.0, lambda x, t: wrong(x), np.zeros(dim), paths=paths, steps=1, seed=1, noise="general")


@pytest.mark.parametrize("paths", [1, 2, 3, 4])
@pytest.mark.parametrize("m", [1, 2, 3, 4])
def test_general_noise_of_few_paths_has_its_own_m(paths, m):
    g = np.arange(1.0, 2 * m + 1).reshape(2, m)
    for diffusion in (lambda x, t: np.broadcast_to(g, (len(x), 2, m)), lambda x, t: g):
        run = mr.euler_maruyama(0.0, diffusion, np.zeros(2), paths=paths, steps=2, seed=1, noise="general")
        whole = mr.euler_maruyama(0.0, g, np.zeros(2), paths=paths, steps=2, seed=1, noise="general")
        assert (run.final == whole.final).all()


MIXING = {
    "the mean of the paths": lambda x, t: x.mean(axis=0) - x,
    "rows of an array of its own": lambda x, t: RATES[: len(x)] * x,
    "the place in the block": lambda x, t: np.arange(len(x))[:, None] * x,
    "ranks": lambda x, t: np.argsort(np.argsort(x, axis=0), axis=0) / len(x),
    "a norm of all": lambda x, t: x / np.linalg.norm(x),
    "neighbours": lambda x, t: np.roll(x, 1, axis=0) - x,
    "half of the mean": lambda x, t: 0.5 * x.mean(axis=0) - x,
}
RATES = np.linspace(0, 1, 20_000)[:, None]


OF_ALL = {
    "one vector": lambda x, t: -x.mean(axis=0),
    "one number": lambda x, t: -x.mean(),
    "a Python number": lambda x, t: float(x.mean()),
    "one row": lambda x, t: -x.mean(axis=0, keepdims=True),
    "a list": lambda x, t: (x.mean(axis=0) - x).tolist(),
    "a column that is small beside another": lambda x, t: np.stack([1e4 * x[:, 0], x[:, 1].mean() - x[:, 1]], axis=1),
}


@pytest.mark.parametrize("field", OF_ALL.values(), ids=OF_ALL.keys())
def test_one_result_of_all_paths_is_refused(field):
    x0 = np.random.default_rng(0).normal(size=(20_000, 2)) + np.linspace(0, 5, 20_000)[:, None]
    with pytest.raises(ValueError, match="velocity gives other values for 8 rows alone"):
        mr.euler(field, x0, steps=3)
    with pytest.raises(ValueError, match="diffusion gives other values for 8 rows alone"):
        mr.euler_maruyama(0.0, field, x0, steps=3, seed=1)


def test_a_mean_in_jax_is_refused():
    jnp = pytest.importorskip("jax.numpy")
    with pytest.raises(ValueError, match="velocity gives other values for 8 rows alone"):
        mr.euler(
            lambda x, t: jnp.asarray(x).mean(0) - jnp.asarray(x),
            np.random.default_rng(0).normal(size=(20_000, 2)),
            steps=3,
        )


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("field", MIXING.values(), ids=MIXING.keys())
def test_paths_that_depend_on_each_other_or_on_their_place_are_refused(field, dtype):
    apart = np.random.default_rng(0).normal(size=(20_000, 2)).astype(dtype)
    runs = {
        "velocity": lambda x0: mr.euler(field, x0, steps=3),
        "drift": lambda x0: mr.euler_maruyama(field, 0.5, x0, steps=9, seed=1),
        "diffusion": lambda x0: mr.euler_maruyama(0.0, lambda x, t: 1 + field(x, t), x0, steps=9, seed=1),
    }
    for name, run in runs.items():
        with pytest.raises(ValueError, match=rf"{name} gives other values for 8 rows alone.*mr\.per_path.*one path"):
            run(apart)
    together = np.ones((20_000, 2), dtype)
    with pytest.raises(ValueError, match="drift gives other values"):
        runs["drift"](together)


def test_a_little_of_the_mean_is_seen_in_float64():
    with pytest.raises(ValueError, match="velocity gives other values"):
        mr.euler(lambda x, t: 0.01 * x.mean(axis=0) - x, np.random.default_rng(0).normal(size=(20_000, 2)), steps=3)


def test_arguments_of_the_paths_go_with_their_rows():
    rows, x0 = np.random.default_rng(0).normal(size=(20_000, 2)), np.ones((20_000, 2))
    run = mr.euler(lambda x, t, a, b: a * x + b, x0, steps=3, args=(mr.per_path(rows), np.array([1.0, 2.0])))
    x = x0
    for _ in range(3):
        x = x + (rows * x + [1.0, 2.0]) / 3
    np.testing.assert_allclose(run.final, x, rtol=1e-12)


BUFFERS = {}


def into_a_buffer(x, t):
    return np.negative(x, out=BUFFERS.setdefault(len(x), np.empty_like(x)))


APART = {
    "random": lambda x, t: np.random.default_rng().normal(size=x.shape),
    "a mean of random data": lambda x, t: np.random.default_rng().normal(size=100).mean() - x,
    "a buffer": into_a_buffer,
    "one value": lambda x, t: 1.0,
    "one vector": lambda x, t: [t, 1.0],
    "nothing but rounding": lambda x, t: np.stack([x[:, 0], (x[:, 1] * 3 - x[:, 1] - 2 * x[:, 1]) * 1e-3], axis=1),
    "not finite": lambda x, t: np.where(x > 1, np.nan, np.inf),
    "an assertion about the rows": lambda x, t: -x if len(x) > 100 else 1 / 0,
}


@pytest.mark.parametrize("field", APART.values(), ids=APART.keys())
def test_what_cannot_be_judged_is_taken(field):
    run = mr.euler_maruyama(field, 0.5, [1.0, 2.0], paths=20_000, steps=3, seed=1, nonfinite="propagate")
    assert run.final.shape == (20_000, 2)


def test_a_buffer_is_read_before_it_is_written_again():
    x0 = np.random.default_rng(0).normal(size=(20_000, 2))
    shared = np.empty((20_000, 2))

    def field(x, t):
        return np.negative(x, out=shared[: len(x)])

    np.testing.assert_array_equal(mr.euler(field, x0, steps=2, threads=1).final, x0 / 4)


def test_few_calls_are_made_twice():
    sizes = []
    mr.euler(lambda x, t: (sizes.append(len(x)), -x)[1], np.ones((20_000, 2)), steps=100, threads=1)
    assert len(sizes) - sum(size > 8 for size in sizes) <= 10


def test_a_wrong_shape_that_comes_later_is_refused():
    for wrong in (lambda x, t: -x if t < 0.4 else -x[:, 0], lambda x, t: x.T.copy()[0] if t > 0.4 else -x):
        with pytest.raises(ValueError, match=r"velocity returned shape \(3,\), expected \(3, 2\)"):
            mr.euler(wrong, [[1.0, 2.0], [3.0, 4.0]], steps=2)
