"""The README's Python runs, and prints what the README says it prints."""

import contextlib
import io
import re
from pathlib import Path

import pytest

README = (Path(__file__).parent.parent / "README.md").read_text()
# a block of Python, and the block of output that may follow it
BLOCK = re.compile(r"```python\n(?P<code>.*?)```(?:\n\n?```text\n(?P<output>.*?)```)?", re.DOTALL)


def test_readme_code_prints_what_the_readme_says():
    blocks = list(BLOCK.finditer(README))
    assert any(block["output"] for block in blocks)
    names = {"__name__": "readme"}  # later blocks go on where earlier ones ended
    for block in blocks:
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(block["code"], names)
        assert printed.getvalue() == (block["output"] or "")


@pytest.mark.parametrize("command", ["pip install '.[plot]' && maruyama demo", "pip install '.[test]' && pytest"])
def test_readme_names_the_two_commands(command):
    assert command in README


def test_readme_is_short():
    assert len(README.splitlines()) <= 120
