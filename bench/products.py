"""Print how near products with constant matrices come to the processor's bare multiply-adds, by their width.

``python bench/products.py`` runs dx/dt = x @ W for 512 paths with one thread, W of width 31 to 1024, beside the loop of
bench/processor.py that does nothing but multiply and add in registers: by processor time, in turns, medians.
``MARUYAMA_ISA=x86_64_v3`` measures that level as it runs on this processor. It needs ``cc``.
"""

from __future__ import annotations

from pathlib import Path
from statistics import median
from time import process_time

import numpy as np

import maruyama as mr
from processor import Loop, loops
from tables import options_of, show
from timing import seconds

PAGE = Path(__file__).parent.parent / "docs" / "where-time-goes.md"
WIDTHS = (31, 33, 64, 100, 128, 256, 512, 1024)
PATHS, OPERATIONS = 512, 1e9  # multiplications and additions of a run


def share(width: int, dtype: str, loop: Loop, turns: int) -> float:
    """The share of the bare multiply-adds in a run whose field is one product: the median of turns side by side."""
    weights = np.random.default_rng(7).normal(size=(width, width)) / (2 * width**0.5)
    field = mr.compile(lambda x, t: x @ weights)
    x0, steps = np.ones((PATHS, width), dtype), max(20, int(OPERATIONS / (2 * width * width * PATHS)))
    operations = 2 * width * width * PATHS * steps

    def turn() -> float:
        bare = loop.operations / seconds(loop.run, 1, process_time)
        run = seconds(lambda: mr.euler(field, x0, steps=steps, t=(0.0, 0.1), threads=1), 1, process_time)
        return operations / run / bare

    turn()
    return median(turn() for _ in range(turns))


def main() -> None:
    """Measure and print."""
    options = options_of(__doc__, turns=7, page=PAGE).parse_args()
    lines = [f"| | bare, GFLOP/s | {' | '.join(map(str, WIDTHS))} |", f"|---|---:|{'---:|' * len(WIDTHS)}"]
    for dtype in ("float32", "float64"):
        loop = loops()[dtype]
        bare = max(loop.operations / seconds(loop.run, 1, process_time) for _ in range(options.turns))
        shares = " | ".join(f"{share(width, dtype, loop, options.turns):.0%}" for width in WIDTHS)
        lines.append(f"| {dtype} | {bare / 1e9:.1f} | {shares} |")
    show("\n".join(lines), PAGE, "products: bench/products.py", options.write)


if __name__ == "__main__":
    main()
