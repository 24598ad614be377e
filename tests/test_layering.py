"""Data flows one way: which room of the core may include which, and which Python modules are leaves."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
CPP = ROOT / "cpp"
PYTHON = ROOT / "python" / "maruyama"

# What the files of a room may include, besides the standard library and their own room. A new room gets a line here.
ROOMS = {
    "base": set(),
    "simd": {"base"},
    "rng": {"base", "simd"},
    "kernels": {"base", "simd", "rng"},
    "program": {"base", "simd", "rng", "kernels"},
    "threads": {"base", "simd"},
    "save": {"base", "simd", "rng", "kernels"},
    "integrate": {"base", "simd", "rng", "kernels", "program", "threads", "save"},
    "bind": {"base", "simd", "rng", "kernels", "program", "threads", "save", "integrate"},
}
# Leaves, and which of them each may import; nothing else imports any of them.
LEAVES = {"plotting": set(), "speed": set(), "verify": set(), "demo": {"plotting"}}
LEAVES["cli"] = set(LEAVES)
LAZY = ["matplotlib", "numba", "rich", "scipy", "sklearn", "tqdm", "typer"]  # not paid for by `import maruyama`

SOURCES = sorted(path for path in CPP.rglob("*") if path.suffix in {".cpp", ".hpp"})
MODULES = sorted(PYTHON.rglob("*.py"))

INCLUDE = re.compile(r'^\s*#\s*include\s+["<]([^">]+)[">]', re.MULTILINE)
COMMENT = re.compile(r"//[^\n]*|/\*.*?\*/", re.DOTALL)
PYTHON_HEADER = re.compile(r"pybind11/|Python\.h|numpy/")
# intrinsic headers, intrinsics, vector types, per-function targets and tests for a level
INTRINSICS = re.compile(
    r"\w*intrin\.h|arm_neon\.h|arm_sve\.h|\b_mm\d*_\w+|\b__m(?:128|256|512)\w*|\bv[a-z]+q_[a-z]\d+"
    r"|__attribute__\s*\(\(\s*(?:target|vector_size)|#\s*pragma\s+(?:GCC|clang)\s+(?:target|attribute)"
    r"|\b__(?:SSE|AVX|FMA|ARM_NEON)\w*"
)
CPU_QUESTIONS = re.compile(r"__builtin_cpu_\w+|\bcpuid\w*|__get_cpuid\w*|_xgetbv|getauxval|sysctlbyname|/proc/cpuinfo")


def room(path: Path) -> str:
    return path.relative_to(CPP).parts[0]


def code(path: Path) -> str:
    return COMMENT.sub("", path.read_text())


def sources_with(pattern: re.Pattern[str]) -> set[Path]:
    return {path for path in SOURCES if pattern.search(code(path))}


def maruyama_imports(path: Path) -> set[str]:
    """Modules of the package that a module imports, by their first name inside the package."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = "maruyama." * bool(node.level) + (node.module or "")
            names |= {f"{base.rstrip('.')}.{alias.name}" for alias in node.names}
    return {name.split(".")[1] for name in names if name.startswith("maruyama.")}


def imports_in_a_fresh_process(statement: str, modules: list[str]) -> list[str]:
    """Which of ``modules`` the statement pulls in."""
    script = f"import sys; {statement}; print(*[m for m in {modules!r} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return done.stdout.split()


def test_there_is_something_to_look_at():
    assert SOURCES
    assert MODULES


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(CPP)))
def test_includes_flow_one_way(path):
    allowed = ROOMS[room(path)] | {room(path)}
    rooms = {name.split("/")[0] for name in INCLUDE.findall(path.read_text()) if (CPP / name.split("/")[0]).is_dir()}
    assert rooms <= allowed, f"{path.name} includes {sorted(rooms - allowed)}: data flows one way"


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(CPP)))
def test_includes_name_the_room(path):
    quoted = re.findall(r'^\s*#\s*include\s+"([^"]+)"', path.read_text(), re.MULTILINE)
    assert all((CPP / name).is_file() for name in quoted), f"write them from cpp/ on: {quoted}"


def test_the_table_of_rooms_has_no_cycle():
    done: set[str] = set()
    for name, below in ROOMS.items():  # the table is written in order
        assert below <= done, f"{name} is above what it includes"
        done.add(name)


def test_only_bind_knows_python():
    assert {room(path) for path in sources_with(PYTHON_HEADER)} == {"bind"}


def test_only_simd_and_kernels_hold_intrinsics():
    assert {room(path) for path in sources_with(INTRINSICS)} <= {"simd", "kernels"}


def test_only_detect_reads_the_cpu():
    assert {(room(path), path.stem) for path in sources_with(CPU_QUESTIONS)} == {("simd", "detect")}


def test_only_simd_and_kernels_are_compiled_with_target_flags():
    flag = re.compile(r"-m(?:arch|cpu|tune|avx|sse|fma|bmi)\S*")
    for path in [ROOT / "CMakeLists.txt", *CPP.rglob("CMakeLists.txt"), *ROOT.glob("cmake/*.cmake")]:
        lines = [line for line in path.read_text().splitlines() if flag.search(line.split("#")[0])]
        everywhere = [line for line in lines if re.search(r"add_compile_options|CMAKE_CXX_FLAGS", line)]
        assert not everywhere, f"{path.name} gives every file a level: {everywhere}"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PYTHON)))
def test_nothing_imports_a_leaf(path):
    module = path.relative_to(PYTHON).with_suffix("").parts[0]
    assert maruyama_imports(path) & LEAVES.keys() <= LEAVES.get(module, set()) | {module}


def test_importing_the_package_is_cheap():
    assert imports_in_a_fresh_process("import maruyama", LAZY) == []


def test_no_module_imports_matplotlib_at_import():
    names = [".".join(["maruyama", *path.relative_to(PYTHON).with_suffix("").parts]) for path in MODULES]
    imports = ", ".join(name.removesuffix(".__init__") for name in names)
    assert imports_in_a_fresh_process(f"import {imports}", ["matplotlib"]) == []
