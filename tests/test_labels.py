"""Labels of the paths, whole numbers with which a compiled field looks something up, as in ``table[y]``."""

import pickle
from types import SimpleNamespace

import numpy as np
import pytest

import maruyama as mr
from maruyama import sizes

K, DIM = 5, 3
RNG = np.random.default_rng(3)
TABLE, LINE, MATRIX = RNG.normal(size=(K, DIM)), RNG.normal(size=K), RNG.normal(size=(DIM, DIM))
COUNTS = np.array([3, 0, 2, 4, 1])
INTEGERS = ["int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"]

LOOKUPS = {
    "rows": lambda x, t, y: (TABLE[y] - x) / (1.5 - t),
    "numbers": lambda x, t, y: LINE[y][:, None] * x,
    "numbers with a new axis": lambda x, t, y: x - LINE[y, None],
    "np.take": lambda x, t, y: np.take(TABLE, y, axis=0) - x,
    "the method take": lambda x, t, y: TABLE.take(y, axis=0) - x,
    "np.take of a flat array": lambda x, t, y: np.take(LINE, indices=y)[:, None] - x,
    "rows and a slice": lambda x, t, y: TABLE[y, :] - x,
    "one column": lambda x, t, y: x * TABLE[y, 1][:, None],
    "columns": lambda x, t, y: (TABLE.T[:, y] - x.T).T,
    "an ellipsis": lambda x, t, y: (TABLE.T[..., y] * x.T).T,
    "astype(int)": lambda x, t, y: TABLE[y.astype(int)] - x,
    "astype(np.int64)": lambda x, t, y: TABLE[y.astype(np.int64)] - x,
    "np.asarray": lambda x, t, y: TABLE[np.asarray(y, dtype=int)] - x,
    "arithmetic of labels": lambda x, t, y: TABLE[(y + 1) % K] - x,
    "a choice between labels": lambda x, t, y: TABLE[np.where(y == 2, 0, y)] - x,
    "a table of labels": lambda x, t, y: TABLE[COUNTS[y]] - x,
    "the same rows twice": lambda x, t, y: TABLE[y] * x - TABLE[y],
    "two rows": lambda x, t, y: TABLE[y] * x - TABLE[K - 1 - y],
    "labels that are numbers too": lambda x, t, y: TABLE[y] - x * y[:, None],
    "a condition on labels": lambda x, t, y: np.where((y == 2)[:, None], x, TABLE[y]),
    "rows alone": lambda x, t, y: TABLE[y],
    "rows beside the state": lambda x, t, y: np.concatenate([x[:, :2], TABLE[y]], axis=1)[:, 1:4],
    "conditions that are looked up": lambda x, t, y: np.where((LINE > 0)[y][:, None], x, -x),
    "whole numbers that are looked up": lambda x, t, y: x * COUNTS[y][:, None],
    "one-hot rows": lambda x, t, y: x - np.eye(K)[y][:, :DIM],
    "what NumPy computes of rows": lambda x, t, y: x - np.exp(TABLE[y]),
    "ones for each path": lambda x, t, y: np.ones((len(x), 1)) * x - TABLE[y],
}


