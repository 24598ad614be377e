# Copyright (c) 2026 the maruyama developers. SPDX-License-Identifier: BSD-3-Clause
"""How many pairs of float32 words give |z| > k: counted in whole numbers."""

import math

import numpy as np

ONE, EIGHTH = np.float32(1), np.float32(0.125)  # no |z| > 1 without a radius and a cosine above these


def place(value: np.float32) -> int:
    """The bits: consecutive positive floats have consecutive places."""
    return int(np.float32(value).view(np.uint32))


def counts(values: np.ndarray, least: np.float32) -> tuple[int, np.ndarray]:
    """How often each float occurs, from the place of the smallest of at least ``least``."""
    bits = values[values >= least].view(np.uint32)
    start = int(bits.min(initial=2**32 - 1))
    return start, np.bincount(bits - np.uint32(start)) if bits.size else np.zeros(0, int)


def histogram(pieces: list[tuple[int, np.ndarray]], least: np.float32, most: float) -> np.ndarray:
    """The counts of all pieces, for every float from ``least`` to ``most``."""
    whole = np.zeros(place(np.float32(most)) - place(least) + 1, np.uint64)
    for start, piece in pieces:
        whole[start - place(least) : start - place(least) + piece.size] += piece.astype(np.uint64)
    return whole


def pairs_beyond(k: int, radii: np.ndarray, cosines: np.ndarray) -> int:
    """How many pairs of one of ``radii`` and one of ``cosines`` have a float32 product larger than k.

    Those whose exact product, which float64 holds, exceeds k + ulp(k)/2: a tie goes to k, which is even.
    """
    r = (np.uint32(place(ONE)) + np.arange(radii.size, dtype=np.uint32)).view(np.float32).astype(np.float64)
    limit = k + float(np.spacing(np.float32(k))) / 2
    c = (limit / r).astype(np.float32)  # within one place of the largest that is not beyond
    c = np.where(c * r > limit, np.nextafter(c, EIGHTH), c)
    above = np.nextafter(c, np.float32(9))
    c, above = np.where(above * r > limit, c, above), np.where(above * r > limit, above, np.nextafter(above, ONE * 9))
    assert ((c * r <= limit) & (above * r > limit)).all()
    at_least = np.append(np.cumsum(cosines[::-1])[::-1], np.uint64(0))
    beyond = at_least[np.minimum(above.view(np.uint32).astype(np.int64) - place(EIGHTH), cosines.size)]
    low, high = beyond & np.uint64(2**16 - 1), beyond >> np.uint64(16)  # so that no sum exceeds 64 bits
    return int((radii * low).sum()) + (int((radii * high).sum()) << 16)


def tail_lines(
    radii: list[tuple[int, np.ndarray]], directions: list[tuple[int, np.ndarray]], most: float, words: int
) -> list[str]:
    """P(|z| > k): each cosine or sine of an eighth of the circle stands for four words."""
    lines = [
        "| k | pairs of words with \\|z\\| > k | P(\\|z\\| > k) | of N(0, 1) | relative difference |",
        "|---|---|---|---|---|",
    ]
    radii_at, cosines_at = histogram(radii, ONE, most), histogram(directions, EIGHTH, 1.0)
    for k in range(1, 7):
        pairs = 4 * pairs_beyond(k, radii_at, cosines_at)
        p, normal = pairs / 4**words, math.erfc(k / math.sqrt(2))
        lines.append(f"| {k} | {pairs} | {p:.10e} | {normal:.10e} | {p / normal - 1:+.2e} |")
    return lines
