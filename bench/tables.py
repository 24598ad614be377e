"""Markdown tables in the docs: what lies between two markers belongs to a command and is replaced by it."""

from pathlib import Path


def write_between_markers(file: Path, name: str, content: str) -> None:
    """Replace what lies between ``<!-- name -->`` and ``<!-- end -->``."""
    before, rest = file.read_text().split(f"<!-- {name} -->")
    _, after = rest.split("<!-- end -->", 1)
    file.write_text(f"{before}<!-- {name} -->\n{content}\n<!-- end -->{after}")
