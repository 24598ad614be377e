"""The reference of the docs lists what is public."""

import re
from pathlib import Path

import pytest

import maruyama as mr

LISTED = set(
    re.findall(r"^   (\w+)$", (Path(__file__).parent.parent / "docs" / "reference.md").read_text(), re.MULTILINE)
)
PUBLIC = {*mr.__all__, *mr.processes.__all__} - {"processes"}


@pytest.mark.parametrize("name", sorted(PUBLIC))
def test_every_public_name_is_in_the_reference(name):
    assert name in LISTED


def test_the_reference_lists_nothing_else():
    others = {"plotting"}  # the page of another module
    assert others | PUBLIC == LISTED
