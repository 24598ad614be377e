# Copyright (c) 2026 the maruyama developers. SPDX-License-Identifier: BSD-3-Clause
"""Blocks of words handed to processes, and the largest errors that they find."""

from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from typing import Any

import numpy as np

import transform_truth as truth
from maruyama import _core

BLOCK = 2**16


def in_blocks(function: Callable[[int], Any], blocks: int, processes: int) -> Iterator[Any]:
    """What the function makes of blocks number 0, 1, 2, ..., in this order."""
    with ProcessPoolExecutor(processes) as pool:
        yield from pool.map(function, range(blocks), chunksize=16)


class Worst:
    """The largest errors seen, and the words they belong to."""

    def __init__(self, keep: int = 1000) -> None:
        self.keep, self.errors, self.words = keep, np.zeros(0), np.zeros(0, np.uint64)

    def add(self, errors: np.ndarray, words: np.ndarray) -> "Worst":
        """Look at some more."""
        errors, words = np.append(self.errors, errors), np.append(self.words, words.astype(np.uint64))
        best = np.argpartition(-errors, self.keep)[: self.keep] if errors.size > self.keep else slice(None)
        self.errors, self.words = errors[best], words[best]
        return self

    @property
    def largest(self) -> float:
        """The largest of all."""
        return float(self.errors.max())


def merge(into: dict[str, Any], part: dict[str, Any]) -> None:
    """Add what one block found: errors to the worst, the block's worst to its leaders, anything else to a list."""
    for name, value in part.items():
        if isinstance(value, Worst):
            into.setdefault(name, Worst()).add(value.errors, value.words)
            into.setdefault(name + " leaders", []).append((value.largest, value.words[value.errors.argmax()]))
        else:
            into.setdefault(name, []).append(value)


def errors_of(
    name: str, got: np.ndarray, words: np.ndarray, exact: Callable[..., np.ndarray], keep: int = 50
) -> dict[str, Worst]:
    """Errors in ulp; relative ones in units of half the epsilon of the type; float32 also those of the word itself."""
    worst = partial(Worst, keep)
    wanted = exact(words)
    found = {name: worst().add(truth.ulps(got, wanted), words)}
    if words.dtype == np.uint32:
        wanted = exact(words, rounded=False)
        found[name + " of the word"] = worst().add(truth.ulps(got, wanted), words)
    relative = np.abs(np.divide(got, wanted, out=np.ones_like(wanted), where=wanted != 0) - 1)
    return found | {name + " relative": worst().add((relative * 2 / np.finfo(got.dtype).eps).astype(float), words)}


def cosine(words: np.ndarray, rounded: bool = True) -> np.ndarray:
    """The exact cosine of each angle word."""
    return truth.direction(words, rounded)[0]


def sine(words: np.ndarray, rounded: bool = True) -> np.ndarray:
    """The exact sine of each angle word."""
    return truth.direction(words, rounded)[1]


def errors_of_products(radius_words: np.ndarray, angle_words: np.ndarray, rounded: bool = True) -> np.ndarray:
    """The larger error of the two normals of each pair of words, in ulp."""
    r, exact_r = _core.radii(radius_words), truth.radius(radius_words, rounded)
    both = zip(_core.directions(angle_words), truth.direction(angle_words, rounded), strict=True)
    return np.max([truth.ulps(r * got, exact_r * exact) for got, exact in both], axis=0)


def bad_words(found: dict[str, Any], name: str) -> np.ndarray:
    """The 1000 words with the largest relative errors, and 2000 from everywhere with at least half as large ones."""
    errors, words = (np.array(column) for column in zip(*found[name + " relative leaders"], strict=True))
    bad = words[errors >= 0.5 * errors.max()]
    return np.append(found[name + " relative"].words, bad[:: max(1, bad.size // 2000)][:2000].astype(np.uint64))


def worst_products(found: dict[str, Any], kind: type, rounded: bool = True) -> tuple[Worst, np.ndarray]:
    """Errors of z for all pairs of bad words, and the two words of each of the worst."""
    angles = np.append(bad_words(found, "cos"), bad_words(found, "sin")).astype(kind)
    a, b = (part.ravel() for part in np.meshgrid(bad_words(found, "r").astype(kind), angles))
    worst = Worst()
    for i in range(0, a.size, BLOCK):
        errors = errors_of_products(a[i : i + BLOCK], b[i : i + BLOCK], rounded)
        worst.add(errors, np.arange(i, i + errors.size))
    return worst, np.stack([a, b], axis=1)[worst.words.astype(int)]


def table(rows: dict[str, list[float]]) -> list[str]:
    """Errors of r, sin, cos and z as Markdown."""
    lines = [f"| {label} | {' | '.join(f'{value:.4f}' for value in values)} |" for label, values in rows.items()]
    return ["| largest error in ulp | r | sin | cos | z |", "|---|---|---|---|---|", *lines, ""]
