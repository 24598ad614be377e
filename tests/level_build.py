"""How CMakeLists.txt builds the objects of the instruction sets: their sources, their levels and the flags of all."""

import re
from pathlib import Path

ROOT = Path(__file__).parent.parent
CMAKE = (ROOT / "CMakeLists.txt").read_text()
EVERYWHERE = re.search(r"^add_compile_options\(([^)]*)\)", CMAKE, re.MULTILINE)[1].split()
SOURCES = [ROOT / source for source in re.search(r"OBJECT ([^)]*)\)", CMAKE)[1].split()]
LEVELS = {name: flags.split() for name, flags in re.findall(r"^\s*add_level\((\w+)([^)]*)\)", CMAKE, re.MULTILINE)}


def levels_of(machine):
    """The levels of a machine, ``x86_64`` or ``aarch64``, with their flags."""
    return {level: flags for level, flags in LEVELS.items() if level.startswith(machine)}


def definitions(level):
    """What the sources of a level are told."""
    return [f"-DMARUYAMA_LEVEL={level}", f'-DMARUYAMA_LANES="simd/lanes_{level}.hpp"']
