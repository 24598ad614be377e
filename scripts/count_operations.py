# Copyright (c) 2026 the maruyama developers. SPDX-License-Identifier: BSD-3-Clause
"""Count the instructions of every operation of compiled fields, for a vector of lanes, on each level.

A small program (count_operations.cpp) runs each operation on 512 and on 1024 lanes, one instruction at a time; the
difference, divided by the vectors in 512 lanes, leaves out what a call costs. Arguments lie between 0.25 and 1.5, so
that no function takes the longer way of an extraordinary lane.

Run it with `python scripts/count_operations.py`; it needs Linux on x86-64 and g++ (or `--compiler`), and takes a
minute. `--write` puts the table between the markers of docs/where-time-goes.md.
"""

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

from count_instructions import LEVELS, ROOT, build

from tables import write_between_markers

BYTES = {"x86_64_v4": 64, "x86_64_v3": 32, "x86_64_v2": 16}
PAGE = ROOT / "docs" / "where-time-goes.md"


def counts(level: str, compiler: str, folder: Path) -> dict[tuple[str, str], float]:
    """Instructions for a vector, by type and name."""
    program = build(level, compiler, folder, Path(__file__).with_suffix(".cpp"))
    done = subprocess.run([program, str(BYTES[level])], stdout=subprocess.PIPE, text=True, check=True)
    return {(dtype, name): float(n) for dtype, name, n in map(str.split, done.stdout.splitlines())}


def table(levels: list[str], compiler: str) -> str:
    """Lay out all operations."""
    with tempfile.TemporaryDirectory() as folder:
        found = {level: counts(level, compiler, Path(folder)) for level in levels}
    ways = [(level, dtype) for level in levels for dtype in ("float64", "float32")]
    head = [f"{level}, {dtype}: {BYTES[level] // (8 if dtype == 'float64' else 4)} lanes" for level, dtype in ways]
    lines = [f"| operation | {' | '.join(head)} |", "|---|" + "---:|" * len(ways)]
    for _, name in (key for key in found[levels[0]] if key[0] == "float64"):
        cells = (f"{found[level][dtype, name]:.1f}" for level, dtype in ways)
        lines.append(f"| `{name}` | {' | '.join(cells)} |")
    version = subprocess.run([compiler, "--version"], stdout=subprocess.PIPE, text=True, check=True).stdout
    return "\n".join([*lines, "", f"Instructions for a vector of lanes: {version.splitlines()[0]}."])


def main() -> None:
    """Read the options, count, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--levels", nargs="+", choices=LEVELS, default=LEVELS)
    parser.add_argument("--compiler", default="g++")
    parser.add_argument("--write", action="store_true", help=f"write the table into {PAGE.relative_to(ROOT)}")
    options = parser.parse_args()
    text = table(options.levels, options.compiler)
    print(text)
    if options.write:
        write_between_markers(PAGE, "operations: scripts/count_operations.py", text)


if __name__ == "__main__":
    sys.exit(main())
