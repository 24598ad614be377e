# Copyright (c) 2026 the maruyama developers. SPDX-License-Identifier: BSD-3-Clause
"""Every float32 word."""

import math
from typing import Any

import numpy as np

import transform_truth as truth
from maruyama import _core
from transform_proof.errors import BLOCK, cosine, errors_of, in_blocks, merge, sine, table, worst_products
from transform_proof.tail import EIGHTH, ONE, counts, tail_lines

POWERS = (1, 2, 3, 4)
MOMENTS = ["variance", "E z^4", "E z^6", "E z^8"]


def proof(words: int, processes: int) -> list[str]:
    """Look at the first 2^words radius words and as many angle words; the lines of the report."""
    radii: dict[str, Any] = {}
    angles: dict[str, Any] = {}
    for part in in_blocks(radii_of_block, 2**words // BLOCK, processes):
        merge(radii, part)
    for part in in_blocks(directions_of_block, 2 ** (words - 3) // BLOCK, processes):
        merge(angles, part)
    least, most = min(radii["smallest"]), max(radii["largest"])
    lines = error_lines(radii | {name: value for name, value in angles.items() if name != "powers"})
    lines += [f"Radii lie between {least:.9g} and {most:.9g}; no |z| is larger.", ""]
    lines += moment_lines(radii["powers"], angles["powers"], 2.0**words)
    return lines + tail_lines(radii["counts"], angles["cos counts"] + angles["sin counts"], most, words)


def all_words(block: int) -> np.ndarray:
    """Those of one block."""
    return np.arange(block * BLOCK, (block + 1) * BLOCK, dtype=np.uint64).astype(np.uint32)


def ends_of_runs(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """First and last places of the runs of equal values."""
    change = np.flatnonzero(values[1:] != values[:-1])
    return np.append(0, change + 1), np.append(change, values.size - 1)


def radii_of_block(block: int) -> dict[str, Any]:
    """Finite, never rising, errors, and what moments and tail need."""
    words = all_words(block)
    r = _core.radii(words)
    next_word = np.array([min((block + 1) * BLOCK, 2**32 - 1)], np.uint32)
    assert np.isfinite(r).all(), "a radius is not finite"
    assert (np.diff(np.append(r, _core.radii(next_word))) <= 0).all(), "a radius rises"
    first, last = ends_of_runs(r)
    square = r[first].astype(np.float64) ** 2
    ends = np.append(first, last)
    return {
        **errors_of("r", r[ends], words[ends], truth.radius),
        "powers": [math.fsum((last - first + 1) * square**power) for power in POWERS],
        "counts": counts(r, ONE),
        "largest": float(r.max()),
        "smallest": float(r.min()),
    }


def directions_of_block(block: int) -> dict[str, Any]:
    """An eighth of the circle, in which both are positive, and its mirror images in the seven others."""
    words = all_words(block)
    c, s = _core.directions(words)
    assert ((c > 0) & (c <= 1) & (s > 0) & (s <= 1)).all(), "a direction is off the circle"
    assert_mirrored(words, c, s)
    found: dict[str, Any] = {}
    for name, got, exact in (("cos", c, cosine), ("sin", s, sine)):
        ends = np.concatenate(ends_of_runs(got))
        found |= errors_of(name, got[ends], words[ends], exact)
        found[name + " counts"] = counts(got, EIGHTH)
    squares = c.astype(np.float64) ** 2, s.astype(np.float64) ** 2
    found["powers"] = [math.fsum((square**power).sum() for square in squares) for power in POWERS]
    return found


def assert_mirrored(words: np.ndarray, c: np.ndarray, s: np.ndarray) -> None:
    """Look at the words of the other seven eighths; all bits must agree."""
    for part, x, y in ((words, c, s), (np.uint32(2**30 - 1) - words, c, -s)):
        for quarter, wanted in enumerate([(x, y), (y, x), (-x, -y), (-y, -x)]):
            got = _core.directions(part | np.uint32(quarter << 30))
            assert (np.stack(got).view(np.uint32) == np.stack(wanted).view(np.uint32)).all(), "not symmetric"


def error_lines(found: dict[str, Any]) -> list[str]:
    """The errors, and what they mean for any z."""
    rows = {}
    for label, suffix in (("of the rounded word", ""), ("of the word itself", " of the word")):
        worst = [found[name + suffix].largest for name in ("r", "sin", "cos")]
        rows[label] = [*worst, worst_products(found, np.uint32, rounded=not suffix)[0].largest]
    angle = max(found["cos relative"].largest, found["sin relative"].largest)
    bound = found["r relative"].largest + angle + 1 + 1e-6
    return [
        *table(rows),
        "The errors of z are the largest found among all products of up to 3000 radius words and 6000 angle words",
        f"with large relative errors. No z at all is off by more than {bound:.3f} ulp of the word itself: the sum of",
        "the two largest relative errors, and 1 for the rounding of the product, which may cross a power of two.",
        "",
    ]


def moment_lines(radii: list[list[float]], angles: list[list[float]], words: float) -> list[str]:
    """E (r c)^n = E r^n E c^n, because radius and angle have words of their own."""
    e_r = [math.fsum(column) / words for column in zip(*radii, strict=True)]
    e_c = [math.fsum(column) * 4 / words for column in zip(*angles, strict=True)]  # an eighth: 4 cosines, 4 sines
    e_z = [a * b for a, b in zip(e_r, e_c, strict=True)]
    rows = list(zip(MOMENTS, e_z, (1, 3, 15, 105), strict=True))
    rows.insert(2, ("kurtosis, E z^4 / (E z^2)^2", e_z[1] / e_z[0] ** 2, 3))
    change, error = rounding_of_products(round(words) // 32)
    return [
        "| moment of r cos | value | of N(0, 1) | relative difference |",
        "|---|---|---|---|",
        "| mean, and all odd ones | 0 | 0 | none, by symmetry |",
        *(f"| {name} | {value:.14g} | {normal} | {value / normal - 1:+.2e} |" for name, value, normal in rows),
        "",
        "The sums are good to 14 digits. z is r cos rounded to float32, which cannot change the variance by more than",
        f"2^-23 = 1.2e-7, and changes it by {change:+.1e} (standard error {error:.0e}, from random pairs of words).",
        "",
    ]


def rounding_of_products(pairs: int) -> tuple[float, float]:
    """Mean and standard error of fl(r c)^2 - (r c)^2 over random pairs of words."""
    total, squares, blocks = 0.0, 0.0, max(1, pairs // BLOCK)
    for block in range(blocks):
        a, b = np.random.default_rng([24, block]).integers(2**32, size=(2, BLOCK), dtype=np.uint32)
        r, c = _core.radii(a), _core.directions(b)[0]
        change = (r * c).astype(np.float64) ** 2 - (r.astype(np.float64) * c) ** 2
        total, squares = total + change.sum(), squares + (change**2).sum()
    count = blocks * BLOCK
    return total / count, math.sqrt(squares) / count
