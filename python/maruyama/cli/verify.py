"""``maruyama verify``: the table of known answers."""

from __future__ import annotations

from collections.abc import Iterable
from time import perf_counter

import typer
from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table

import maruyama as mr
from maruyama.cli.app import app
from maruyama.verify import Outcome, all_cases

__all__ = ["verify"]


@app.command()
def verify() -> None:
    """Run the known answers on this machine: fixed seeds, a table, and exit code 1 if one fails."""
    start = perf_counter()
    outcomes = [case.run() for case in all_cases()]
    info = mr.info()
    console = Console()
    console.print(answers_table(outcomes))
    failed = sum(not outcome.passed for outcome in outcomes)
    typer.echo(f"{len(outcomes) - failed} of {len(outcomes)} known answers found in {perf_counter() - start:.1f} s.")
    typer.echo(f"maruyama {info.version}, {info.instruction_set}, {info.threads} threads.")
    typer.echo("Expected is what the scheme gives at its step size. Right is an estimate within")
    typer.echo("four standard errors, a number within rounding, or the same bits.")
    if failed:
        raise typer.Exit(1)


def answers_table(outcomes: Iterable[Outcome]) -> Table:
    """Case, estimate, expected, how far apart, verdict."""
    table = Table(title="Known answers", box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
    table.add_column("case", no_wrap=True)
    for heading in ("estimate", "expected", "apart"):
        table.add_column(heading, justify="right")
    table.add_column("verdict")
    for outcome in outcomes:
        verdict = "[green]right[/green]" if outcome.passed else "[bold red]WRONG[/bold red]"
        table.add_row(*outcome.cells, verdict)
    return table
