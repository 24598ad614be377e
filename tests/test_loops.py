"""The innermost loops of the kernels, as each compiler makes them: how much of them goes by way of the stack."""

import platform
import re
import shutil
import subprocess

import pytest

from level_build import EVERYWHERE, LEVELS, ROOT, definitions, flags_of

FLAGS = ["-std=c++17", "-fPIC", "-fvisibility=hidden", "-w", "-I", str(ROOT / "cpp"), *EVERYWHERE]
COMPILERS = [compiler for compiler in ("g++", "clang++") if shutil.which(compiler)]
ON_X86 = [level for level in LEVELS if level.startswith("x86_64")]
MULTIPLY_AND_ADD = ["x86_64_v3", "x86_64_v4"]  # those with an instruction for a x b + c
ON_THE_STACK = re.compile(r"[xyz]mm\d+.*\(%r[sb]p|\(%r[sb]p.*[xyz]mm\d+")
STORED = re.compile(r"%[xyz]mm\d+,((?:-?0x[0-9a-f]+)?\(%r[sb]p\))$")
LOADED = re.compile(r"((?:-?0x[0-9a-f]+)?\(%r[sb]p\)),")

# The loops over lanes of arithmetic, without the rest of level.cpp, which takes a minute to compile.
ARITHMETIC = """
#include MARUYAMA_LANES
#include "kernels/elementwise.hpp"
namespace maruyama::MARUYAMA_LEVEL {
#define MARUYAMA_OPERATION(name, operands, result)                  \\
  void name(const ElementwiseGroup<double>& group) {                \\
    elementwise<double, Operation::name, kNoneUniform>(group);      \\
  }                                                                 \\
  void name(const ElementwiseGroup<float>& group) {                 \\
    elementwise<float, Operation::name, kNoneUniform>(group);       \\
  }
MARUYAMA_ARITHMETIC(MARUYAMA_OPERATION)
}
"""

if platform.machine() != "x86_64" or not COMPILERS or not shutil.which("objdump"):
    pytest.skip("reads objects of x86-64: needs a C++ compiler and objdump", allow_module_level=True)


def disassembled(folder, compiler, level, source, *flags):
    target = folder / "object.o"
    subprocess.run([compiler, *FLAGS, *definitions(level), *flags, "-c", source, "-o", target], check=True)
    command = ["objdump", "-d", "--no-show-raw-insn", target]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def kernels(folder, compiler, level, name):
    source = ROOT / "cpp" / "kernels" / f"{name}.cpp"
    return disassembled(folder, compiler, level, source, *flags_of(source, level, compiler))


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


def vectors(loop):
    return [line for line in loop if re.search(r"%[xyz]mm", line)]


def read_back(loop):
    """The loads of what the same loop put on the stack, at a place that does not move: no array, but a register."""
    slots = {stored[1] for line in vectors(loop) if (stored := STORED.search(line))}
    return [line for line in vectors(loop) if (loaded := LOADED.search(line)) and loaded[1] in slots]


@pytest.mark.parametrize("level", MULTIPLY_AND_ADD)
@pytest.mark.parametrize("compiler", COMPILERS)
def test_no_sum_of_a_product_waits_in_memory(tmp_path, compiler, level):
    loops = [loop for loop in innermost_loops(kernels(tmp_path, compiler, level, "products")) if sums_of(loop)]
    largest = 12 if level == "x86_64_v3" else 24  # 6 outputs of 2 or 4 vectors
    assert max(map(sums_of, loops)) >= largest
    assert [line for loop in loops for line in loop if ON_THE_STACK.search(line)] == []


@pytest.mark.parametrize("level", ON_X86)
@pytest.mark.parametrize("compiler", COMPILERS)
def test_arithmetic_on_lanes_needs_no_stack(tmp_path, compiler, level):
    source = tmp_path / "arithmetic.cpp"
    source.write_text(ARITHMETIC)
    flags = flags_of(ROOT / "cpp" / "kernels" / "level.cpp", level, compiler)
    functions = disassembled(tmp_path, compiler, level, source, *flags).split("\n\n")
    loops = [loop for function in functions for loop in innermost_loops(function) if vectors(loop)]
    assert len(loops) > 50
    reading = [function for function in functions if any(map(read_back, innermost_loops(function)))]
    long = "heaviside|nextafter"  # tens of instructions for each of the four vectors
    assert [function for function in reading if not re.search(long, function.lstrip().split("\n")[0])] == []


@pytest.mark.parametrize("level", ON_X86)
@pytest.mark.parametrize("compiler", COMPILERS)
def test_normals_read_back_little(tmp_path, compiler, level):
    """Chains in step want more than 16 registers: the radius keeps its sums there, and reads its arguments as operands
    in memory, which costs nothing. Fewer chains would want no stack and are slower (kernels/noise.hpp)."""
    loops = [loop for loop in innermost_loops(kernels(tmp_path, compiler, level, "normals")) if len(vectors(loop)) > 20]
    assert len(loops) >= 12  # 4 functions, of some parts each
    most = 0 if level == "x86_64_v4" else 0.19
    assert [
        len(read_back(loop)) / len(vectors(loop)) for loop in loops if len(read_back(loop)) > most * len(vectors(loop))
    ] == []


def test_a_sum_in_memory_would_be_seen(tmp_path):
    source = ROOT / "cpp" / "kernels" / "products.cpp"
    loops = list(
        innermost_loops(disassembled(tmp_path, COMPILERS[0], "x86_64_v3", source, "-O0", *LEVELS["x86_64_v3"]))
    )
    assert any(ON_THE_STACK.search(line) for loop in loops for line in loop)
    assert any(read_back(loop) for loop in loops)


def test_products_are_not_scheduled_before_registers_are_allocated():
    flags = [flags_of(ROOT / "cpp" / "kernels" / f"{name}.cpp", "x86_64_v3", "g++") for name in ("level", "products")]
    assert ["-fschedule-insns" in each for each in flags] == [True, False]
