"""The command line: ``maruyama demo`` and ``maruyama info``. Options are read and results printed here, no more."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

import maruyama as mr
from maruyama.demo import SIGMA, T1, THETA, X0, Demo, can_draw, draw, run_demo

__all__ = ["app"]

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)


@app.callback()
def main() -> None:
    """Sample ODEs and SDEs in bulk."""


@app.command()
def info() -> None:
    """Print version, compiler, instruction set in use and available, and threads."""
    typer.echo(mr.info())


@app.command()
def demo(
    paths: Annotated[int, typer.Option(min=2, help="How many paths.")] = 1_000_000,
    steps: Annotated[int, typer.Option(min=1, help="How many steps of the scheme.")] = 250,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the noise.")] = 7,
    threads: Annotated[int | None, typer.Option(min=1, help="Threads; all that this process may use.")] = None,
    plot: Annotated[bool, typer.Option("--plot/--no-plot", help="Draw the picture.")] = True,
    output: Annotated[Path, typer.Option(help="File of the picture.")] = Path("maruyama-demo.png"),
) -> None:
    """Sample an Ornstein-Uhlenbeck ensemble, compare it with its exact law and with pure NumPy, and draw it."""
    typer.echo(f"dX = -{THETA:g} X dt + {SIGMA:g} dW, X(0) = {X0:g}, 0 <= t <= {T1:g}")
    typer.echo(f"Euler-Maruyama, {paths:,} paths, {steps:,} steps, float64, seed {seed}")
    result = run_demo(paths, steps, seed, threads)
    console = Console()
    console.print(law_table(result))
    console.print(speed_table(result))
    fan = result.fan.final.shape[0]
    typer.echo(f"The first {fan} paths, run again alone: {'the same bits' if result.replayed else 'DIFFERENT BITS'}.")
    if plot and can_draw():
        typer.echo(f"Picture: {draw(result, output)}")
    elif plot:
        typer.echo("No picture, for matplotlib is not installed: pip install 'maruyama[plot]'")


def law_table(demo: Demo) -> Table:
    """Sample moments beside those of the scheme's exact law."""
    table = Table("X at the last time", title="Against the exact law of the scheme")
    for heading in ("sample", "exact", "z-score"):
        table.add_column(heading, justify="right")
    mean, mean_z = demo.mean_and_z()
    variance, variance_z = demo.variance_and_z()
    table.add_row("mean", f"{mean:.6f}", f"{demo.law.mean[-1]:.6f}", f"{mean_z:+.2f}")
    table.add_row("variance", f"{variance:.6f}", f"{demo.law.variance[-1]:.6f}", f"{variance_z:+.2f}")
    return table


def speed_table(demo: Demo) -> Table:
    """Time of a path-step beside that of the NumPy loop, measured in the same run."""
    table = Table("the same loop", title="Time")
    for heading in ("path-steps", "seconds", "ns per path-step", "ratio"):
        table.add_column(heading, justify="right")
    ours, numpy = demo.seconds_per_path_step, demo.numpy_seconds_per_path_step
    rows = [("maruyama", demo.steps, demo.seconds, ours), ("pure NumPy", demo.numpy_steps, demo.numpy_seconds, numpy)]
    for name, steps, seconds, each in rows:
        work = f"{demo.paths:,} x {steps:,}"
        table.add_row(name, work, f"{seconds:.2f}", f"{1e9 * each:.2f}", f"{numpy / each:.1f}")
    return table
