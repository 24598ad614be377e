# Copyright (c) 2026 the maruyama developers. SPDX-License-Identifier: BSD-3-Clause
"""The same bits on every level of this processor: one digest over all that the proof looks at."""

import hashlib
import os
import subprocess
import sys
from functools import partial

import numpy as np

import transform_truth as truth
from maruyama import _core
from transform_proof.errors import BLOCK, in_blocks
from transform_proof.float32 import all_words


def digest_of_block(block: int, words: int, points: int) -> bytes:
    """Every radius, cosine and sine of one block of each type."""
    digest, inputs = hashlib.sha256(), []
    if block < 2**words // BLOCK:
        inputs.append((all_words(block), all_words(block)))
    if block < points // BLOCK:
        inputs.append(truth.stratified(np.uint64, BLOCK, block, points // BLOCK))
    for radius_words, angle_words in inputs:
        for values in (_core.radii(radius_words), *_core.directions(angle_words)):
            digest.update(values.data)
    return digest.digest()


def digest(words: int, points: int, processes: int) -> str:
    """Of the level in use."""
    whole = hashlib.sha256()
    function = partial(digest_of_block, words=words, points=points)
    for part in in_blocks(function, max(2**words, points) // BLOCK, processes):
        whole.update(part)
    return whole.hexdigest()


def lines(command: list[str]) -> list[str]:
    """Run the command, which prints the digest, on each level; they must be the same."""
    found = {}
    for level in _core.levels():
        env = {**os.environ, "MARUYAMA_ISA": level}
        done = subprocess.run([sys.executable, *command], env=env, stdout=subprocess.PIPE, text=True, check=True)
        found[level] = done.stdout.strip()
    assert len(set(found.values())) == 1, f"the levels differ: {found}"
    rows = [f"| {level} | {value} |" for level, value in found.items()]
    return ["| level | SHA-256 of every value above |", "|---|---|", *rows]
