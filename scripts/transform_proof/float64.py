# Copyright (c) 2026 the maruyama developers. SPDX-License-Identifier: BSD-3-Clause
"""Many float64 words in long double, the worst of them and the edges in mpmath."""

from functools import partial
from typing import Any

import numpy as np
from mpmath import mp, mpf

import transform_truth as truth
from maruyama import _core
from transform_proof.errors import (
    BLOCK,
    Worst,
    cosine,
    errors_of,
    errors_of_products,
    in_blocks,
    merge,
    sine,
    table,
    worst_products,
)  # fmt: skip

mp.prec = 160
LOW = np.uint64(2**62 - 1)  # the bits of an angle word that do not choose the quarter


def proof(points: int, processes: int) -> list[str]:
    """The lines of the report."""
    blocks = max(1, points // BLOCK)
    found: dict[str, Any] = {}
    for part in in_blocks(partial(points_of_block, blocks=blocks), blocks, processes):
        merge(found, part)
    names, edges = ("r", "sin", "cos"), truth.edge_words(np.uint64)
    confirmed = {name: np.array([by_mpmath(name, int(word)) for word in found[name].words]) for name in names}
    gap = max(np.abs(confirmed[name] - found[name].errors).max() for name in names)
    products, pairs = worst_products(found, np.uint64)
    rows = {
        f"{blocks * BLOCK} points": [
            *(found[name].largest for name in names),
            max(found["z"].largest, products.largest),
        ],
        "their worst 1000, mpmath": [
            *(confirmed[name].max() for name in names),
            max(product_by_mpmath(int(a), int(b)) for a, b in pairs),
        ],
        f"{edges.size} edge words, mpmath": [
            *(max(by_mpmath(name, int(word)) for word in edges) for name in names),
            max(product_by_mpmath(int(a), int(b)) for a, b in zip(edges, edges[::-1], strict=True)),
        ],
    }
    return [
        *table(rows),
        f"Long double and mpmath differ by at most {gap:.4f} ulp on the worst words. The errors of z are the largest",
        "found among as many pairs, and among all products of up to 3000 radius words and 6000 angle words with large",
        "relative errors; mpmath looks at the worst of the latter.",
    ]


def points_of_block(block: int, blocks: int) -> dict[str, Worst]:
    """Errors of r, cos and sin, and of z for pairs of words."""
    a, b = truth.stratified(np.uint64, BLOCK, block, blocks)
    r, (c, s) = _core.radii(a), _core.directions(b & LOW)
    assert np.isfinite(r).all(), "a radius is not finite"
    for part, x, y in ((b & LOW, c, s), (~b & LOW, c, -s)):
        for quarter, wanted in enumerate([(x, y), (y, x), (-x, -y), (-y, -x)]):
            got = _core.directions(part | np.uint64(quarter << 62))
            assert (np.stack(got).view(np.uint64) == np.stack(wanted).view(np.uint64)).all(), "not symmetric"
    return {
        **errors_of("r", r, a, truth.radius),
        **errors_of("cos", c, b & LOW, cosine),
        **errors_of("sin", s, b & LOW, sine),
        "z": Worst(1).add(errors_of_products(a, b), a),
    }


def exact(name: str, word: int) -> mpf:
    """By the definition in cpp/rng/normal.hpp."""
    if name == "r":
        return mp.sqrt(-2 * mp.log(mpf(float(word) + 0.5) / 2**64))
    d = mpf((((word << 2) % 2**64) >> 12 | 1) - 2**51) / 2**52
    c, s = mp.cos(d * mp.pi / 2), mp.sin(d * mp.pi / 2)
    return [(c, s), (s, c), (-c, -s), (-s, -c)][word >> 62][name == "sin"]


def computed(name: str, word: int) -> float:
    """By the core."""
    words = np.array([word], np.uint64)
    return float((_core.radii(words) if name == "r" else _core.directions(words)[name == "sin"])[0])


def ulps(got: float, wanted: mpf) -> float:
    """The error of a float64."""
    return float(abs(got - wanted) / mpf(2) ** (mp.frexp(wanted)[1] - 53)) if wanted else (np.inf if got else 0.0)


def by_mpmath(name: str, word: int) -> float:
    """The error of one value."""
    return ulps(computed(name, word), exact(name, word))


def product_by_mpmath(radius_word: int, angle_word: int) -> float:
    """The larger error of the two normals of a pair of words."""
    r, exact_r = computed("r", radius_word), exact("r", radius_word)
    return max(ulps(r * computed(name, angle_word), exact_r * exact(name, angle_word)) for name in ("cos", "sin"))
