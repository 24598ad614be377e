"""The instruction set is the one that MARUYAMA_ISA names, or the highest there is; all make the same bits."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from maruyama import _core

CHECK = Path(__file__).parent.parent / "scripts" / "check_levels.py"
MISSING = 77
INFO = "import maruyama as mr; print(mr.info().instruction_set, *mr.info().available)"

needs_qemu = pytest.mark.skipif(not shutil.which("qemu-x86_64"), reason="there is no qemu-x86_64 here")


def python(*arguments, isa="", under=()):
    env = {**os.environ, "MARUYAMA_ISA": isa, "OPENBLAS_NUM_THREADS": "1"}
    command = [*under, sys.executable, *arguments]
    return subprocess.run(command, env=env, capture_output=True, text=True, timeout=1500)


def import_error(done):
    """The last line of a failed import."""
    assert done.returncode == 1
    return done.stderr.strip().splitlines()[-1]


@pytest.mark.parametrize("level", _core.levels())
def test_a_level_is_forced_by_its_name(level):
    assert python("-c", INFO, isa=level).stdout.split() == [level, *_core.levels()]


def test_without_a_name_it_is_the_highest():
    assert python("-c", INFO).stdout.split() == [_core.levels()[-1], *_core.levels()]


@pytest.mark.parametrize("name", ["avx512", "X86_64_V2", " x86_64_v2", "aarch64_sve"])
def test_an_unknown_level_is_refused_with_those_there_are(name):
    assert import_error(python("-c", INFO, isa=name)) == (
        f"ImportError: MARUYAMA_ISA={name} cannot be used; this build on this processor has "
        f"{', '.join(_core.levels())}. Unset MARUYAMA_ISA, or set it to one of these."
    )


@needs_qemu
@pytest.mark.skipif("x86_64_v2" not in _core.levels(), reason="a build for another processor")
def test_a_level_that_the_processor_lacks_is_refused():
    refused = import_error(python("-c", INFO, isa="x86_64_v4", under=["qemu-x86_64", "-cpu", "Nehalem"]))
    assert refused.startswith("ImportError: MARUYAMA_ISA=x86_64_v4 cannot be used")
    assert "has x86_64_v2. Unset" in refused


@needs_qemu
@pytest.mark.skipif("x86_64_v2" not in _core.levels(), reason="a build for another processor")
def test_a_processor_without_any_level_is_refused():
    refused = import_error(python("-c", "import maruyama._core", under=["qemu-x86_64", "-cpu", "core2duo"]))
    assert "this processor has none of the instruction sets" in refused


@pytest.mark.slow
@pytest.mark.parametrize("part", ["nehalem", "haswell", "aarch64"])
def test_other_processors_make_the_same_bits(part):
    done = python(str(CHECK), part)
    if done.returncode == MISSING:
        pytest.skip(done.stdout)
    assert done.returncode == 0, done.stdout + done.stderr
