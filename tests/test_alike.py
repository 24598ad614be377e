"""Fields that treat all features alike are traced for one of them; their runs have the bits of all others."""

import pickle

import cloudpickle
import numpy as np
import pytest

import maruyama as mr
from maruyama.tracing import programs

DIM = 70
OWN = np.linspace(0.0, 1.0, DIM)
OTHERS = np.arange(DIM) - 3


def of_objects(x, t):
    return np.array([x, x], dtype=object)[0]


def in_two_ways(x, t):
    try:
        return -x[:, ::-1]
    except Exception:
        return -x


ALIKE = {
    "decay": lambda x, t: -x,
    "one number each": lambda x, t: OWN * x - OTHERS,
    "a row": lambda x, t: x / (1 + OWN[None]) - np.abs(OTHERS),
    "t": lambda x, t: t * x + np.cos(t) - x * np.exp(-t),
    "t first": lambda x, t: np.where(t < 0.5, x, -x) + np.multiply(t, x),
    "conditions": lambda x, t: np.where((x > 0) & ~(x > OWN) | (OTHERS > 60), x, np.clip(x, -1.0, OWN)),
    "one number": lambda x, t: x * np.array([2.0]) + np.array([[3]]) - np.float32(0.5),
    "powers": lambda x, t: 2.0 ** -abs(x) * (x**2 - np.power(x, 3) / 9 - abs(x) ** 0.5 + abs(x + 9) ** -1.0),
    "functions": lambda x, t: np.sin(x) * np.tanh(x) + np.hypot(x, OWN) + np.nan_to_num(x) + np.round(x, 2),
    "like": lambda x, t: np.full_like(x, 2.5) + np.zeros_like(x) - np.ones_like(x),
    "two results": lambda x, t: sum(np.divmod(x, 0.7)) + np.modf(x)[0],
    "methods": lambda x, t: x.clip(-1, 1) + x.copy() + (x > 0).astype(x.dtype) + x.round(1),
    "shape": lambda x, t: x * x.shape[1] + x.ndim,
    "lists": lambda x, t: np.where(x > 0.5, x, -x) + x * OWN.tolist(),
    "t alone": lambda x, t: np.sin(t),
    "numbers alone": lambda x, t: OWN,
    "special": lambda x, t: 1.0 / (1.0 + np.exp(-x)),
}
NOT_ALIKE = {
    "mean": lambda x, t: -x.mean(axis=1, keepdims=True) * x,
    "roll": lambda x, t: np.roll(x, 1, axis=1) - x,
    "column": lambda x, t: x * x[:, :1],
    "mirror": lambda x, t: -x[:, ::-1],
    "product": lambda x, t: x @ np.eye(DIM),
    "exponents": lambda x, t: np.abs(x) ** (OTHERS % 5),
    "t of each": lambda x, t: x * np.sin(OWN * t),
    "caught": in_two_ways,
    "sorted": lambda x, t: np.sort(x, axis=1),
    "cumulated": lambda x, t: np.add.accumulate(x, axis=1) * 1e-3,
}
NOT_SORTED = {name: field for name, field in NOT_ALIKE.items() if name != "sorted"}


def is_alike(field):
    return field._latest.trace.features is not None


def run(field, diffusion=0.3, **options):
    x0 = np.linspace(0.1, 1.0, DIM)
    given = {"paths": 3, "steps": 5, "seed": 7, "save": "all"} | options
    if diffusion is None:
        del given["seed"]
        return mr.euler(field, x0, **given)
    return mr.euler_maruyama(field, diffusion, x0, **given)


def with_all_features(monkeypatch):
    monkeypatch.setattr(programs, "_MANY", 10**9)
    monkeypatch.setattr(programs, "_MANY_OF_FEW", 10**9)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("name", ALIKE)
