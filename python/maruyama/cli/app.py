"""The application that the commands belong to, and what they have in common."""

from __future__ import annotations

from typing import Any

import typer
from typer.core import TyperGroup

import maruyama as mr
from maruyama.threads import available_threads

__all__ = ["app"]

# What the library raises where something that was asked for cannot be: its sentence is all that there is to say.
REFUSALS = (ValueError, TypeError, ArithmeticError, MemoryError, OSError)


class Refusing(TyperGroup):
    """The commands; what the library refuses is a line of text and exit code 1."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except REFUSALS as error:
            if isinstance(error, BrokenPipeError):
                raise
            typer.echo(f"Error: {str(error) or type(error).__name__}", err=True)
            raise typer.Exit(1) from None


app = typer.Typer(cls=Refusing, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)


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
