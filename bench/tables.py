"""Markdown tables in the docs: what lies between two markers belongs to a command, which replaces what it made."""

import re
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from pathlib import Path

from processor import name_of_processor

END = "<!-- end -->"
MACHINE = re.compile(r"^\*\*(.+)\*\*\n\n", re.MULTILINE)


def options_of(doc: str | None, turns: int, page: Path | None = None) -> ArgumentParser:
    """Options of a command that prints tables: how many turns, and whether they go into the page they belong to."""
    parser = ArgumentParser(description=doc, formatter_class=RawDescriptionHelpFormatter)
    parser.add_argument("--turns", type=int, default=turns, help="how often each is timed")
    if page is not None:
        parser.add_argument("--write", action="store_true", help=f"write the tables into docs/{page.name}")
    return parser


def show(text: str, page: Path, name: str, write: bool) -> None:
    """Print the tables of this machine, and write them into their page where that is wanted."""
    print(text, flush=True)
    if write:
        write_for_this_machine(page, name, text)


def write_between_markers(file: Path, name: str, content: str) -> None:
    """Replace what lies between ``<!-- name -->`` and ``<!-- end -->``."""
    before, _, after = around(file, name)
    file.write_text(f"{before}<!-- {name} -->\n{content}\n{END}{after}")


def write_for_this_machine(file: Path, name: str, content: str) -> None:
    """Replace the part of this processor and level between the markers, or add it; those of other machines stay."""
    _, written, _ = around(file, name)
    _, *parts = MACHINE.split(written)
    machines = dict(zip(parts[::2], map(str.strip, parts[1::2]), strict=True))
    machines[name_of_processor()] = content
    write_between_markers(file, name, "\n\n".join(f"**{machine}**\n\n{part}" for machine, part in machines.items()))


def around(file: Path, name: str) -> tuple[str, str, str]:
    """What stands before the two markers, between them, and behind."""
    before, rest = file.read_text().split(f"<!-- {name} -->")
    between, after = rest.split(END, 1)
    return before, between, after
