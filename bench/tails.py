"""Print the largest float32 normals that each library gives in 2^30 draws; too few bits in a uniform show as a cap.

``python bench/tails.py`` prints; ``--write`` puts the table between the markers of docs/noise.md. Libraries that are
not installed are left out. A normal is beyond 6 sigma once in 5.1e8 draws.
"""

from __future__ import annotations

import argparse
import importlib
from collections.abc import Callable, Iterator
from importlib.metadata import version
from pathlib import Path

import numpy as np

import maruyama as mr
from tables import write_between_markers

SIZE = 2**24
Draw = Callable[[int], np.ndarray]  # of a number, SIZE fresh normals


def ours() -> Draw:
    """`mr.standard_normal`."""
    return lambda i: mr.standard_normal(SIZE, seed=i, dtype=np.float32)


def numpy() -> Draw:
    """NumPy's ziggurat."""
    rng = np.random.default_rng(7)
    return lambda i: rng.standard_normal(SIZE, dtype=np.float32)


def torch() -> Draw:
    """The CPU's randn."""
    library = importlib.import_module("torch")
    library.manual_seed(7)
    return lambda i: library.randn(SIZE).numpy()


def jax() -> Draw:
    """jax.random.normal."""
    library = importlib.import_module("jax")
    draw = library.jit(lambda i: library.random.normal(library.random.key(i), (SIZE,), "float32"))
    return lambda i: np.asarray(draw(i))


LIBRARIES = {"maruyama": ours, "numpy": numpy, "torch": torch, "jax": jax}


def extremes(draw: Draw, times: int) -> tuple[float, float]:
    """The least and the largest."""
    ends = [(float(z.min()), float(z.max())) for z in map(draw, range(times))]
    return min(low for low, _ in ends), max(high for _, high in ends)


def lines(times: int) -> Iterator[str]:
    """Yield the table."""
    yield f"| float32 normals of | least of {times * SIZE:.2g} | largest |"
    yield "|---|---:|---:|"
    for name, library in LIBRARIES.items():
        try:
            low, high = extremes(library(), times)
        except ImportError:
            continue
        yield f"| {name} {version(name).partition('+')[0]} | {low:.4f} | {high:.4f} |"


def main() -> None:
    """Read the options, draw, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--times", type=int, default=64, help=f"how often {SIZE:,} normals are drawn")
    parser.add_argument("--write", action="store_true", help="write the table into docs/noise.md")
    options = parser.parse_args()
    text = "\n".join(lines(options.times))
    print(text)
    if options.write:
        page = Path(__file__).parent.parent / "docs" / "noise.md"
        write_between_markers(page, "tails table: bench/tails.py", text)


if __name__ == "__main__":
    main()
