"""The Python of the README and of the docs runs, and prints what they say it prints."""

import contextlib
import io
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()
PAGES = [
    "README.md",
    "docs/faq.md",
    "docs/fields.md",
    "docs/gaussian-paths.md",
    "docs/index.md",
    "docs/models.md",
    "docs/noise.md",
    "docs/processes.md",
    "docs/saving.md",
    "docs/sharding.md",
    "docs/theory-diffusions.md",
    "docs/theory-flows.md",
    "docs/time.md",
]
# a block of Python, and the block of output that may follow it
BLOCK = re.compile(r"```python\n(?P<code>.*?)```(?:\n\n?```text\n(?P<output>.*?)```)?", re.DOTALL)


@pytest.mark.parametrize("page", PAGES)
def test_code_prints_what_the_page_says(page):
    blocks = list(BLOCK.finditer((ROOT / page).read_text()))
    assert any(block["output"] for block in blocks)
    names = {"__name__": page}  # later blocks go on where earlier ones ended
    for block in blocks:
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(block["code"], names)
        assert printed.getvalue() == (block["output"] or "")


@pytest.mark.parametrize("command", ["pip install '.[cli,plot]' && maruyama demo", "pip install '.[test]' && pytest"])
def test_readme_names_the_two_commands(command):
    assert command in README


def test_readme_is_short():
    assert len(README.splitlines()) <= 120