def test_the_bits_are_those_of_all_features(monkeypatch, name, dtype):
    field, diffusion = mr.compile(ALIKE[name]), mr.compile(lambda x, t: 0.1 + OWN * x * x)
    pairs = [(field, None), (field, 0.3), (field, OWN), (field, diffusion), (0.5, field), (OWN, field)]
    results = [run(*pair, dtype=dtype) for pair in pairs]
    assert is_alike(field)
    with_all_features(monkeypatch)
    for (drift, diffusion), alike in zip(pairs, results, strict=True):
        whole = run(drift, diffusion, dtype=dtype)
        assert whole.route == alike.route
        assert whole.x.tobytes() == alike.x.tobytes()
    assert not is_alike(field)


@pytest.mark.parametrize("name", NOT_SORTED)
def test_what_mixes_features_is_traced_with_all_of_them(name):
    field = mr.compile(NOT_ALIKE[name])
    alone = run(field)
    assert not is_alike(field)
    if name not in ("mean", "product", "exponents", "t of each"):  # which are not NumPy's to the last bit
        assert alone.x.tobytes() == run(NOT_ALIKE[name]).x.tobytes()


def test_a_refusal_of_all_features_is_raised():
    with pytest.raises(mr.TracingError, match="sort"):
        run(mr.compile(NOT_ALIKE["sorted"]))
    with pytest.raises(ZeroDivisionError):
        run(mr.compile(lambda x, t: x / (1 // 0)))


@pytest.mark.parametrize("dim", [16, 17, 63, 64, 65, 255, 1000, 1003])
@pytest.mark.parametrize("paths", [1, 2, 5, 130])
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_every_cut_has_the_callbacks_bits(dim, paths, dtype):
    own = np.linspace(0.5, 1.5, dim).astype(dtype)

    def drift(x, t):
        return t - own * x

    for x0 in (own, np.arange(paths * dim, dtype=float).reshape(paths, dim) / dim):
        options = {"paths": paths, "steps": 5, "seed": 11, "save": 2, "dtype": dtype}
        wanted = mr.euler_maruyama(drift, own, x0, **options)
        for threads in (1, 2):
            for tile_rows in (0, 32, 96):
                got = mr.run.run(
                    mr.run.Equation("euler_maruyama", mr.compile(drift), own, "diagonal"), x0, t=None, args=(),
                    progress=False, nonfinite="raise", out=None, threads=threads, tile_rows=tile_rows, **options,
                )  # fmt: skip
                assert got.x.tobytes() == wanted.x.tobytes()


def test_a_program_does_not_grow_with_the_dimensions():
    field = mr.compile(ALIKE["one number each"])
    run(field)
    large = mr.compile(lambda x, t: np.linspace(0, 1, 10**6) * x - np.arange(10**6))
    mr.euler(large, np.zeros(10**6), paths=1, steps=1)
    assert large.program.operations == field.program.operations
    assert large.operations == 10**6 * field.program.operations
    assert "dim 1000000" in repr(large)


def test_values_at_states(monkeypatch):
    x = np.random.default_rng(1).normal(size=(3, DIM))
    fields = {name: mr.compile(field) for name, field in ALIKE.items() if name not in ("t alone", "numbers alone")}
    values = {name: field(x, 0.25) for name, field in fields.items()}
    assert all(map(is_alike, fields.values()))
    with_all_features(monkeypatch)
    for name, field in fields.items():
        assert values[name].tobytes() == field(x, 0.25).tobytes()


def test_what_is_one_for_all_paths_keeps_its_shape():
    x = np.zeros((3, DIM))
    assert mr.compile(ALIKE["t alone"])(x, 0.5).shape == ()
    assert mr.compile(ALIKE["numbers alone"])(x, 0.5).shape == (DIM,)


def test_numbers_in_args_are_read_in_each_run():
    calls = []

    @mr.compile
    def field(x, t, rate):
        calls.append(rate)
        return -rate * x + rate * (OWN * x)

    results = [run(field, args=(rate,)).x for rate in (0.5, 0.25, 0.125)]
    assert is_alike(field)
    assert len(calls) == 2
    for rate, x in zip((0.5, 0.25, 0.125), results, strict=True):
        assert x.tobytes() == run(lambda x, t, rate=rate: -rate * x + rate * (OWN * x)).x.tobytes()


def test_a_number_that_is_needed_is_traced_for_each():
    field = mr.compile(lambda x, t, n: x**n if n > 1.5 else -x)
    for n in (2.0, 1.0, 2.0):
        assert run(field, args=(n,)).x.tobytes() == run(lambda x, t, n=n: x**n if n > 1.5 else -x).x.tobytes()
        assert is_alike(field)


def test_a_sweep_over_a_field_that_mixes_features_traces_each_number_once():
    calls = []

    @mr.compile
    def field(x, t, n):
        calls.append(n)
        return x[:, ::-1] if n > 0 else x

    for n in (1.0, 2.0, 3.0):
        run(field, args=(n,))
    assert not is_alike(field)
    assert len(calls) <= 3 + 2 * 3


def test_marked_arguments_are_of_whole_paths():
    rows = np.arange(3.0)[:, None]
    field = mr.compile(lambda x, t, a: a * x)
    assert run(field, args=(mr.per_path(rows),)).x.tobytes() == (
        run(lambda x, t, a: a * x, args=(mr.per_path(rows),)).x.tobytes()
    )
    assert not is_alike(field)


def test_what_is_found_around_is_looked_at():
    weights = OWN.copy()
    field = mr.compile(lambda x, t: weights * x)
    first = run(field).x
    weights[3] = 5.0
    assert run(field).x.tobytes() == run(lambda x, t: weights * x).x.tobytes() != first.tobytes()


def test_the_path_that_is_not_finite_is_named():
    x0 = np.zeros((4, DIM))
    x0[2, 40] = 0.6
    field = mr.compile(lambda x, t: np.where(x > 0.5, np.inf, 0.0))
    with pytest.raises(mr.NonFiniteError) as caught:
        mr.euler(field, x0, steps=3, paths=range(10, 14))
    assert is_alike(field)
    assert (caught.value.path, caught.value.step) == (12, 1)


def test_progress_counts_paths():
    told = []
    run(mr.compile(ALIKE["decay"]), progress=lambda done, total: told.append((done, total)))
    assert told[-1] == (15, 15)
    assert all(done <= total == 15 for done, total in told)


def test_runs_go_on():
    field = mr.compile(ALIKE["one number each"])
    whole = run(field, t=(0.0, 1.0), steps=6)
    half = run(field, t=(0.0, 0.5), steps=3)
    rest = mr.euler_maruyama(field, 0.3, half, t=(0.5, 1.0), steps=3)
    assert rest.final.tobytes() == whole.final.tobytes()


def test_paths_have_their_numbers():
    field = mr.compile(ALIKE["decay"])
    whole = run(field, paths=6)
    assert run(field, paths=[4, 1]).x.tobytes() == whole.x[:, [4, 1]].tobytes()
    assert run(field, paths=0).x.shape == (6, 0, DIM)


def test_pickles_keep_the_program():
    field = mr.compile(lambda x, t: OWN * x)
    wanted = run(field).x
    for module in (pickle, cloudpickle):
        again = pickle.loads(module.dumps(field))
        assert run(again).x.tobytes() == wanted.tobytes()


def test_general_noise_is_of_whole_states():
    field = mr.compile(ALIKE["decay"])
    run(field, np.ones((DIM, 2)), noise="general")
    assert not is_alike(field)


@pytest.mark.parametrize("name", ALIKE)
def test_compiled_in_compiled(name):
    inner = mr.compile(ALIKE[name])
    outer = mr.compile(lambda x, t: inner(x, t) + 1.0)
    assert run(outer).x.tobytes() == run(mr.compile(lambda x, t: ALIKE[name](x, t) + 1.0)).x.tobytes()
    assert is_alike(outer)


# what an attack has found


def refilled(x, t):
    b = np.full(DIM, 1.0)
    y = x * b
    b[:] = 2.0
    return y - x * b


def grown(x, t):
    w, y = np.ones(DIM), 0.0
    for _ in range(3):
        w *= OWN
        y = y + w * x
    return -y


@pytest.mark.parametrize("field", [refilled, grown])
def test_own_numbers_are_those_of_the_moment(field):
    compiled = mr.compile(field)
    assert run(compiled).x.tobytes() == run(field).x.tobytes()
    assert is_alike(compiled)


@pytest.mark.parametrize("several", [0, 10**9])
def test_two_functions_may_return_the_same_memory(monkeypatch, several):
    monkeypatch.setattr(programs, "_MANY", several)
    memory = np.zeros(DIM)

    def filled_with(number):
        def function(x, t):
            memory[:] = number
            return memory

        return mr.compile(function)

    assert run(filled_with(1.0), filled_with(3.0)).x.tobytes() == run(1.0, 3.0).x.tobytes()


def test_values_of_earlier_calls_are_refused():
    kept = {}

    def the_last(x, t):
        y = -kept.get("last", x)
        kept["last"] = x
        return y

    def of_a_cache(x, t):
        return kept.setdefault("w", np.exp(-x))

    def copied(x, t):
        kept.setdefault("copy", x.copy())
        return -kept["copy"]

    for field in (the_last, of_a_cache, copied):
        with pytest.raises(mr.TracingError, match="earlier call"):
            run(mr.compile(field))


def of_divmod(x, t):
    try:
        return divmod(x, 0.3)[1]
    except TypeError:
        return -5 * x


def of_divmod_of_t(x, t):
    try:
        return divmod(t, x + 1)[1]
    except TypeError:
        return -5 * x


def of_a_product(x, t):
    try:
        return x @ np.eye(DIM)
    except TypeError:
        return -5 * x


def of_a_copy(x, t):
    import copy

    try:
        return -copy.copy(x)
    except Exception:
        return -5 * x


def of_decimals(x, t):
    try:
        return np.round(x, np.array([2]))
    except TypeError:
        return -5 * x


def of_a_hash(x, t):
    try:
        return -x if x in {1: 2} else x
    except TypeError:
        return -5 * x


@pytest.mark.parametrize("field", [of_divmod, of_divmod_of_t, of_a_product, of_decimals])
def test_a_caught_error_is_not_another_way(field):
    assert run(mr.compile(field)).x.tobytes() == run(field).x.tobytes()


@pytest.mark.parametrize("field", [of_a_copy, of_a_hash])
def test_what_fails_for_one_feature_is_traced_with_all(field):
    compiled = mr.compile(field)
    try:
        x = run(compiled).x
    except mr.TracingError:
        return
    assert x.tobytes() == run(field).x.tobytes()


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize(
    "field",
    [
        lambda x, t: np.full_like(x, OWN, dtype=np.float32) - x,
        lambda x, t: np.sin(1e5 * t * (np.zeros_like(x) + OWN)) - x,
        lambda x, t: np.exp(np.full_like(x, OWN)) * x,
        lambda x, t: (t + 0.3) ** (np.zeros_like(x) + OTHERS) * x * 1e-9,
        lambda x, t: np.clip(OWN.astype(np.float32), 0.15, x) - x,
        lambda x, t: np.select([x > 0.9, OWN > 0.5], [x, OWN.astype(np.float32)], 0.1) - x,
        lambda x, t: np.clip(np.arange(DIM, dtype=np.uint8), -1, x) - x,
        lambda x, t: np.sin(1e6 * t * np.where(OWN > 0.4, OWN, x)) - x,
        lambda x, t: np.exp(np.select([OWN > 0.4, x > 0.9], [OWN, x], 0.1)) * x,
        lambda x, t: np.exp(np.where(x > 0.3, OWN, OWN[5])) * x,
        lambda x, t: np.sin(np.where(x > 0.3, OWN, OWN[::-1] ** 2)) * x,
        lambda x, t: np.exp(np.where(x > 0.3, OWN, np.zeros_like(x) + OWN[5])) * x,
        lambda x, t: np.power(abs(x), [0.5]) - x,
    ],
)
def test_numbers_meet_as_they_do_with_all_features(monkeypatch, field, dtype):
    alike = run(mr.compile(field), dtype=dtype)
    with_all_features(monkeypatch)
    assert alike.x.tobytes() == run(mr.compile(field), dtype=dtype).x.tobytes()


def test_numbers_chosen_by_the_state_keep_their_digits(monkeypatch):
    def field(x, t):
        return np.select([x > 0.9, OWN > 0.5], [x, OWN.astype(np.float32)], 0.1) - x

    for many in (64, 10**9):
        monkeypatch.setattr(programs, "_MANY", many)
        assert run(mr.compile(field)).x.tobytes() == run(field).x.tobytes()


@pytest.mark.parametrize("threads", [1, 2])
def test_the_first_step_that_is_not_finite_is_named(threads):
    rates = np.ones(3000)
    rates[0], rates[2500] = 300.0, 1e150

    def blow_up(x, t):
        with np.errstate(over="ignore"):
            return rates * x

    for field in (blow_up, mr.compile(blow_up)):
        with pytest.raises(mr.NonFiniteError) as caught:
            mr.euler(field, np.ones((2, 3000)), steps=200, t=(0, 100.0), threads=threads, paths=[5, 9])
        assert caught.value.step == 3
        assert caught.value.path in (5, 9)


def closure(rate):
    return mr.compile(lambda x, t: -rate * np.where(x > OWN, np.sin(x), OWN) + np.cos(t))


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_a_pickled_program_serves_for_all_runs(dtype):
    field = closure(0.7)
    first = run(field, dtype=dtype)
    again = pickle.loads(pickle.dumps(field))
    assert is_alike(again)
    assert run(again, dtype=dtype).x.tobytes() == first.x.tobytes()
    others = [
        {"paths": 1}, {"paths": 200}, {"noise": "general", "diffusion": np.ones((DIM, 2))},
        {"diffusion": lambda x, t: 0.1 * x},
    ]  # fmt: skip
    for options in others:
        assert run(again, dtype=dtype, **options).x.tobytes() == run(field, dtype=dtype, **options).x.tobytes()
    x = np.full((5, DIM), 0.3, dtype)
    assert again(x, 0.5).tobytes() == field(x, 0.5).tobytes()


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_a_pickle_of_a_pickle_has_the_programs(dtype):
    field = closure(0.7)
    wanted = run(field, dtype=dtype)
    again = pickle.loads(pickle.dumps(pickle.loads(pickle.dumps(field))))
    assert run(again, dtype=dtype).x.tobytes() == wanted.x.tobytes()


@pytest.mark.parametrize("field", [lambda x, t: np.sin(t), lambda x, t: 2.0, lambda x, t: OWN])
def test_a_pickled_program_of_runs_alone_is_not_called(field):
    compiled = mr.compile(field)
    wanted = run(compiled)
    again = pickle.loads(pickle.dumps(compiled))
    assert run(again).x.tobytes() == wanted.x.tobytes()
    assert run(again, lambda x, t: 0.1 * x).x.tobytes() == run(field, lambda x, t: 0.1 * x).x.tobytes()
    with pytest.raises(mr.TracingError, match="out of a pickle"):
        again(np.zeros((3, DIM)), 0.5)


def test_a_pickled_program_with_numbers_serves_for_all_runs():
    field = mr.compile(lambda x, t, k: -k * OWN * x + np.exp(-k * t))
    run(field, args=(0.5,))
    again = pickle.loads(pickle.dumps(field))
    for diffusion in (0.3, lambda x, t, k: 0.1 * x):
        one = run(again, diffusion, args=(0.25,)).x
        assert one.tobytes() == run(field, diffusion, args=(0.25,)).x.tobytes()


def test_a_pickled_program_of_whole_states_serves_for_single_paths():
    field = mr.compile(lambda x, t: -np.roll(x, 1, axis=1))
    wanted = run(field).x
    again = pickle.loads(pickle.dumps(field))
    assert run(again).x.tobytes() == wanted.tobytes()
    small = mr.compile(lambda x, t: -x)
    x0 = np.ones(20)
    mr.euler(small, x0, paths=5, steps=3)
    again = pickle.loads(pickle.dumps(small))
    assert mr.euler(again, x0, paths=1, steps=3).x.tobytes() == mr.euler(small, x0, paths=1, steps=3).x.tobytes()
