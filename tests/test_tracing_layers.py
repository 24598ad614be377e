"""The tracer's modules know only those before them: graph and program below, rules above, the user's object last."""

import ast
from pathlib import Path

import pytest

import maruyama.tracing

FOLDER = Path(maruyama.tracing.__file__).parent

# Each may import those before it. A new module gets a word here.
WORDS = """
    errors operations graph peephole text registers schedule merges angles lower spread
    labels label_indices lookups signatures rules tracer array alike operators movement indexing elementwise reductions
    products choices tables creation linear_algebra differences special entered
    label_states states trace keys surroundings path_times programs compiled __init__
"""
ORDER = WORDS.split()
LATER = {("tracer", "array"), ("tracer", "movement"), ("array", "indexing"), ("entered", "entered")}


def imports(path):
    nodes = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Import | ast.ImportFrom)]
    names = [node.module if isinstance(node, ast.ImportFrom) else each.name for node in nodes for each in node.names]
    return {name.split(".")[2] for name in names if name and name.startswith("maruyama.tracing.")}


def test_every_module_has_its_place():
    assert {path.stem for path in FOLDER.glob("*.py")} == set(ORDER)


@pytest.mark.parametrize("name", ORDER)
def test_a_module_imports_those_before_it(name):
    found = {each for each in imports(FOLDER / f"{name}.py") if (name, each) not in LATER}
    assert found <= set(ORDER[: ORDER.index(name)])
