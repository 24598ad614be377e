"""GCC and Clang read the whole core without a warning; scripts/check_compilers.py builds all of it with each."""

import re
import shutil
import subprocess
import sysconfig
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).parent.parent
CMAKE = (ROOT / "CMakeLists.txt").read_text()
EVERYWHERE = re.search(r"^add_compile_options\(([^)]*)\)", CMAKE, re.MULTILINE)[1].split()
COMMAND = ["-std=c++17", "-fsyntax-only", "-fvisibility=hidden", "-Werror", "-I", str(ROOT / "cpp"), *EVERYWHERE]
OF_LEVELS = [ROOT / source for source in re.search(r"OBJECT ([^)]*)\)", CMAKE)[1].split()]
SOURCES = sorted(set((ROOT / "cpp").rglob("*.cpp")) - set(OF_LEVELS))
MACHINE = sysconfig.get_platform().rpartition("-")[2].replace("arm64", "aarch64")
LEVELS = [
    pytest.param(name, flags.split(), id=name)
    for name, flags in re.findall(r"^\s*add_level\((\w+)([^)]*)\)", CMAKE, re.MULTILINE)
    if name.startswith(MACHINE)
]

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
    define = [f"-DMARUYAMA_LEVEL={level}", f'-DMARUYAMA_LANES="simd/lanes_{level}.hpp"']
    assert complaints(compiler, source, *define, *flags) == ""


@pytest.mark.slow
@every_compiler
@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.stem)
def test_a_source_of_the_core_has_no_warnings(compiler, source):
    outside = [sysconfig.get_path("include")]
    if source.parent.name == "bind":
        outside += [pytest.importorskip("pybind11").get_include(), np.get_include()]
    levels = f"-DMARUYAMA_LEVELS={' '.join(f'X({each.id})' for each in LEVELS)}"
    assert complaints(compiler, source, levels, *(part for path in outside for part in ("-isystem", path))) == ""
