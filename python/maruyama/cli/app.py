"""The application that the commands belong to, and what they have in common."""

from __future__ import annotations

import typer

import maruyama as mr
from maruyama.threads import available_threads

__all__ = ["app"]

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)


@app.callback()
def main() -> None:
    """Sample ODEs and SDEs in bulk."""
    try:
        available_threads()
    except ValueError as error:  # of the environment, which all commands read
        raise typer.BadParameter(str(error)) from None


@app.command()
def info() -> None:
    """Print version, compiler, instruction set in use and available, and threads."""
    typer.echo(mr.info())
