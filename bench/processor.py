"""What processor this is, and what it can do at most: loops in C that do one thing in registers. They need ``cc``."""

from __future__ import annotations

import ctypes
import platform
import re
import subprocess
import tempfile
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import maruyama as mr

SUMS = 12  # side by side, so that none waits for the one before
TURNS_OF_LOOP = 2_000_000
BYTES = {"x86_64_v4": 64, "x86_64_v3": 32}.get(mr._core.level(), 16)  # of a vector
SOURCE = """
#include <stddef.h>
#ifdef __x86_64__
#include <immintrin.h>
#endif
#define LOOP(name, V, T, start, next)                            \\
  T name(ptrdiff_t turns, T a, T b) {                            \\
    V x[SUMS], va = (V){} + a, vb = (V){} + b, all = {};         \\
    for (int i = 0; i < SUMS; ++i) x[i] = start;                 \\
    for (ptrdiff_t turn = 0; turn < turns; ++turn)               \\
      for (int i = 0; i < SUMS; ++i) x[i] = next;                \\
    for (int i = 0; i < SUMS; ++i) all += x[i];                  \\
    return all[0];                                               \\
  }
#define VECTOR __attribute__((vector_size(BYTES)))
typedef float Floats VECTOR;
typedef double Doubles VECTOR;
typedef unsigned long long Words VECTOR;
#ifndef __x86_64__
#define WORD_PRODUCT(a, b) (((a) & 0xffffffffu) * ((b) & 0xffffffffu))
#elif BYTES == 64
#define WORD_PRODUCT(a, b) (Words)_mm512_mul_epu32((__m512i)(a), (__m512i)(b))
#elif BYTES == 32
#define WORD_PRODUCT(a, b) (Words)_mm256_mul_epu32((__m256i)(a), (__m256i)(b))
#else
#define WORD_PRODUCT(a, b) (Words)_mm_mul_epu32((__m128i)(a), (__m128i)(b))
#endif
LOOP(float32, Floats, float, va * (float)i, x[i] * va + vb)
LOOP(float64, Doubles, double, va * (double)i, x[i] * va + vb)
LOOP(words, Words, unsigned long long, va + (unsigned long long)i, WORD_PRODUCT(x[i], va))
"""


def name_of_processor() -> str:
    """The model, as Linux names it, and the level that runs: what every figure belongs to."""
    try:
        first, _, _ = Path("/proc/cpuinfo").read_text().partition("\n\n")
    except OSError:
        first = ""
    told = dict(re.split(r"\s*:\s*", line, maxsplit=1) for line in first.splitlines() if ":" in line)
    model = told.get("model name", platform.processor() or platform.machine())
    number = f" (family {told['cpu family']}, model {told['model']})" if "cpu family" in told else ""
    return f"{model}{number}, {mr._core.level()}"


class Loop(NamedTuple):
    """A loop, and how many operations on numbers it does."""

    run: Callable[[], object]
    operations: int


def c_library(text: str, *options: str) -> ctypes.CDLL:
    """C, compiled for this processor by cc, and loaded."""
    with tempfile.TemporaryDirectory() as folder:
        source, library = Path(folder, "source.c"), Path(folder, "library.so")
        source.write_text(text)
        subprocess.run(["cc", "-O3", "-march=native", *options, "-shared", "-fPIC", "-o", library, source], check=True)
        return ctypes.CDLL(str(library))


def loops() -> dict[str, Loop]:
    """Fused multiply-adds of "float32" and "float64", two operations each, and products of 32-bit "words"."""
    compiled = c_library(SOURCE, "-ffp-contract=fast", f"-DBYTES={BYTES}", f"-DSUMS={SUMS}")
    found = {}
    for name, kind, each in (
        ("float32", ctypes.c_float, 2),
        ("float64", ctypes.c_double, 2),
        ("words", ctypes.c_uint64, 1),
    ):
        loop = compiled[name]
        loop.argtypes, loop.restype = (ctypes.c_ssize_t, kind, kind), kind
        factors = (3, 0) if name == "words" else (0.5, 0.25)
        operations = each * SUMS * BYTES // ctypes.sizeof(kind) * TURNS_OF_LOOP
        found[name] = Loop(lambda loop=loop, factors=factors: loop(TURNS_OF_LOOP, *factors), operations)
    return found


def on(threads: int, work: Callable[[], object]) -> None:
    """Do the same on so many threads at once."""
    together([work] * threads)


def together(works: Sequence[Callable[[], object]]) -> None:
    """Do all at once, the first one on this thread."""
    others = [threading.Thread(target=work) for work in works[1:]]
    for other in others:
        other.start()
    works[0]()
    for other in others:
        other.join()
