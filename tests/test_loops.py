"""The innermost loops of the products, as each compiler makes them: every sum stays in a register."""

import platform
import re
import shutil
import subprocess

import pytest

from level_build import CMAKE, EVERYWHERE, LEVELS, ROOT, definitions

FLAGS = ["-std=c++17", "-fPIC", "-fvisibility=hidden", "-I", str(ROOT / "cpp"), *EVERYWHERE]
COMPILERS = [compiler for compiler in ("g++", "clang++") if shutil.which(compiler)]
MULTIPLY_AND_ADD = ["x86_64_v3", "x86_64_v4"]  # those with an instruction for a x b + c
ON_THE_STACK = re.compile(r"[xyz]mm\d+.*\(%r[sb]p|\(%r[sb]p.*[xyz]mm\d+")

if platform.machine() != "x86_64" or not COMPILERS or not shutil.which("objdump"):
    pytest.skip("reads objects of x86-64: needs a C++ compiler and objdump", allow_module_level=True)


def disassembled(folder, compiler, level, *flags):
    target = folder / "products.o"
    source = ROOT / "cpp" / "kernels" / "products.cpp"
    subprocess.run(
        [compiler, *FLAGS, *definitions(level), *LEVELS[level], *flags, "-c", source, "-o", target], check=True
    )
    command = ["objdump", "-d", "--no-show-raw-insn", target]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def innermost_loops(text):
    """The instructions of each loop without another inside: from the target of a jump backwards to the jump."""
    for body in re.findall(r"^[0-9a-f]+ <.*>:\n((?:.+\n)+)", text, re.MULTILINE):
        lines = re.findall(r"^ *([0-9a-f]+):\t(.*)$", body, re.MULTILINE)
        place = {address: number for number, (address, _) in enumerate(lines)}
        loops = []
        for number, (_, instruction) in enumerate(lines):
            jump = re.match(r"j\w+\s+([0-9a-f]+)", instruction)
            if jump and place.get(jump[1], number + 1) <= number:
                loops.append((place[jump[1]], number))
        for first, last in loops:
            if not any(first <= a and b <= last and (a, b) != (first, last) for a, b in loops):
                yield [instruction for _, instruction in lines[first : last + 1]]


def sums_of(loop):
    return sum("fmadd" in instruction for instruction in loop)


@pytest.mark.parametrize("level", MULTIPLY_AND_ADD)
@pytest.mark.parametrize("compiler", COMPILERS)
def test_no_sum_of_a_product_waits_in_memory(tmp_path, compiler, level):
    loops = [loop for loop in innermost_loops(disassembled(tmp_path, compiler, level, "-O3")) if sums_of(loop)]
    largest = 12 if level == "x86_64_v3" else 24  # 6 outputs of 2 or 4 vectors
    assert max(map(sums_of, loops)) >= largest
    assert [line for loop in loops for line in loop if ON_THE_STACK.search(line)] == []


def test_a_sum_in_memory_would_be_seen(tmp_path):
    loops = list(innermost_loops(disassembled(tmp_path, COMPILERS[0], "x86_64_v3", "-O0")))
    assert any(ON_THE_STACK.search(line) for loop in loops for line in loop)


def test_the_build_has_the_same_flags_for_products():
    """-O3 for all of a level; what schedules before registers are allocated is for level.cpp alone."""
    assert re.search(r"target_compile_options\(level_\$\{name\} PRIVATE \$\{ARGN\} -O3\)", CMAKE)
    own = re.search(r"set_source_files_properties\((\S+) PROPERTIES COMPILE_OPTIONS\s+\S*-fschedule-insns", CMAKE)
    assert own[1] == "cpp/kernels/level.cpp"
