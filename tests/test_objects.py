"""The objects of the instruction sets: no code in them that another object could be handed in place of its own."""

import platform
import re
import shutil
import subprocess
import sys

import pytest

from level_build import EVERYWHERE, ROOT, SOURCES, definitions, levels_of

COMPILERS = [compiler for compiler in ("g++", "clang++", "c++") if shutil.which(compiler)][:2]

LEVELS = levels_of(platform.machine().replace("arm64", "aarch64").lower())
FLAGS = ["-std=c++17", "-fPIC", "-fvisibility=hidden", "-fvisibility-inlines-hidden", "-O1", "-I", str(ROOT / "cpp")]

# What the compiler itself may call.
FROM_C = {"memcpy", "memmove", "memset", "memcmp", "_GLOBAL_OFFSET_TABLE_", "__stack_chk_fail"}
FROM_C |= {"fma", "fmaf"}  # exact by definition; the level without the instruction has them from the C library

SEEN = {"level": {"table"}, "normals": {"normals_across", "normals_along"}, "products": {"product_of"}}  # by source

if sys.platform != "linux":
    pytest.skip("reads ELF objects", allow_module_level=True)
if not COMPILERS or not shutil.which("nm"):
    pytest.skip("no C++ compiler, or no nm", allow_module_level=True)


@pytest.fixture(scope="session")
def objects(tmp_path_factory):
    """One object for each compiler, level and source, compiled side by side."""
    folder, running = tmp_path_factory.mktemp("objects"), {}
    for compiler in COMPILERS:
        for level, flags in LEVELS.items():
            for source in SOURCES:
                target = folder / f"{compiler}_{level}_{source.stem}.o"
                command = [compiler, *FLAGS, *EVERYWHERE, *definitions(level), *flags, "-c", source, "-o", target]
                running[compiler, level, source] = target, subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    for _, process in running.values():
        _, complaints = process.communicate(timeout=1500)
        assert process.returncode == 0, complaints
    return {key: target for key, (target, _) in running.items()}


@pytest.fixture(
    params=[(compiler, level, source) for compiler in COMPILERS for level in LEVELS for source in SOURCES],
    ids=lambda each: f"{each[0]}-{each[1]}-{each[2].stem}",
)
def level_object(request, objects):
    return request.param[1], objects[request.param]


def symbols(path, *options):
    """Pairs of nm's letter and name: W, V, u and v are weak or unique, capitals are seen from outside, U is wanted."""
    done = subprocess.run(["nm", *options, path], capture_output=True, text=True, check=True)
    return re.findall(r"^[0-9a-f ]* ([A-Za-z]) (.*)$", done.stdout, re.MULTILINE)


def test_every_level_of_the_build_is_looked_at():
    assert LEVELS
    assert "-ffp-contract=off" in EVERYWHERE
    assert not [flag for flag in EVERYWHERE if "fast-math" in flag]


def test_no_symbol_is_weak(level_object):
    _, path = level_object
    assert [name for letter, name in symbols(path, "-C") if letter in "WwVvu"] == []


def test_only_the_table_and_what_it_names_are_seen_from_outside_in_the_levels_own_namespace(level_object):
    level, path = level_object
    outside = {name.partition("(")[0] for letter, name in symbols(path, "-C") if letter.isupper() and letter != "U"}
    own = next(names for source, names in SEEN.items() if path.stem.endswith(source))
    assert outside == {f"maruyama::{level}::{name}" for name in own}


def test_whatever_is_inside_is_of_the_levels_own_namespace(level_object):
    level, path = level_object
    inside = [name for letter, name in symbols(path, "-C") if letter.islower()]
    assert [name for name in inside if "::" in name and f"maruyama::{level}::" not in name] == []


def test_nothing_of_the_standard_library_is_wanted(level_object):
    level, path = level_object
    wanted = {name.partition("(")[0] for letter, name in symbols(path, "-C") if letter == "U"}
    assert wanted - {f"maruyama::{level}::{name}" for names in SEEN.values() for name in names} <= FROM_C


def test_nothing_runs_when_the_library_is_loaded(level_object):
    _, path = level_object
    assert [name for _, name in symbols(path) if re.match("_GLOBAL__(sub_)?I", name)] == []
    content = path.read_bytes()  # the names of the sections are among it
    assert b".init_array" not in content
    assert b".ctors" not in content


def test_a_weak_symbol_would_be_seen(tmp_path):
    source, target = tmp_path / "weak.cpp", tmp_path / "weak.o"
    source.write_text("#include <vector>\nint f(int n) { return std::vector<int>(n)[0]; }\nint g = f(1);\n")
    subprocess.run([COMPILERS[0], "-std=c++17", "-O0", "-c", source, "-o", target], check=True)
    assert [name for letter, name in symbols(target, "-C") if letter in "WVu"]
    assert b".init_array" in target.read_bytes()
    assert [name for _, name in symbols(target) if re.match("_GLOBAL__(sub_)?I", name)]