# Of one state x: (dim,) and its label, a number.
CUBE = RNG.normal(size=(K, DIM, DIM))
OF_ONE_STATE = {
    "a row": lambda x, t, y: (TABLE[y] - x) / (1.5 - t),
    "a number": lambda x, t, y: LINE[y] * x,
    "a Python number": lambda x, t, y: float(LINE[y]) * x,
    "np.take": lambda x, t, y: np.take(TABLE, y, axis=0) - x,
    "elements": lambda x, t, y: [TABLE[y][0] * x[1], TABLE[y, 1] - x[0], x[2] * t],
    "arithmetic of labels": lambda x, t, y: TABLE[(y + 1) % K] - x,
    "a table of labels": lambda x, t, y: TABLE[COUNTS[y]] - x,
    "a label that is a number too": lambda x, t, y: TABLE[y] - x * y,
    "constants beside it": lambda x, t, y: LINE[y] * x + np.arange(3.0) * 0.5,
    "knots": lambda x, t, y: np.interp(x, [-1.0, 0.0, 1.0], TABLE[y]),
    "a row alone": lambda x, t, y: TABLE[y],
    "no lookup": lambda x, t, y: x * y,
}
PRODUCTS = {
    "a matrix": lambda x, t, y: CUBE[y] @ x,
    "two matrices": lambda x, t, y: x @ CUBE[y] + MATRIX @ x,
    "what NumPy computes of a row": lambda x, t, y: np.tanh(TABLE[y] @ MATRIX) - x,
}


def labels(count, least=-K):
    return np.random.default_rng(count).integers(least, K, count)


@pytest.mark.parametrize("name", LOOKUPS)
@pytest.mark.parametrize("count", [1, 2, 300])
def test_lookups_have_the_bits_of_the_callback(name, count):
    x = np.random.default_rng(1).normal(size=(count, DIM))
    y = labels(count, 0 if name == "two rows" else -K)
    run, same = (
        mr.euler(each, x, steps=3, args=(mr.per_path(y),)) for each in (mr.compile(LOOKUPS[name]), LOOKUPS[name])
    )
    assert (run.route, same.route) == ("compiled", "callback")
    np.testing.assert_array_equal(run.x, same.x)


