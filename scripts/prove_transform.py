# Copyright (c) 2026 the maruyama developers. SPDX-License-Identifier: BSD-3-Clause
"""Proof of the transform in cpp/rng/normal.hpp: every float32 word, many float64 words, every level of this machine.

``python scripts/prove_transform.py --write docs/noise-proof.md`` takes six minutes of processor time; it needs the
installed package, mpmath and a long double of 64 bits. ``--words 24 --points 1000000`` tries it in seconds.

float32: the radius of all 2^32 words is computed and must never rise as the words grow. Words of equal radius then
form runs, along which the exact radius falls: the error is largest at an end of a run, so only the ends are compared
with long double. The directions of all 2^32 words must be, bit for bit, the eight mirror images of those of 2^29
words, which are compared in the same way: along a run of equal cosines the exact one is monotone. Moments of the
normals are products of moments of radii and of cosines. The tail counts the pairs of words whose rounded product
exceeds k, in whole numbers: nothing is estimated.

float64: stratified words (tests/transform_truth.py) against long double; the worst thousand and all edge words
against mpmath.

Levels: each runs in a process of its own; SHA-256 over everything it computes must be the same.
"""

import argparse
import sys
import time
from pathlib import Path

from transform_proof import float32, float64, levels
from transform_proof.errors import truth

import maruyama as mr


def arguments() -> argparse.Namespace:
    """What the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--words", type=int, default=32, help="first 2^WORDS float32 words; fewer than 32 is a trial")
    parser.add_argument("--points", type=int, default=100_000_000, help="float64 words of each kind")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--write", type=Path, help="a file for the report")
    parser.add_argument("--digest", action="store_true", help="print the digest of this level, and no more")
    return parser.parse_args()


def report(asked: argparse.Namespace) -> str:
    """The page."""
    start, info = time.monotonic(), mr.info()
    parts64 = float64.proof(asked.points, asked.processes)
    parts32 = float32.proof(asked.words, asked.processes)
    options = [f"--{name}={getattr(asked, name)}" for name in ("words", "points", "processes")]
    same = levels.lines([__file__, "--digest", *options])
    command = " ".join(["python scripts/prove_transform.py", *options])
    head = f"""\
# The transform, proved

Written on {time.strftime("%Y-%m-%d")} by `{command}`, in {time.monotonic() - start:.0f} s.
The script says how each figure comes about. maruyama {info.version}, noise stream version {info.stream_version},
{info.compiler}; compared with the truth on {info.instruction_set}, the other levels have the same bits (last section).

An ulp is the unit in the last place of the exact value. cos and sin are those of the eighth of the circle next to
the axis, |angle| < 45 degrees; everything else is a mirror image of it.
"""
    section32 = f"""\
## float32: all 2^{asked.words} radius words and all 2^{asked.words} angle words

Finite, and symmetric bit for bit. The radius never rises as its word grows. The *rounded* word is what is left of it
once it is a float32; the arithmetic begins there.
"""
    section64 = """
## float64: stratified and edge words

Finite, and symmetric bit for bit. The truth is that of the word rounded to float64: u = 1 then happens with
probability 2^-54, and its radius is 0.
"""
    others = "\nProcessors that this machine is not are emulated by `python scripts/check_levels.py`, on fixed inputs."
    pieces = [head, section32, *parts32, section64, *parts64, "\n## Levels\n", *same, others]
    return "\n".join(pieces) + "\n"


def main() -> None:
    """Run what is asked for."""
    asked = arguments()
    if not truth.FINE:
        sys.exit("long double has fewer than 64 bits here: nothing can be proved with it")
    if asked.digest:
        print(levels.digest(asked.words, asked.points, asked.processes))
        return
    text = report(asked)
    print(text)
    if asked.write:
        asked.write.write_text(text)


if __name__ == "__main__":
    main()
