# Copyright (c) 2026 the maruyama developers. SPDX-License-Identifier: BSD-3-Clause
"""Builds the whole core with GCC and with Clang, where a warning is an error: ``python scripts/check_compilers.py``.

Needs cmake, ninja and pybind11 (the extra ``dev``). Ends with 1 where a build fails, with 77 where a compiler is
missing, which it names.
"""

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pybind11

ROOT = Path(__file__).parent.parent
COMPILERS = sys.argv[1:] or ["g++", "clang++"]
MISSING = 77


def builds(compiler: str) -> bool:
    """Whether the core builds without a warning."""
    with tempfile.TemporaryDirectory() as folder:
        settings = {
            "CMAKE_CXX_COMPILER": compiler,
            "CMAKE_CXX_FLAGS": "-Werror",
            "SKBUILD_PROJECT_VERSION": "0",
            "pybind11_DIR": pybind11.get_cmake_dir(),
            "Python_EXECUTABLE": sys.executable,
        }
        options = [f"-D{name}={value}" for name, value in settings.items()]
        configured = subprocess.run(["cmake", "-G", "Ninja", "-S", ROOT, "-B", folder, *options], capture_output=True)
        built = configured.returncode or subprocess.run(["cmake", "--build", folder, "-j2"]).returncode
        if configured.returncode:
            sys.stderr.buffer.write(configured.stderr)
    print(f"{compiler}: {'failed' if built else 'no warnings'}", flush=True)
    return not built


missing = [compiler for compiler in COMPILERS if not shutil.which(compiler)]
print("".join(f"{compiler}: not run, it is not here\n" for compiler in missing), end="")
results = [builds(compiler) for compiler in COMPILERS if compiler not in missing]
sys.exit(1 if not all(results) else MISSING if missing else 0)
