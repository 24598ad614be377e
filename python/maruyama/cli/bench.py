"""``maruyama bench``: the table of speeds against NumPy."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

import numpy as np
import typer
from rich.console import Console
from rich.table import Table

import maruyama as mr
from maruyama.cli.app import app
from maruyama.speed import Comparison, compare_all

__all__ = ["bench"]


@app.command()
def bench(
    turns: Annotated[int, typer.Option(min=1, help="How often each is timed; medians are shown.")] = 5,
    scale: Annotated[float, typer.Option(min=0.001, max=1.0, help="A part of the paths, for a quick look.")] = 1.0,
) -> None:
    """Time runs and fills against NumPy on this machine. Each first shows that its answer is right."""
    info = mr.info()
    console = Console()
    with console.status("checking answers, then timing in turns"):
        comparisons = list(compare_all(turns, scale))
    console.print(speed_table(comparisons))
    typer.echo("Millions of path-steps, or normals, a second, and times as fast as NumPy:")
    typer.echo(f"medians of {turns} turns in one process. NumPy's loop has one thread.")
    typer.echo(f"maruyama {info.version}, NumPy {np.__version__}, {info.instruction_set}, {info.threads} threads.")


def speed_table(comparisons: Iterable[Comparison]) -> Table:
    """A line for each problem."""
    table = Table("problem", title="Against the NumPy loop that most people write")
    for heading in ("NumPy", "NumPy field", "compiled field"):
        table.add_column(heading, justify="right")
    for each in comparisons:
        cells = [f"{rate / 1e6:.0f} ({ratio:.1f} x)" for rate, ratio in each.ours]
        table.add_row(each.name, f"{each.numpy / 1e6:.0f}", *[""] * (2 - len(cells)), *cells)
    return table
