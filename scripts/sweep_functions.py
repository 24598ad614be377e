# Copyright (c) 2026 the maruyama developers. SPDX-License-Identifier: BSD-3-Clause
"""Every call of everything that traces, beside NumPy: ``python scripts/sweep_functions.py [NAME ...]``.

NAME       a function as text, such as np.sum, np.ndarray.sum or special.expit; by default all of them

Each function is called with its arguments by name and by position, in float64 and float32: some 99,000 calls of 249
functions, in about two minutes. Prints each call that is neither NumPy's result, nor refused, nor an error as NumPy's,
and ends with 1 if there is one. ``docs/traced.md`` has the last results, with the newest NumPy and with 1.26.
"""

import sys
from pathlib import Path

import numpy as np
import scipy

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from calls_to_sweep import every_call, names, swept


def main(wanted):
    """Sweep all, or what is named, and say what became of it."""
    chosen = [(callee, text) for callee, text in every_call() if not wanted or callee.name in wanted]
    tally = swept(iter(chosen))
    for fault in tally.faults:
        print(f"{fault.call}  [{fault.dtype}]  {fault.what}")
    print(
        f"NumPy {np.__version__}, SciPy {scipy.__version__}: {tally.calls:,} calls of {len(names())} functions: "
        f"{tally.same:,} the same, {tally.refused:,} refused, {tally.raised:,} raise as NumPy does, "
        f"{len(tally.faults):,} wrong"
    )
    return bool(tally.faults)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
