"""The noise never changes: its hashes are pinned to STREAM_VERSION, on every level of this processor."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import golden
from maruyama import _core

PINNED = json.loads(Path(__file__).with_name("golden.json").read_text())
REMEDY = "the noise changed: undo that, or raise kStreamVersion in cpp/rng/counter.hpp and run scripts/golden.py"


def changed(found):
    return [name for name in PINNED["hashes"] | found if PINNED["hashes"].get(name) != found.get(name)]


def test_the_stream_version_is_that_of_the_hashes():
    assert PINNED["stream_version"] == _core.STREAM_VERSION == 1, REMEDY


def test_the_noise_is_what_it_was():
    assert not changed(golden.hashes()), REMEDY


@pytest.mark.parametrize("level", _core.levels())
def test_the_noise_is_the_same_on_every_level(level):
    command = [sys.executable, golden.__file__]
    done = subprocess.run(
        command, env={**os.environ, "MARUYAMA_ISA": level}, capture_output=True, text=True, check=True
    )
    found = json.loads(done.stdout)
    assert found["level"] == level
    assert not changed(found["hashes"])


def test_no_two_hashes_are_equal():
    hashes = PINNED["hashes"]
    assert len(set(hashes.values())) == len(hashes)
