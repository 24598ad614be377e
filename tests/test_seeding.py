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


@pytest.mark.parametrize("seed", [True, np.False_, 1.0, "7", [7], np.random.RandomState(7), np.random.PCG64(7)])
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