@pytest.mark.parametrize("name", LOOKUPS)
def test_lookups_in_float32_are_rounded_once(name):
    x, y = RNG.normal(size=(50, DIM)).astype(np.float32), labels(50, 0)
    values = mr.compile(LOOKUPS[name])(x, 0.25, mr.per_path(y))
    assert values.dtype == np.float32
    np.testing.assert_allclose(values, LOOKUPS[name](x, 0.25, y), rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_rows_that_are_looked_up_alone_are_those_of_the_table(dtype):
    y = labels(50)
    values = mr.compile(LOOKUPS["rows alone"])(np.zeros((50, DIM), dtype), 0.0, mr.per_path(y))
    np.testing.assert_array_equal(values, TABLE[y].astype(dtype))


@pytest.mark.parametrize("dtype", INTEGERS)
def test_labels_are_whole_numbers_of_any_dtype(dtype):
    x, y = RNG.normal(size=(20, DIM)), labels(20, 0).astype(dtype)
    values = mr.compile(LOOKUPS["rows"])(x, 0.25, mr.per_path(y))
    np.testing.assert_array_equal(values, LOOKUPS["rows"](x, 0.25, y))


def test_labels_beyond_the_whole_numbers_of_float32_are_not_rounded():
    table = np.zeros(2**24 + 2, np.int8)
    table[-1] = 1
    field = mr.compile(lambda x, t, y: x * table[y][:, None])
    y = np.array([2**24, 2**24 + 1])
    assert field(np.ones((2, 1), np.float32), 0.0, mr.per_path(y)).tolist() == [[0.0], [1.0]]


BUCKETS = RNG.normal(size=64)
LARGE = {
    "a remainder": lambda x, t, y: BUCKETS[y % 64][:, None] * x,
    "a difference": lambda x, t, y: BUCKETS[(y - 2**52) % 64][:, None] * x,
    "a quotient": lambda x, t, y: BUCKETS[y // 2**51][:, None] * x,
    "a product that wraps around in 64 bits": lambda x, t, y: BUCKETS[(y * 10**4) % 64][:, None] * x,
    "a comparison": lambda x, t, y: BUCKETS[(y > 2**52) * 3][:, None] * x,
}


@pytest.mark.parametrize(("name", "dtype"), [*((name, "int64") for name in LARGE), ("a remainder", "uint64")])
def test_an_index_of_labels_is_computed_in_whole_numbers(name, dtype):
    x, y = np.ones((9, 1)), (76561198000000001 + np.arange(9)).astype(dtype)
    np.testing.assert_array_equal(mr.compile(LARGE[name])(x, 0.0, mr.per_path(y)), LARGE[name](x, 0.0, y))


NARROW = {
    "64 bits in the function": lambda x, t, y: BUCKETS[(y.astype(int) * 20 + y) % 64][:, None] * x,
    "64 bits and a difference": lambda x, t, y: BUCKETS[(y.astype(np.int64) - 300) % 10][:, None] * x,
    "conditions of 64 bits": lambda x, t, y: BUCKETS[(y > 3).astype(int) - (y > 30).astype(int)][:, None] * x,
    "a condition beside": lambda x, t, y: BUCKETS[y % 10 + (y > 20)][:, None] * x,
}


@pytest.mark.parametrize("field", NARROW.values(), ids=NARROW.keys())
@pytest.mark.parametrize("dtype", ["uint8", "int8", "int64"])
def test_narrow_labels_have_64_bits_where_the_function_says_so(field, dtype):
    x, y = np.ones((4, 1)), np.array([10, 20, 30, 40], dtype)
    np.testing.assert_array_equal(mr.compile(field)(x, 0.0, mr.per_path(y)), field(x, 0.0, y))


WRAPPING = {
    "a condition that is added": (
        lambda x, t, y: BUCKETS[(y + (y >= 255)) % 10][:, None] * x,
        np.array([255], np.uint8),
    ),
    "below zero": (lambda x, t, y: BUCKETS[(y - 3) % 10][:, None] * x, np.arange(4, dtype=np.uint8)),
    "above all": (lambda x, t, y: BUCKETS[(y * y) % 50][:, None] * x, np.array([2**17 + 1], np.int32)),
    "a negative": (lambda x, t, y: BUCKETS[-y % 10][:, None] * x, np.arange(4, dtype=np.uint16)),
    "a number that it does not have": (
        lambda x, t, y: BUCKETS[(y + 300) % 10][:, None] * x,
        np.arange(4, dtype=np.uint8),
    ),
    "unsigned 64 bits": (lambda x, t, y: BUCKETS[(y - 3) % 10][:, None] * x, np.arange(4, dtype=np.uint64)),
}


@pytest.mark.parametrize("name", WRAPPING)
@pytest.mark.parametrize("had", [False, True])
def test_an_index_for_which_narrow_labels_wrap_around_is_refused(name, had):
    function, y = WRAPPING[name]
    x, field = np.ones((len(y), 1)), mr.compile(function)
    wide = y.astype(np.int64)
    if had:
        np.testing.assert_array_equal(field(x, 0.0, mr.per_path(wide)), function(x, 0.0, wide))
    with pytest.raises(
        mr.TracingError, match=rf"labels of {y.dtype} is beyond what they hold.*begin with y = y.astype\(np.int64\)"
    ):
        field(x, 0.0, mr.per_path(y))


def test_labels_that_64_bits_do_not_hold_are_refused():
    field, y = mr.compile(LARGE["a remainder"]), np.array([3, 2**63 + 5], np.uint64)
    for _ in range(2):
        with pytest.raises(IndexError, match=r"row 1 has the label 9223372036854775813, but .* below 2\*\*63"):
            field(np.ones((2, 1)), 0.0, mr.per_path(y))
        field(np.ones((2, 1)), 0.0, mr.per_path(y % 9))


def test_an_index_with_a_number_that_float64_does_not_hold_is_refused():
    field = mr.compile(lambda x, t, y: BUCKETS[(y - (2**53 + 1)) % 64][:, None] * x)
    with pytest.raises(mr.TracingError, match=r"numbers that are not whole or not below 2\*\*53"):
        field(np.ones((2, 1)), 0.0, mr.per_path(np.array([3, 2**53 + 5])))


def test_several_labels_of_a_path_and_several_arguments():
    cube = RNG.normal(size=(K, K, DIM))

    def field(x, t, pair, y, scale):
        return cube[pair[:, 0], y] * scale - TABLE[pair].sum(axis=1) + TABLE[pair.sum(axis=1) % K] * x

    x, pair, y = RNG.normal(size=(40, DIM)), RNG.integers(0, K, (40, 2)), labels(40)
    scale = RNG.normal(size=(40, 1))
    args = tuple(map(mr.per_path, (pair, y, scale)))
    run, same = (mr.euler(each, x, steps=2, args=args) for each in (mr.compile(field), field))
    np.testing.assert_allclose(run.final, same.final, rtol=1e-14)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("noise", ["diagonal", "general"])
def test_a_drift_and_a_diffusion_look_up_both(dtype, noise):
    table = TABLE.astype(dtype)

    def drift(x, t, y):
        return table[y] - x

    def diffusion(x, t, y):
        return table[y] if noise == "diagonal" else table[y][:, :, None] * np.ones(2, dtype)

    y = mr.per_path(labels(500))
    runs = [
        mr.euler_maruyama(*pair, np.zeros((500, DIM)), steps=4, seed=1, noise=noise, args=(y,), dtype=dtype)
        for pair in ((mr.compile(drift), mr.compile(diffusion)), (drift, diffusion))
    ]
    assert runs[0].route == "compiled"
    np.testing.assert_array_equal(runs[0].x, runs[1].x)


def test_shards_are_rows_of_the_whole_run_whatever_labels_they_have():
    table = np.array([[1.0, 0.1], [1.0, 0.7], [1.0, 0.1]])
    field = mr.compile(lambda x, t, y: np.einsum("ni,ni->n", x, table[y])[:, None] * np.array([0.3, 0.7]))
    x, y = RNG.normal(size=(1000, 2)), np.sort(RNG.integers(0, 3, 1000))
    whole = mr.euler(field, x, steps=3, args=(mr.per_path(y),), threads=2)
    for part in (slice(0, 10), slice(10, 600), slice(600, 1000)):
        for each in (field, mr.compile(field.function)):
            run = mr.euler(each, x[part], steps=3, args=(mr.per_path(y[part]),), threads=1)
            np.testing.assert_array_equal(run.final, whole.final[part])


def test_a_function_is_traced_again_for_labels_that_are_new_and_only_then():
    calls = []

    @mr.compile
    def field(x, t, y):
        calls.append(len(x))
        return TABLE[y] - x

    def traces_for(*y):
        before = len(calls)
        values = field(np.ones((len(y), DIM)), 0.0, mr.per_path(np.array(y)))
        np.testing.assert_array_equal(values, TABLE[list(y)] - 1.0)
        return len(calls) > before

    runs = [(3, 1), (1, 3), (1,), (4,), (1, 3, 4), (-1,), (3, -1, 1, 4)]
    assert [traces_for(*y) for y in runs] == [True, False, False, True, False, True, False]


def test_a_function_that_catches_everything_is_traced_with_its_labels():
    def field(x, t, y):
        try:
            return TABLE[y] - x
        except:  # noqa: E722
            return 0.0 * x

    x, y = RNG.normal(size=(9, DIM)), labels(9)
    np.testing.assert_array_equal(mr.compile(field)(x, 0.0, mr.per_path(y)), field(x, 0.0, y))


def test_a_table_that_changed_is_looked_up_as_it_is():
    table = np.array([1.0, 2.0])
    field = mr.compile(lambda x, t, y: x * table[y][:, None])
    y = mr.per_path(np.array([0, 1]))
    assert field([[1.0], [1.0]], 0.0, y).ravel().tolist() == [1.0, 2.0]
    table[1] = 5.0
    assert field([[1.0], [1.0]], 0.0, y).ravel().tolist() == [1.0, 5.0]


def test_a_table_may_be_an_argument_or_an_attribute():
    class Net:
        def __init__(self):
            self.embedding = TABLE

        def field(self, x, t, y):
            return self.embedding[y] - x

    x, y = RNG.normal(size=(9, DIM)), labels(9)
    expected = TABLE[y] - x
    np.testing.assert_array_equal(mr.compile(Net().field)(x, 0.0, mr.per_path(y)), expected)
    field = mr.compile(lambda x, t, y, table: table[y] - x)
    np.testing.assert_array_equal(field(x, 0.0, mr.per_path(y), TABLE), expected)


def test_a_run_without_paths_looks_nothing_up():
    none = mr.per_path(np.empty(0, int))
    assert mr.euler(mr.compile(LOOKUPS["rows"]), np.empty((0, DIM)), steps=2, args=(none,)).final.shape == (0, DIM)


def test_a_program_of_a_pickle_serves_for_the_labels_that_it_was_traced_for():
    table = np.array([1.0, 2.0, 3.0])
    field = mr.compile(lambda x, t, y: x * table[y][:, None])
    field(np.ones((3, 1)), 0.0, mr.per_path(np.arange(3)))
    again = pickle.loads(pickle.dumps(field))
    assert again(np.ones((2, 1)), 0.0, mr.per_path(np.array([2, 0]))).ravel().tolist() == [3.0, 1.0]
    with pytest.raises(mr.TracingError, match="without its source"):
        again(np.ones((1, 1)), 0.0, mr.per_path(np.array([-1])))


def test_models_look_labels_up():
    centres = np.array([[-2.0, 0.0], [2.0, 0.0], [1.0, 0.0]])

    def velocity(x, t, y):
        return (centres[y] - x) / (1 - t)

    y = np.array([0, 1, 1, -2])
    for wrapped in (lambda field: field, lambda field: mr.guided(field, 2.0, null=2)):
        for label in (y, mr.per_path(y), 1):
            one, other = (
                mr.FlowModel(wrapped(each), init=2).sample(4, steps=20, seed=7, y=label)
                for each in (mr.compile(velocity), velocity)
            )
            np.testing.assert_array_equal(one, other)


def test_models_with_noise_look_labels_up():
    def velocity(x, t, y):
        return TABLE[y] - x

    def score(x, t, y):
        return -(x - LINE[y][:, None])

    models = [
        mr.with_noise(mr.compile(velocity), mr.compile(score), lambda t: 1.0 - t, init=DIM),
        mr.with_noise(velocity, score, lambda t: 1.0 - t, init=DIM),
    ]
    one, other = (model.sample(50, steps=10, seed=7, y=labels(50)) for model in models)
    np.testing.assert_allclose(one, other, rtol=1e-13)


@pytest.mark.parametrize("name", OF_ONE_STATE)
@pytest.mark.parametrize("count", [1, 100])
def test_functions_of_one_state_look_up_their_own_label(name, count):
    x, y = RNG.normal(size=(count, DIM)), mr.per_path(labels(count))
    field = mr.pointwise(OF_ONE_STATE[name])
    run, same = (mr.euler(each, x, steps=3, args=(y,)) for each in (mr.compile(field), field))
    assert run.route == "compiled"
    np.testing.assert_array_equal(run.x, same.x)


@pytest.mark.parametrize("name", PRODUCTS)
def test_functions_of_one_state_look_matrices_up(name):
    x, y = RNG.normal(size=(100, DIM)), mr.per_path(labels(100))
    field = mr.pointwise(PRODUCTS[name])
    np.testing.assert_allclose(mr.compile(field)(x, 0.5, y), field(x, 0.5, y), rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_drift_and_diffusion_of_one_state_look_up_both(dtype):
    pair = [lambda x, t, y: TABLE.astype(dtype)[y] - x, lambda x, t, y: LINE.astype(dtype)[y] * x]
    x, y = RNG.normal(size=(100, DIM)), mr.per_path(labels(100))
    one, other = (
        mr.euler_maruyama(*map(wrap, pair), x, steps=4, seed=1, args=(y,), dtype=dtype)
        for wrap in (lambda f: mr.compile(mr.pointwise(f)), mr.pointwise)
    )
    assert one.route == "compiled"
    np.testing.assert_array_equal(one.x, other.x)


def test_shards_of_functions_of_one_state_are_rows_of_the_whole_run():
    cube = np.array([np.eye(2), [[0.3, 0.7], [-0.7, 0.1]], np.eye(2)])
    field = mr.compile(mr.pointwise(lambda x, t, y: cube[y] @ x))
    x, y = RNG.normal(size=(300, 2)), np.sort(RNG.integers(0, 3, 300))
    whole = mr.euler(field, x, steps=3, args=(mr.per_path(y),))
    for part in (slice(0, 10), slice(10, 20), slice(120, 300)):
        for each in (field, mr.compile(field.function)):
            run = mr.euler(each, x[part], steps=3, args=(mr.per_path(y[part]),))
            np.testing.assert_array_equal(run.final, whole.final[part])


@pytest.mark.parametrize("count", [1, 50])
@pytest.mark.parametrize("field", [lambda x, t, y: x * x[COUNTS[y] % DIM], lambda x, t, y: x if LINE[y] > 0 else -x])
def test_what_one_state_does_must_be_the_same_for_each_label(field, count):
    with pytest.raises(mr.TracingError, match="not the same for all labels"):
        mr.compile(mr.pointwise(field))(np.ones((count, DIM)), 0.0, mr.per_path(labels(count)))


MIXED = {
    "a mean over the paths": lambda x, t, y: x - TABLE[y].mean(axis=0),
    "a distance from that mean": lambda x, t, y: x + TABLE[y] - TABLE[y].mean(axis=0),
    "the largest of all paths": lambda x, t, y: x * TABLE[y].max(),
    "the smallest of all paths": lambda x, t, y: x * LINE[y].min(),
    "the next path's row": lambda x, t, y: x * np.roll(TABLE[y], 1, axis=0),
    "sorted numbers": lambda x, t, y: x * np.sort(LINE[y])[:, None],
    "a number for each path": lambda x, t, y: TABLE[y] * np.arange(len(x))[:, None] * x,
    "the number of paths": lambda x, t, y: TABLE[y] * len(x) - x,
}


@pytest.mark.parametrize("name", MIXED)
def test_what_mixes_the_paths_by_their_labels_is_refused(name):
    with pytest.raises(mr.TracingError, match=r"mr\.per_path"):
        mr.compile(MIXED[name])(np.ones((K, DIM)), 0.0, mr.per_path(np.arange(K)))


@pytest.mark.parametrize(("y", "row", "label"), [([0, 7, 9], 1, 7), ([1, 2, -9], 2, -9), ([5, 0, 5], 0, 5)])
@pytest.mark.parametrize("look_up", [lambda y: TABLE[y], lambda y: np.take(TABLE, y, axis=0), lambda y: TABLE[y, :]])
def test_a_label_without_a_row_is_named_before_the_run(y, row, label, look_up):
    said = f"the path of row {row} has the label {label}, but the array in which it is looked up has {K} rows"

    def field(x, t, y):
        return look_up(y) - x

    for fields in ((mr.compile(field), 1.0), (0.0, mr.compile(field)), (mr.compile(mr.pointwise(field)), 1.0)):
        with pytest.raises(IndexError, match=said):
            mr.euler_maruyama(*fields, np.ones((3, DIM)), steps=10, seed=1, args=(mr.per_path(np.array(y)),))


def test_an_index_that_is_made_of_a_label_is_named_with_it():
    with pytest.raises(IndexError, match=r"row 1 has the label 4, which makes the index 8, but the array .* 5 rows"):
        mr.compile(lambda x, t, y: x * LINE[2 * y][:, None])(np.ones((2, 1)), 0.0, mr.per_path(np.array([1, 4])))


def test_the_label_that_is_named_is_that_of_the_lookup_that_failed():
    large, args = np.zeros(100), (mr.per_path(np.array([1, 6])), mr.per_path(np.array([70, 0])))
    fields = [lambda x, t, y, z: x + large[z][:, None] + LINE[y][:, None], lambda x, t, y, z: x + CUBE[z - z, y, 0]]
    for field in (*fields, mr.pointwise(lambda x, t, y, z: x + large[z] + LINE[y])):
        said = "row 1 has the label 6, but the array in which it is looked up has (5 rows|length 3 along axis 1)"
        with pytest.raises(IndexError, match=said):
            mr.compile(field)(np.ones((2, DIM)), 0.0, *args)


def test_labels_that_are_known_do_not_hide_one_without_a_row():
    field = mr.compile(LOOKUPS["rows"])
    field(np.ones((2, DIM)), 0.0, mr.per_path(np.array([0, 4])))
    with pytest.raises(IndexError, match="row 1 has the label 6"):
        field(np.ones((2, DIM)), 0.0, mr.per_path(np.array([0, 6])))
    np.testing.assert_array_equal(field(np.ones((1, DIM)), 0.0, mr.per_path(np.array([2]))), (TABLE[[2]] - 1.0) / 1.5)


@pytest.mark.parametrize("width", [31, 32, 33, 36, 79])
def test_layers_may_be_as_wide_as_any_number_of_rows(width):
    weights, bias, table = RNG.normal(size=(DIM, width)), np.zeros(width), RNG.normal(size=(K, width))
    back = RNG.normal(size=(width, DIM))

    def field(x, t, y):
        return np.maximum(x @ weights + bias + table[y], 0.0) @ back

    x, y = RNG.normal(size=(20, DIM)), np.arange(20) % K
    np.testing.assert_allclose(mr.compile(field)(x, 0.0, mr.per_path(y)), field(x, 0.0, y), rtol=1e-12, atol=1e-12)


def test_more_labels_than_a_trace_has_rows():
    table = RNG.normal(size=(4000, 2))
    field = mr.compile(lambda x, t, y: table[y] - x)
    y = RNG.permutation(4000)[:3000]
    np.testing.assert_array_equal(field(np.zeros((3000, 2)), 0.0, mr.per_path(y)), table[y])


def test_rows_that_the_memory_does_not_hold_are_refused_before_the_run(monkeypatch):
    monkeypatch.setattr(sizes, "memory_room", lambda: SimpleNamespace(bytes=2**24, giver="this test"))
    paths = 2**16
    field = mr.compile(lambda x, t, y: x + np.ones((2, 64))[y].sum(axis=1, keepdims=True) * t)
    mr.euler(field, [0.0], paths=paths, steps=1, args=(mr.per_path(np.zeros(paths, int)),))
    field = mr.compile(lambda x, t, y: (x * np.ones((2, 64))[y]).sum(axis=1, keepdims=True))
    with pytest.raises(MemoryError, match=r"what the program reads of args of shape \(65536, 65\) needs 3.4e7 bytes"):
        mr.euler(field, [0.0], paths=paths, steps=1, args=(mr.per_path(np.zeros(paths, int)),))


def test_arguments_may_have_no_rows_and_may_not_be_read():
    numbers = mr.per_path(np.empty((0, 1)))
    assert mr.euler(mr.compile(lambda x, t, a: a * x), np.empty((0, 1)), steps=1, args=(numbers,)).final.shape == (0, 1)
    constant = mr.compile(lambda x, t, a: np.ones(2))
    assert constant(np.zeros((4, 2)), 0.0, mr.per_path(np.arange(4.0))).tolist() == [1.0, 1.0]
