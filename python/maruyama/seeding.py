"""From a user's seed to the keys of the noise. What the noise does with a key is the core's business."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from maruyama import _core
from maruyama.arguments import whole_number

__all__ = ["Keys", "KnownSeed", "Seed", "child", "keys_of", "known_seed", "plain_entropy", "same_seed", "seed_text"]

KnownSeed: TypeAlias = int | np.random.SeedSequence
Seed: TypeAlias = KnownSeed | Sequence[int] | NDArray[np.integer[Any]] | np.random.Generator | None
Key: TypeAlias = tuple[int, int]

_CHILDREN = 2**63


class Keys(NamedTuple):
    """Three independent keys of two 32-bit words each, so that no use of a seed sees the noise of another."""

    noise: Key  # of a run's z(path, step, j)
    initial: Key  # of draws of an initial distribution
    normals: Key  # of standard_normal


def known_seed(seed: Seed) -> KnownSeed:
    """The seed that repeats the run: 64 fresh bits for None, one draw from a Generator, else the seed itself.

    Several integers are taken as NumPy takes them: ``[7, 0]`` is ``SeedSequence([7, 0])``.
    """
    if type(seed) is int:
        return whole_number(seed, "seed")
    if seed is None:
        return _fresh()
    if isinstance(seed, np.random.SeedSequence):
        return seed
    if isinstance(seed, np.random.Generator):
        return int(seed.integers(2**64, dtype=np.uint64))
    if isinstance(seed, np.random.RandomState | np.random.BitGenerator):
        raise TypeError(f"seed must not be a {type(seed).__name__}: give np.random.default_rng(...), or an int")
    if isinstance(seed, list | tuple) or (isinstance(seed, np.ndarray) and seed.ndim):
        return np.random.SeedSequence(_integers(seed))
    return whole_number(seed, "seed")


def keys_of(seed: KnownSeed) -> Keys:
    """The keys of a seed; those of an int are remembered."""
    return _keys_of_int(seed) if isinstance(seed, int) else _hashed(seed)


def same_seed(seed: Seed, known: KnownSeed | None) -> bool:
    """Whether ``seed`` gives the noise of ``known``; a Generator is not drawn from: it never does."""
    if known is None or isinstance(seed, np.random.Generator):
        return False
    return keys_of(known_seed(seed)) == keys_of(known)


def child(seed: KnownSeed, number: int) -> np.random.SeedSequence:
    """A seed for one of several independent uses; it is none that ``SeedSequence.spawn`` gives to anybody else."""
    parent = seed if isinstance(seed, np.random.SeedSequence) else np.random.SeedSequence(seed)
    spawn_key = (*parent.spawn_key, _CHILDREN + number)  # spawn counts from 0
    return np.random.SeedSequence(parent.entropy, spawn_key=spawn_key, pool_size=parent.pool_size)


def seed_text(seed: KnownSeed) -> str:
    """The seed as Python would read it back."""
    if isinstance(seed, int):
        return repr(seed)
    pool = f", pool_size={seed.pool_size}" if seed.pool_size != 4 else ""
    spawned = f", spawn_key={tuple(plain_entropy(seed.spawn_key))}" if seed.spawn_key else ""
    return f"np.random.SeedSequence({plain_entropy(seed.entropy)!r}{spawned}{pool})"


def plain_entropy(entropy: Any) -> Any:
    """The entropy of a SeedSequence in Python's own ints and lists, which print, and go into JSON."""
    if isinstance(entropy, str):
        return entropy
    return [plain_entropy(each) for each in entropy] if np.ndim(entropy) else int(entropy)


def _integers(seed: Any) -> list[int]:
    if len(seed) == 0 or np.ndim(seed) != 1:
        raise TypeError(f"seed must be an integer, or integers in one row, got {seed!r}")
    return [whole_number(each, "each integer of seed") for each in seed]


@lru_cache(maxsize=1024)
def _keys_of_int(seed: int) -> Keys:
    return _keys(_core.seed_words(seed)) if seed < 2**64 else _hashed(np.random.SeedSequence(seed))


def _hashed(sequence: np.random.SeedSequence) -> Keys:
    return _keys(sequence.generate_state(6, np.uint32).tolist())


def _keys(words: list[int]) -> Keys:
    a, b, c, d, e, f = words
    return Keys((a, b), (c, d), (e, f))


def _fresh() -> int:
    """As many bits as a key has, and as NumPy's integers have: a file of arrays can keep it."""
    return int(np.random.SeedSequence().generate_state(1, np.uint64)[0])
