"""The noise bit by bit: Philox against everybody's known answers, one run on every route, thread count and level."""

import os
import subprocess
import sys
from functools import partial
from hashlib import sha256
from typing import Any

import numpy as np

import maruyama as mr
from maruyama import _core
from maruyama.verify.case import Bits, Case

__all__ = ["bit_cases"]

# Random123 1.14.0, kat_vectors: Philox4x32-10 of (counter, key), each of them zeros, ones, the digits of pi
PI_COUNTER, PI_KEY = (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344), (0xA4093822, 0x299F31D0)
ONES = 0xFFFFFFFF
PHILOX = [
    ("zeros", (0, 0, 0, 0), (0, 0), "6627e8d5 e169c58d bc57ac4c 9b00dbd8"),
    ("ones", (ONES,) * 4, (ONES,) * 2, "408f276d 41c83b0e a20bc7c6 6d5451fd"),
    ("pi", PI_COUNTER, PI_KEY, "d16cfe09 94fdcceb 5001e420 24126ea1"),
]
# Of noise stream version 1; tests/test_verify.py makes it of the slow reference of the noise and a NumPy loop
RUN_HASH = "4b69bcc4be54"


def bit_cases() -> list[Case]:
    """Philox, then the same run in every way that promises the same bits."""
    philox = [Case(f"Philox4x32-10 of {name}", partial(philox_words, c, k), words) for name, c, k, words in PHILOX]
    threads = [Case(f"run, compiled, threads: {n}", partial(compiled_run, n), RUN_HASH) for n in (1, 2)]
    levels = [Case(f"run, level {level}", partial(run_on_level, level), RUN_HASH) for level in _core.levels()]
    return [*philox, *threads, Case("run, NumPy callback", callback_run, RUN_HASH), *levels]


def philox_words(counter: tuple[int, ...], key: tuple[int, int]) -> Bits:
    """The four output words."""
    words = _core.philox(np.array([counter], np.uint32), key)
    return Bits(" ".join(f"{word:08x}" for word in words[0]))


def field(x: Any, t: float) -> Any:
    """Additions and multiplications alone: NumPy's bits are the compiled ones."""
    return -4.0 * x * (x * x - 1.0)


def run_hash(drift: Any, threads: int | None) -> str:
    """The beginning of the SHA-256 of all saved states, in both types."""
    found = sha256()
    for dtype in (np.float64, np.float32):
        run = mr.euler_maruyama(
            drift, 0.5, [0.1, 0.2, 0.3], paths=5000, steps=20, save=5, seed=7, dtype=dtype, threads=threads
        )
        found.update(run.x.astype(run.x.dtype.newbyteorder("<")).tobytes())
    return found.hexdigest()[:12]


def compiled_run(threads: int | None = None) -> Bits:
    """In the core alone."""
    return Bits(run_hash(mr.compile(field), threads))


def callback_run() -> Bits:
    """With the field in NumPy."""
    return Bits(run_hash(field, None))


def run_on_level(level: str) -> Bits:
    """In a process of its own, for the level is chosen when the core is loaded."""
    environment = {**os.environ, "MARUYAMA_ISA": level}
    command = [sys.executable, "-c", f"from {__name__} import compiled_run; print(compiled_run().value)"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if done.returncode == 0:
        return Bits(done.stdout.strip())
    return Bits(f"exit {done.returncode}")  # negative: the signal, as of an instruction that the processor lacks
