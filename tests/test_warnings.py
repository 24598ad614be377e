"""GCC and Clang read the whole core without a warning; scripts/check_compilers.py builds all of it with each."""

import shutil
import subprocess
import sysconfig

import numpy as np
import pytest

from level_build import EVERYWHERE, ROOT, definitions, levels_of
from level_build import SOURCES as OF_LEVELS

COMMAND = ["-std=c++17", "-fsyntax-only", "-fvisibility=hidden", "-Werror", "-I", str(ROOT / "cpp"), *EVERYWHERE]
SOURCES = sorted(set((ROOT / "cpp").rglob("*.cpp")) - set(OF_LEVELS))
MACHINE = sysconfig.get_platform().rpartition("-")[2].replace("arm64", "aarch64")
LEVELS = [pytest.param(name, flags, id=name) for name, flags in levels_of(MACHINE).items()]

every_compiler = pytest.mark.parametrize("compiler", ["g++", "clang++"])


def complaints(compiler, source, *options):
    if not shutil.which(compiler):
        pytest.skip(f"there is no {compiler} here")
    done = subprocess.run([compiler, *COMMAND, *options, source], capture_output=True, text=True, timeout=1500)
    return done.stderr


def test_the_build_asks_for_warnings():
    assert {"-Wall", "-Wextra", "-Wconversion", "-Wshadow"} <= set(EVERYWHERE)


@every_compiler
@pytest.mark.parametrize("source", OF_LEVELS, ids=lambda path: path.stem)
@pytest.mark.parametrize(("level", "flags"), LEVELS)
def test_a_source_of_a_level_has_no_warnings(compiler, level, flags, source):
    assert complaints(compiler, source, *definitions(level), *flags) == ""


@pytest.mark.slow
@every_compiler
@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.stem)
def test_a_source_of_the_core_has_no_warnings(compiler, source):
    outside = [sysconfig.get_path("include")]
    if source.parent.name == "bind":
        outside += [pytest.importorskip("pybind11").get_include(), np.get_include()]
    levels = f"-DMARUYAMA_LEVELS={' '.join(f'X({each.id})' for each in LEVELS)}"
    assert complaints(compiler, source, levels, *(part for path in outside for part in ("-isystem", path))) == ""
