# Copyright (c) 2026 the maruyama developers. SPDX-License-Identifier: BSD-3-Clause
"""The same bits on processors that this machine is not: ``python scripts/check_levels.py [PART ...]``.

nehalem, haswell   the installed package under qemu-x86_64, on a processor without AVX and on one with AVX2, against
                   tests/golden.json
aarch64            tests/cpp/levels.cpp by the cross compiler, under qemu-aarch64, against its native build on every
                   level of this processor

On Debian: apt install qemu-user g++-aarch64-linux-gnu. Ends with 0 where everything asked for was run and is the same,
with 1 where something differs, and with 77 where a tool is missing, which it names.
"""

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parent.parent
MISSING = 77
sys.path.insert(0, str(ROOT / "tests"))
from level_build import EVERYWHERE, SOURCES, definitions, levels_of  # noqa: E402

FLAGS = ["-std=c++17", "-O3", "-DNDEBUG", "-Werror", "-I", str(ROOT / "cpp"), *EVERYWHERE]
PROCESSORS = {"nehalem": ("Nehalem", "x86_64_v2"), "haswell": ("Haswell", "x86_64_v3")}


def output_of(*command, **variables):
    """What the command prints; its failure ends the script."""
    return subprocess.run(
        command, env={**os.environ, **variables}, check=True, stdout=subprocess.PIPE, text=True
    ).stdout


def lacking(*tools):
    """Those that are not installed."""
    return [tool for tool in tools if not shutil.which(tool)]


def package(part):
    """Run the golden hashes with the package on an emulated processor; True where they are the pinned ones."""
    processor, level = PROCESSORS[part]
    threads = {"OPENBLAS_NUM_THREADS": "1", "MARUYAMA_NUM_THREADS": "2", "MARUYAMA_ISA": ""}
    command = ["qemu-x86_64", "-cpu", processor, sys.executable, str(ROOT / "tests" / "golden.py")]
    found, pinned = json.loads(output_of(*command, **threads)), json.loads((ROOT / "tests" / "golden.json").read_text())
    same = found["hashes"] == pinned["hashes"]
    print(f"{part}: level {found['level']}, {len(found['hashes'])} hashes, {'as pinned' if same else 'DIFFERENT'}")
    return same and found["level"] == level


def build(compiler, machine, folder, *options):
    """The program of all levels of a machine."""
    objects, here = [], levels_of(machine)
    for level, flags in here.items():
        for source in SOURCES:
            objects.append(folder / f"{machine}_{level}_{source.stem}.o")
            output_of(compiler, *FLAGS, *definitions(level), *flags, "-c", source, "-o", objects[-1])
    program = folder / machine
    sources = [ROOT / name for name in ("tests/cpp/levels.cpp", "cpp/kernels/select.cpp", "cpp/simd/detect.cpp")]
    names = f"-DMARUYAMA_LEVELS={' '.join(f'X({level})' for level in here)}"
    output_of(compiler, *FLAGS, names, *sources, *objects, *options, "-o", program)
    return program


def kernels():
    """Run the kernels on ARM and here; True where every line has the same hashes."""
    with tempfile.TemporaryDirectory() as name:
        here = output_of(build("g++", platform.machine(), Path(name)))
        there = output_of("qemu-aarch64", build("aarch64-linux-gnu-g++", "aarch64", Path(name), "-static"))
    lines = [line.split(maxsplit=1) for line in (here + there).splitlines()]
    same = len({hashes for _, hashes in lines}) == 1 and len(lines) > 1
    print(f"aarch64: {', '.join(level for level, _ in lines)}: {lines[0][1] if same else 'DIFFERENT'}")
    if not same:
        print(here + there)
    return same


def main():
    """Run the parts that are asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="*", metavar="PART", help="nehalem, haswell or aarch64; all of them by default")
    parts = parser.parse_args().parts or [*PROCESSORS, "aarch64"]
    status = 0
    for part in parts:
        on_arm = part == "aarch64"
        tools = ["g++", "aarch64-linux-gnu-g++", "qemu-aarch64"] if on_arm else ["qemu-x86_64"]
        if missing := lacking(*tools):
            print(f"{part}: not run, there is no {' and no '.join(missing)} here")
            status = status or MISSING
        elif not (kernels() if on_arm else package(part)):
            status = 1
    sys.exit(status)


if __name__ == "__main__":
    main()
