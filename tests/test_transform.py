"""The transform from words to normals on the edges and on 2^20 words of each kind; scripts/prove_transform.py has all.

The bounds are those of the tables in cpp/rng/normal.hpp and docs/noise-proof.md, in units in the last place.
"""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import transform_truth as truth
from maruyama import _core

KINDS = [np.uint64, np.uint32]
# radius, cosine, sine, and normals made of them; float32 also against the words themselves, before they are rounded
BOUNDS = {
    (np.uint64, True): (1.05, 1.27, 1.27, 3.49),
    (np.uint32, True): (1.07, 1.31, 1.31, 3.52),
    (np.uint32, False): (1.45, 1.98, 1.98, 4.63),
}

both_kinds = pytest.mark.parametrize("kind", KINDS, ids=["float64", "float32"])
every_truth = pytest.mark.parametrize(("kind", "rounded"), BOUNDS, ids=["float64", "float32", "float32, of the word"])


def words(kind, count=2**20):
    """For radii and for angles."""
    edges = truth.edge_words(kind)
    radius_words, angle_words = truth.stratified(kind, count)
    return np.append(radius_words, edges), np.append(angle_words, np.random.default_rng(1).permutation(edges))


@pytest.mark.skipif(not truth.FINE, reason="long double is no finer than float64 here")
@every_truth
def test_errors_are_below_the_stated_ones(kind, rounded):
    a, b = words(kind)
    r, (c, s) = _core.radii(a), _core.directions(b)
    exact_r, (exact_c, exact_s) = truth.radius(a, rounded), truth.direction(b, rounded)
    for got, exact, bound in zip((r, c, s), (exact_r, exact_c, exact_s), BOUNDS[kind, rounded], strict=False):
        assert truth.ulps(got, exact).max() < bound
    for got, exact in ((r * c, exact_r * exact_c), (r * s, exact_r * exact_s)):
        assert truth.ulps(got, exact).max() < BOUNDS[kind, rounded][3]


@both_kinds
def test_everything_is_finite_and_reaches_as_far_as_the_bits_allow(kind):
    a, b = words(kind)
    r, directions = _core.radii(a), np.concatenate(_core.directions(b))
    bits = 8 * np.dtype(kind).itemsize
    assert np.isfinite(r).all()
    assert r.max() == _core.radii(np.zeros(1, kind))[0]
    assert abs(r.max() - np.sqrt(2 * np.log(2.0) * (bits + 1))) < 1e-6  # u = 2^-65 or 2^-33
    assert r.min() == (0 if kind is np.uint64 else 2.0**-16)  # u = 1 occurs in float64 alone
    assert (np.abs(directions) <= 1).all()
    assert (directions != 0).all()


@both_kinds
def test_the_radius_never_rises_with_the_word(kind):
    a, _ = words(kind)
    assert (np.diff(_core.radii(np.sort(a))) <= 0).all()
    neighbours = np.sort(a)[::64, None] + np.arange(64, dtype=kind)
    assert (np.diff(_core.radii(np.sort(neighbours.ravel()))) <= 0).all()


@both_kinds
def test_directions_are_eight_mirror_images(kind):
    _, b = words(kind)
    bits = 8 * np.dtype(kind).itemsize
    low = b & kind(2 ** (bits - 2) - 1)
    c, s = _core.directions(low)
    for part, cosine, sine in ((low, c, s), (low ^ kind(2 ** (bits - 2) - 1), c, -s)):
        for quarter, wanted in enumerate([(cosine, sine), (sine, cosine), (-cosine, -sine), (-sine, -cosine)]):
            got = _core.directions(part | kind(quarter << (bits - 2)))
            assert (np.stack(got) == np.stack(wanted)).all()


def digest():
    """Of everything above, on this level."""
    found = hashlib.sha256()
    for kind in KINDS:
        a, b = words(kind)
        for values in (_core.radii(a), *_core.directions(b)):
            found.update(values.data)
    return found.hexdigest()


def test_the_bits_are_those_of_every_level():
    program = "import test_transform as t; print(t.digest(), t._core.level())"
    for level in _core.levels():
        env = {
            **os.environ,
            "MARUYAMA_ISA": level,
            "PYTHONPATH": os.pathsep.join([str(Path(__file__).parent), *sys.path]),
        }
        done = subprocess.run([sys.executable, "-c", program], env=env, capture_output=True, text=True, check=True)
        assert done.stdout.split() == [digest(), level]
