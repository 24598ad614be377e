# Copyright (c) 2026 the maruyama developers. SPDX-License-Identifier: BSD-3-Clause
"""Count the instructions that one normal costs on each level, and say where they go.

A small program (count_instructions.cpp) makes 4096 normals with the kernels of one level, one instruction at a time,
and counts how often each one runs. The debug information names the functions that each instruction was inlined from,
which says whether it belongs to Philox, the radius, the direction or the stores. Where valgrind is installed and knows
the level (it knows no AVX-512), callgrind counts the same program's kernel as a check.

Run it with `python scripts/count_instructions.py`; it needs Linux on x86-64, g++ (or `--compiler`), and addr2line of
binutils, and takes some seconds. `--write` puts the table between the markers of docs/noise.md.
"""

import argparse
import platform
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path[:0] = [str(ROOT / "bench"), str(ROOT / "tests")]
from level_build import SOURCES, definitions, flags_of  # noqa: E402
from tables import write_between_markers  # noqa: E402

FLAGS = ["-std=c++17", "-g", "-ffp-contract=off", "-fno-math-errno", "-no-pie"]  # those of CMakeLists.txt
LEVELS = ["x86_64_v4", "x86_64_v3", "x86_64_v2"]
NORMALS = 4096
PARTS = {  # by the first of these that the chain of inlined functions names
    "stores": r"\bstore_in_order\b|\bstore\b|\binterleave\w*|\bmemcpy\b",
    "radius": r"\breduced\b|\bsquared_radius\b",
    "direction": r"\bangle\b|\bdirection\b|\bturn\b",
    "Philox": r"\bwords\b|\bwords_of\b|\bphilox\w*|\bround_keys\b|\bacross\b|\balong\b",
}
PAGE = ROOT / "docs" / "noise.md"
KERNELS = {"along": "normals_along_path", "across": "normals_across_paths"}


def build(level: str, compiler: str, folder: Path, main: Path) -> Path:
    """Compile a program with the kernels of one level."""
    program = folder / f"{main.stem}.{level}"
    defines = [*definitions(level), f"-I{ROOT / 'cpp'}"]
    objects = []
    for source, of_level in (*((kernels, level) for kernels in SOURCES), (main, "x86_64_v2")):
        objects.append(folder / f"{source.stem}.{level}.o")
        flags = [*FLAGS, *flags_of(source, of_level, compiler), *defines]
        subprocess.run([compiler, *flags, "-c", source, "-o", objects[-1]], check=True)
    subprocess.run([compiler, "-no-pie", "-g", *objects, "-o", program], check=True)
    return program


def counts(program: Path, dtype: str, way: str) -> dict[str, int]:
    """How often each address was run."""
    done = subprocess.run([program, dtype, way], stdout=subprocess.PIPE, text=True, check=True)
    return {address: int(n) for address, n in map(str.split, done.stdout.splitlines())}


def chains(program: Path, addresses: list[str]) -> dict[str, list[str]]:
    """The functions that each address was inlined from, the innermost first."""
    done = subprocess.run(
        ["addr2line", "-e", program, "-f", "-i", "-C", "-a"],
        input="\n".join(addresses), stdout=subprocess.PIPE, text=True, check=True,
    )  # fmt: skip
    found: dict[str, list[str]] = {}
    for block in done.stdout.split("0x")[1:]:
        address, *lines = block.splitlines()
        found[f"{int(address, 16):x}"] = lines[::2]
    return found


def part(chain: list[str]) -> str:
    """Which part of the work an instruction with this chain of functions does."""
    inner = [re.sub(r"\(anonymous namespace\)|maruyama::|\(.*", "", name) for name in chain[:-1]]
    if any(re.search(r"\breduced?\b", name) for name in inner):  # also between the rounds of Philox
        return "radius"
    for name in reversed(inner):  # the outermost inlined function decides
        for label, pattern in PARTS.items():
            if re.search(pattern, name):
                return label
    return "the rest"


def by_part(program: Path, dtype: str, way: str) -> Counter[str]:
    """Instructions of each part for one normal."""
    times = counts(program, dtype, way)
    found: Counter[str] = Counter()
    for address, chain in chains(program, list(times)).items():
        if KERNELS[way] in chain[-1]:
            found[part(chain)] += times[address] / NORMALS
    return found


def by_callgrind(program: Path, level: str, dtype: str, way: str) -> str:
    """What callgrind counts for one normal, or why it does not."""
    if level == "x86_64_v4":
        return "knows no AVX-512"
    if not shutil.which("valgrind"):
        return "not installed"
    options = ["--tool=callgrind", "--callgrind-out-file=/dev/null", f"--toggle-collect=*{KERNELS[way]}*"]
    done = subprocess.run(["valgrind", *options, program, dtype, way, "plain"], capture_output=True, text=True)
    collected = re.search(r"Collected : (\d+)", done.stderr)
    return f"{int(collected[1]) / NORMALS:.1f}" if collected else "failed"


def row(level: str, program: Path, dtype: str, way: str) -> str:
    """Lay out one line."""
    found = by_part(program, dtype, way)
    cells = [f"{found[label]:.1f}" for label in ("Philox", "radius", "direction", "stores", "the rest")]
    whole = f"{sum(found.values()):.1f}"
    return (
        f"| {level} | {dtype} | {way} | {whole} | "
        + " | ".join([*cells, by_callgrind(program, level, dtype, way)])
        + " |"
    )


def runs_here(program: Path) -> bool:
    """Whether the processor has the instructions of the program's level."""
    return subprocess.run([program, "float64", "along", "plain"], stdout=subprocess.DEVNULL).returncode == 0


def main() -> None:
    """Read the options, count, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--levels", nargs="+", choices=LEVELS, default=LEVELS)
    parser.add_argument("--compiler", default="g++")
    parser.add_argument("--write", action="store_true", help="write the table into docs/noise.md")
    options = parser.parse_args()
    if (platform.system(), platform.machine()) != ("Linux", "x86_64"):
        sys.exit("this needs Linux on x86-64")
    head = "| level | type | way | instructions | Philox | radius | direction | stores | the rest | by callgrind |"
    lines = [head, "|---|---|---|" + "---:|" * 7]
    with tempfile.TemporaryDirectory() as folder:
        for level in options.levels:
            program = build(level, options.compiler, Path(folder), Path(__file__).with_suffix(".cpp"))
            if not runs_here(program):
                print(f"{level}: this processor does not have it, and its lines stay as they are", file=sys.stderr)
                lines += [line for line in PAGE.read_text().splitlines() if line.startswith(f"| {level} | float")][:4]
                continue
            lines += [row(level, program, dtype, way) for dtype in ("float64", "float32") for way in KERNELS]
    version = subprocess.run([options.compiler, "--version"], stdout=subprocess.PIPE, text=True, check=True).stdout
    text = "\n".join([*lines, "", f"Instructions for one normal, of {NORMALS}: {version.splitlines()[0]}."])
    print(text)
    if options.write:
        write_between_markers(PAGE, "instructions: scripts/count_instructions.py", text)


if __name__ == "__main__":
    main()
