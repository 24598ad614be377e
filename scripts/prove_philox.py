# Copyright (c) 2026 the maruyama developers. SPDX-License-Identifier: BSD-3-Clause
"""Compare the core's Philox4x32-10 with randomgen's, on random pairs of counter and key, on every level.

``python scripts/prove_philox.py`` takes a million pairs and half a minute; ``--pairs 2000`` tries it. It needs the
installed package and randomgen (the extra ``test``). Each level runs in a process of its own. Ends with 1 where a word
differs.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
from randomgen import Philox

from maruyama import _core


def drawn(pairs: int) -> tuple[np.ndarray, np.ndarray]:
    """Counters (pairs, 4) and keys (pairs, 2)."""
    rng = np.random.default_rng(20_003)
    return rng.integers(2**32, size=(pairs, 4), dtype=np.uint32), rng.integers(2**32, size=(pairs, 2), dtype=np.uint32)


def number(words: np.ndarray) -> int:
    """The words as one integer, the first of them lowest."""
    return int.from_bytes(words.tobytes(), sys.byteorder)


def oracle(counters: np.ndarray, keys: np.ndarray) -> np.ndarray:
    """The words of randomgen, which adds 1 to its counter before the first of them."""
    words = np.empty_like(counters)
    for place, (counter, key) in enumerate(zip(counters, keys, strict=True)):
        before = (number(counter) - 1) % 2**128
        words[place] = Philox(counter=before, key=number(key), number=4, width=32).random_raw(4)
    return words


def ours(counters: np.ndarray, keys: np.ndarray) -> np.ndarray:
    """The words of the level in use."""
    return np.concatenate([_core.philox(c[None], tuple(k)) for c, k in zip(counters, keys.tolist(), strict=True)])


def main() -> None:
    """Read the options, compare, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pairs", type=int, default=1_000_000)
    parser.add_argument("--against", type=Path, help=argparse.SUPPRESS)  # in a subprocess: the oracle's words
    options = parser.parse_args()
    pairs = drawn(options.pairs)
    if options.against:
        differ = (ours(*pairs) != np.load(options.against)).any(axis=1).sum()
        print(f"{_core.level()}: {options.pairs:,} pairs of counter and key, {differ:,} differ from randomgen's")
        sys.exit(int(differ > 0))
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "words.npy"
        np.save(file, oracle(*pairs))
        command = [sys.executable, __file__, "--pairs", str(options.pairs), "--against", file]
        done = [subprocess.run(command, env={**os.environ, "MARUYAMA_ISA": level}) for level in _core.levels()]
    sys.exit(int(any(each.returncode for each in done)))


if __name__ == "__main__":
    main()
