"""How CMakeLists.txt builds the objects of the instruction sets: their sources, their levels and the flags of all."""

import re
from pathlib import Path

ROOT = Path(__file__).parent.parent
CMAKE = (ROOT / "CMakeLists.txt").read_text()
EVERYWHERE = re.search(r"^add_compile_options\(([^)]*)\)", CMAKE, re.MULTILINE)[1].split()
SOURCES = [ROOT / "cpp/kernels" / f"{name}.cpp" for name in re.search(r"foreach\(source ([^)]*)\)", CMAKE)[1].split()]
LEVELS = {name: flags.split() for name, flags in re.findall(r"^\s*add_level\((\w+)([^)]*)\)", CMAKE, re.MULTILINE)}


def levels_of(machine):
    """The levels of a machine, ``x86_64`` or ``aarch64``, with their flags."""
    return {level: flags for level, flags in LEVELS.items() if level.startswith(machine)}


def flags_of(source, level, compiler):
    """The flags of one source of a level: those of the level, and those by which GCC schedules instructions."""
    scheduled = not re.search(re.search(r'set\(unscheduled "(.*)"\)', CMAKE)[1], f"{source.stem}_{level}")
    only_gcc = re.search(r"set\(schedule \$<\$<CXX_COMPILER_ID:GNU>:(.*)>\)", CMAKE)[1].split(";")
    return ["-O3", *LEVELS[level], *(only_gcc if scheduled and "clang" not in compiler else [])]


def definitions(level):
    """What the sources of a level are told."""
    return [f"-DMARUYAMA_LEVEL={level}", f'-DMARUYAMA_LANES="simd/lanes_{level}.hpp"']
