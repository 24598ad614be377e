# Copyright (c) 2026 the maruyama developers. SPDX-License-Identifier: BSD-3-Clause
"""Feed dieharder (R. Brown's battery, Debian package `dieharder`) with the Philox words that the noise is made of.

The words of a run of DIM dimensions in float64 are laid out in four orders, whichever of path, step, dimension and
seed changes fastest, and each order takes the tests of TESTS. All tests of an order read one stream, one after the
other. dieharder calls a p-value WEAK outside 0.005 ... 0.995, which a right generator meets once in 100, and FAILED
outside 1e-6 ... 1 - 1e-6. What is WEAK is asked once more, with four times the samples, on the words that follow.

Run it with `python scripts/dieharder.py`; it needs the installed package and takes some minutes. `--write` puts the
result between the markers of docs/noise.md, `--tests` takes others (`dieharder -l` lists them).
"""

import argparse
import datetime
import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from maruyama import _core

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "bench"))
from tables import write_between_markers  # noqa: E402

DIM, STEPS, PATHS, SEEDS = 64, 4096, 2**20, 2**15
BLOCKS = DIM // 2  # blocks of a step: one gives two normals
CHUNK = 2**20  # counters at a time: 16 MiB of words
TESTS = [0, 1, 2, 3, 4, 8, 9, 10, 11, 12, 13, 15, 16, 100, 101, 204, 206]


def key_of(seed: int) -> tuple[int, int]:
    """Return the key of the noise of a run with this seed."""
    low, high = np.random.SeedSequence(seed).generate_state(2)
    return int(low), int(high)


def words(blocks: np.ndarray, paths: np.ndarray, key: tuple[int, int]) -> np.ndarray:
    """Return the words of the counters that these numbers make, shape (n, 4)."""
    counters = np.zeros((blocks.size, 4), np.uint32)
    counters[:, 0], counters[:, 2] = blocks, paths
    return _core.philox(counters, key)


def in_turn(order: tuple[int, ...]) -> Iterator[np.ndarray]:
    """Yield the words of all (step, block of the step, path), the last axis named in `order` fastest."""
    sizes = np.array([STEPS, BLOCKS, PATHS])[list(order)]
    for start in range(0, int(sizes.prod()), CHUNK):
        axes = np.unravel_index(np.arange(start, start + CHUNK), sizes)
        step, block, path = (axes[order.index(axis)] for axis in range(3))
        yield words(step * BLOCKS + block, path, key_of(7))


def seeds_in_turn() -> Iterator[np.ndarray]:
    """Yield the words of one counter under seeds 0, 1, 2, ..., then those of the next."""
    keys = [key_of(seed) for seed in range(SEEDS)]
    some = 256
    for start in range(0, STEPS * BLOCKS, some):
        blocks = np.arange(start, start + some)
        yield np.stack([words(blocks, np.zeros(some), key) for key in keys], axis=1)


ORDERS: dict[str, Callable[[], Iterator[np.ndarray]]] = {
    "path": lambda: in_turn((0, 1, 2)),
    "step": lambda: in_turn((2, 1, 0)),
    "dimension": lambda: in_turn((0, 2, 1)),
    "seed": seeds_in_turn,
}


def feed(chunks: Iterator[np.ndarray], pipe: int) -> None:
    """Write chunks until nobody reads them any more."""
    with open(pipe, "wb", buffering=0) as file:
        try:
            for chunk in chunks:
                view = memoryview(np.ascontiguousarray(chunk)).cast("B")
                while view:
                    view = view[file.write(view) :]
        except BrokenPipeError:
            pass


KINDS = ["passed", "weak", "failed"]
LINE = re.compile(r"^\s*(\w+)\|\s*(\d+)\|\s*(\d+)\|\s*(\d+)\|\s*([\d.]+)\|\s*(PASSED|WEAK|FAILED)", re.MULTILINE)


def ask(test: int, stream: int, *options: str) -> list[tuple[str, float, str]]:
    """Run one test on the words of a stream: name and n-tuple, p-value and judgement of each line of its answer."""
    command = ["dieharder", "-g", "200", "-d", str(test), *options]
    done = subprocess.run(command, stdin=stream, capture_output=True, text=True, check=True)
    return [(f"{name} {tuple_}", float(p), judged) for name, tuple_, _, _, p, judged in LINE.findall(done.stdout)]


def judge(name: str, tests: list[int]) -> dict[str, list[str]]:
    """Run the tests on one order; lists of what passed, what was weak and then passed, and what failed."""
    read, write = os.pipe()
    threading.Thread(target=feed, args=(ORDERS[name](), write), daemon=True).start()
    found: dict[str, list[str]] = {kind: [] for kind in KINDS}
    for test in tests:
        start = time.perf_counter()
        for label, p, judged in ask(test, read):
            found[judged.lower()].append(f"{label}: p = {p:.6g}")
            print(f"{name:10} {test:4} {label:28} {p:.8f} {judged} {time.perf_counter() - start:.1f} s", flush=True)
            if judged == "WEAK":
                again = [(q, word) for other, q, word in ask(test, read, "-m", "4") if other == label]
                found["weak"][-1] += ", again " + ", ".join(f"{q:.6g} {word.lower()}" for q, word in again)
                print(" " * 16 + found["weak"][-1], flush=True)
    os.close(read)
    return found


def table(results: dict[str, dict[str, list[str]]], tests: list[int]) -> str:
    """Lay the results out in markdown."""
    version = re.search(r"version (\S+)", subprocess.run(["dieharder", "-l"], capture_output=True, text=True).stdout)
    rows = [
        f"| {name} | {len(found['passed'])} | {'; '.join(found['weak']) or 'none'} "
        f"| {'; '.join(found['failed']) or 'none'} |"
        for name, found in results.items()
    ]
    numbers = " ".join(map(str, tests))
    weak, asked = (sum(len(found[word]) for found in results.values() for word in words) for words in (["weak"], KINDS))
    return "\n".join(
        [
            "| fastest | passed | weak | failed |",
            "|---|---:|---|---|",
            *rows,
            "",
            f"{datetime.date.today()}, dieharder {version[1] if version else 'of unknown version'}: "
            f"`python scripts/dieharder.py --tests {numbers}`, which asks `dieharder -g 200 -d` for each. "
            f"{weak} of {asked} p-values are weak; {asked / 100:.1f} are to be expected.",
        ]
    )


def main() -> None:
    """Read the options, run, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tests", type=int, nargs="+", default=TESTS, help="numbers of tests")
    parser.add_argument("--orders", nargs="+", choices=ORDERS, default=list(ORDERS))
    parser.add_argument("--write", action="store_true", help="write the result into docs/noise.md")
    options = parser.parse_args()
    results = {name: judge(name, options.tests) for name in options.orders}
    text = table(results, options.tests)
    print(text)
    if options.write:
        write_between_markers(ROOT / "docs" / "noise.md", "dieharder: scripts/dieharder.py", text)
    if any(found["failed"] for found in results.values()):
        sys.exit("some tests failed")


if __name__ == "__main__":
    main()
