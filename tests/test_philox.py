"""The core's Philox4x32-10 is everybody's: known answers of Random123, and an independent implementation."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import reference
from maruyama import _core

SCRIPT = Path(__file__).parent.parent / "scripts" / "prove_philox.py"
PI = "243f6a88 85a308d3 13198a2e 03707344 a4093822 299f31d0"
KNOWN = [  # Random123, kat_vectors: counter and key, output
    ("00000000 " * 6, "6627e8d5 e169c58d bc57ac4c 9b00dbd8"),
    ("ffffffff " * 6, "408f276d 41c83b0e a20bc7c6 6d5451fd"),
    (PI, "d16cfe09 94fdcceb 5001e420 24126ea1"),
]


def words(text):
    return [int(word, 16) for word in text.split()]


@pytest.mark.parametrize("philox", [_core.philox, reference.philox], ids=["core", "reference"])
@pytest.mark.parametrize(("given", "wanted"), KNOWN, ids=["zeros", "ones", "pi"])
def test_philox_gives_the_known_answers(philox, given, wanted):
    *counter, k0, k1 = words(given)
    assert philox(np.array([counter], np.uint32), (k0, k1)).tolist() == [words(wanted)]


def test_philox_of_random_counters_and_keys_is_the_reference():
    rng = np.random.default_rng(20_001)
    for _ in range(20):
        counters, key = rng.integers(2**32, size=(500, 4), dtype=np.uint32), tuple(rng.integers(2**32, size=2).tolist())
        assert (_core.philox(counters, key) == reference.philox(counters, key)).all()


def test_philox_is_that_of_randomgen():
    randomgen = pytest.importorskip("randomgen")
    rng = np.random.default_rng(20_002)
    for _ in range(20):
        counter, key = rng.integers(2**32, size=4).tolist(), rng.integers(2**32, size=2).tolist()
        number, k = (sum(word << 32 * i for i, word in enumerate(part)) for part in (counter, key))
        oracle = randomgen.Philox(counter=(number - 1) % 2**128, key=k, number=4, width=32)  # it increments first
        words = _core.philox(np.array([counter], np.uint32), tuple(key))
        assert words.ravel().tolist() == oracle.random_raw(4).tolist()


def test_philox_is_that_of_randomgen_on_every_level():
    pytest.importorskip("randomgen")
    done = subprocess.run([sys.executable, SCRIPT, "--pairs", "1000"], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    lines = done.stdout.splitlines()
    assert lines == [f"{level}: 1,000 pairs of counter and key, 0 differ from randomgen's" for level in _core.levels()]


@pytest.mark.parametrize("word", range(4))
def test_every_bit_of_the_counter_changes_the_output(word):
    counters = np.zeros((33, 4), np.uint32)
    counters[1:, word] = 1 << np.arange(32, dtype=np.uint32)
    assert len(np.unique(_core.philox(counters, (1, 2)), axis=0)) == 33
