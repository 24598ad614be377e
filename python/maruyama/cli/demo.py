"""``maruyama demo``: its options, and its tables."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from maruyama.cli.app import app
from maruyama.demo import SIGMA, T1, THETA, X0, Demo, can_draw, counted, draw, picture_suffixes, run_demo

__all__ = ["demo"]


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
    if plot and can_draw():
        check_picture(output)
    typer.echo(f"dX = -{THETA:g} X dt + {SIGMA:g} dW, X(0) = {X0:g}, 0 <= t <= {T1:g}")
    typer.echo(f"Euler-Maruyama, {paths:,} paths, {counted(steps, 'step')}, float64, seed {seed}")
    result = run_demo(paths, steps, seed, threads)
    console = Console()
    console.print(law_table(result))
    typer.echo("|z-score| is below 2 for 95 of 100 seeds.")
    console.print(speed_table(result))
    fan = result.fan.final.shape[0]
    typer.echo(f"The first {fan} paths, run again alone: {'the same bits' if result.replayed else 'DIFFERENT BITS'}.")
    if plot and can_draw():
        typer.echo(f"Picture: {draw(result, output)}")
    elif plot:
        typer.echo(
            "No picture, for matplotlib is not installed: pip install '.[plot]' in the clone (or 'maruyama[plot]')"
        )


def check_picture(file: Path) -> None:
    """Refuse, before the run, a file that could not be written after it."""
    suffixes = picture_suffixes()
    if file.is_dir():
        problem = "is a folder: name a file in it"
    elif file.suffix.lower() not in suffixes:
        problem = f"must end in one of {', '.join(suffixes)}"
    elif not file.parent.is_dir():
        problem = f"is to be written into {str(file.parent)!r}, which is no folder: make it first"
    else:
        return
    raise typer.BadParameter(f"{str(file)!r} {problem}", param_hint="--output")


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
        table.add_row(name, work, f"{seconds:.2f}", f"{1e9 * each:.2f}", ratio_text(numpy / each))
    return table


def ratio_text(ratio: float) -> str:
    """With one decimal; below 1 with two digits that say something."""
    return f"{ratio:.1f}" if ratio >= 1 else f"{ratio:.2g}"
