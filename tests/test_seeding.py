"""Seeds: what is accepted, and which noise comes of it."""

import numpy as np
import pytest

import maruyama as mr
from maruyama.seeding import child, keys_of


def z(seed):
    return mr.noise(seed, paths=3, steps=2, dim=2)


def final(seed):
    return mr.brownian(5, steps=3, seed=seed, save="final").final


def test_equal_seeds_give_equal_noise():
    assert (z(7) == z(7)).all()
    assert (z(7) != z(8)).all()


@pytest.mark.parametrize("seed", [np.int32(7), np.uint64(7), np.random.SeedSequence(7)])
def test_a_seed_is_known_by_its_value(seed):
    assert (z(seed) == z(7)).all()


def test_keys_are_the_words_of_numpys_seed_sequence():
    rng = np.random.default_rng(1)
    edges = [0, 1, 2**32 - 1, 2**32, 2**63, 2**64 - 1, 2**64, 2**200]
    for seed in [*edges, *range(1000), *map(int, rng.integers(2**64, size=10_000, dtype=np.uint64))]:
        words = np.random.SeedSequence(seed).generate_state(6).tolist()
        assert [word for key in keys_of(seed) for word in key] == words


def test_spawned_sequences_differ():
    a, b = np.random.SeedSequence(7).spawn(2)
    assert (z(a) != z(b)).all()


def test_a_sequence_is_not_used_up():
    sequence = np.random.SeedSequence(7)
    assert (z(sequence) == z(sequence)).all()
    assert sequence.n_children_spawned == 0


def test_a_large_int_is_a_seed():
    assert (z(10**40) != z(10**40 + 1)).all()


def test_a_generator_gives_one_draw():
    rng, twin = np.random.default_rng(7), np.random.default_rng(7)
    seed = mr.brownian(5, steps=3, seed=rng).seed
    assert seed == twin.integers(2**64, dtype=np.uint64)
    assert rng.random() == twin.random()


@pytest.mark.parametrize("seed", [None, np.random.default_rng(7), 7, np.random.SeedSequence(7)])
def test_the_seed_in_the_result_repeats_the_run(seed):
    run = mr.brownian(5, steps=3, seed=seed, save="final")
    assert isinstance(run.seed, int | np.random.SeedSequence)
    assert (final(run.seed) == run.final).all()


def test_no_seed_is_fresh_entropy():
    assert (final(None) != final(None)).all()


def test_an_ode_has_no_seed():
    assert mr.euler(1.0, [[0.0]], steps=1).seed is None


INTEGERS = {
    "list": [7, 0],
    "tuple": (7, 0),
    "array": np.array([7, 0]),
    "unsigned": np.array([7, 0], np.uint32),
    "numbers of NumPy": [np.int64(7), np.uint8(0)],
}
READERS = {
    "noise": z,
    "brownian": final,
    "standard_normal": lambda seed: mr.standard_normal(5, seed=seed),
    "distribution": lambda seed: mr.Mixture([mr.Gaussian(0.0, 1.0), mr.Gaussian(1.0, 1.0)]).sample(5, seed=seed),
    "samples": lambda seed: mr.Samples(np.arange(100.0)[:, None]).sample(5, seed=seed),
    "path": lambda seed: mr.GaussianPath.straight(mr.Gaussian(2.0, 0.25)).sample(5, 0.5, seed=seed),
    "model": lambda seed: mr.DiffusionModel(lambda x, t: x, 1.0, init=1).sample(5, steps=2, seed=seed),
    "flow": lambda seed: mr.FlowModel(lambda x, t: x, init=1).sample(5, steps=2, seed=seed),
    "process": lambda seed: mr.processes.OrnsteinUhlenbeck().simulate(1.0, paths=5, steps=2, seed=seed).final,
    "exact": lambda seed: mr.processes.OrnsteinUhlenbeck().exact_sample(1.0, 1.0, paths=5, seed=seed),
}


@pytest.mark.parametrize("seed", INTEGERS.values(), ids=INTEGERS.keys())
@pytest.mark.parametrize("read", READERS.values(), ids=READERS.keys())
def test_integers_are_the_entropy_of_a_seed_sequence(read, seed):
    expected = read(np.random.SeedSequence([7, 0]))
    assert (read(seed) == expected).all()
    assert (read([7, 1]) != expected).any()


@pytest.mark.parametrize("seed", INTEGERS.values(), ids=INTEGERS.keys())
def test_the_text_of_integers_can_be_read_back(seed):
    assert "seed=np.random.SeedSequence([7, 0])," in repr(mr.brownian(5, steps=3, seed=seed))


def test_the_text_of_a_sequence_of_numpys_integers_can_be_read_back():
    seed = np.random.SeedSequence(np.array([1, 2]), spawn_key=(np.int64(3),))
    text = repr(mr.brownian(2, steps=1, seed=seed))
    assert "seed=np.random.SeedSequence([1, 2], spawn_key=(3,))," in text


def test_the_seed_of_a_run_without_one_is_kept_by_a_file_of_arrays(tmp_path):
    run = mr.brownian(5, steps=3)
    np.savez(tmp_path / "run.npz", seed=run.seed)
    with np.load(tmp_path / "run.npz", allow_pickle=False) as file:
        assert (final(int(file["seed"])) == run.final).all()


@pytest.mark.parametrize("seed", [[-1], [7, -1]])
def test_negative_integers_are_refused(seed):
    with pytest.raises(ValueError, match="each integer of seed must be at least 0, got -1"):
        z(seed)


@pytest.mark.parametrize("seed", [[], (), [[7]], np.zeros((0,), int), [0.5], ["7"], [True], np.array([7.0])])
def test_what_are_no_integers_is_refused(seed):
    with pytest.raises(TypeError, match="seed must be an integer"):
        z(seed)


@pytest.mark.parametrize("seed", [True, np.False_, 1.0, "7", np.random.RandomState(7), np.random.PCG64(7)])
def test_what_is_no_seed_is_refused(seed):
    with pytest.raises(TypeError, match="seed must"):
        z(seed)


def test_a_negative_seed_is_refused():
    with pytest.raises(ValueError, match="seed must be at least 0, got -1"):
        z(-1)


def test_standard_normal_and_the_noise_of_a_run_have_different_keys():
    assert (mr.standard_normal(4, seed=7) != mr.noise(7, paths=1, steps=1, dim=4).ravel()).all()


def test_children_of_a_seed_have_keys_of_their_own():
    parent = np.random.SeedSequence(7, spawn_key=(2,))
    seeds = [7, child(7, 0), child(7, 1), parent, child(parent, 0), *np.random.SeedSequence(7).spawn(2)]
    keys = [key for seed in seeds for key in keys_of(seed)]
    assert len(set(keys)) == 3 * len(seeds)
