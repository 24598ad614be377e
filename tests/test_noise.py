"""mr.noise is the function of (seed, path, step, dimension) that the layout says, bit for bit, however it is made."""

import hashlib
import os
import subprocess
import sys

import numpy as np
import pytest

import maruyama as mr
import reference
from apart import run_apart
from loop import cut, noise_of_a_run
from maruyama import _core

DTYPES = [np.float64, np.float32]
FAR = np.array([0, 1, 2**32 - 1, 2**32, 2**63 - 1, 2**63, 2**64 - 1], np.uint64)

both_dtypes = pytest.mark.parametrize("dtype", DTYPES, ids=["float64", "float32"])


def same_bits(a, b):
    return a.dtype == b.dtype and a.shape == b.shape and a.tobytes() == b.tobytes()


# --- the layout ------------------------------------------------------------------------------------------------------


@both_dtypes
@pytest.mark.parametrize("dim", [1, 2, 3, 5, 31, 32, 33, 100])
@pytest.mark.parametrize("steps", [1, 7])
def test_noise_is_the_reference(dtype, dim, steps):
    z = mr.noise(7, paths=FAR, steps=steps, dim=dim, dtype=dtype)
    assert same_bits(z, reference.noise(7, FAR, steps, dim, dtype))


@both_dtypes
@pytest.mark.parametrize("seed", [0, 1, 2**32, 2**64 - 1, 2**200 + 17, np.random.SeedSequence(7, spawn_key=(3,))])
def test_noise_of_every_kind_of_seed_is_the_reference(dtype, seed):
    words = (seed if isinstance(seed, np.random.SeedSequence) else np.random.SeedSequence(seed)).generate_state(2)
    wanted = reference.stream(words, range(9), 5 * 3, dtype).reshape(9, 5, 3).transpose(1, 0, 2)
    assert same_bits(mr.noise(seed, paths=9, steps=5, dim=3, dtype=dtype), wanted)


@both_dtypes
@pytest.mark.parametrize("paths", [1, 31, 33, 300, 1000])
def test_noise_of_any_number_of_paths_is_the_reference(dtype, paths):
    for dim in (1, 2, 3, 40):
        z = mr.noise(3, paths=paths, steps=5, dim=dim, dtype=dtype)
        assert same_bits(z, reference.noise(3, paths, 5, dim, dtype))


@both_dtypes
def test_noise_of_long_paths_is_the_reference(dtype):
    assert same_bits(mr.noise(3, paths=2, steps=1001, dim=7, dtype=dtype), reference.noise(3, 2, 1001, 7, dtype))


@both_dtypes
@pytest.mark.parametrize("dim", [1, 2, 5, 33])
@pytest.mark.parametrize("start", [1000, 2**32 - 5, 2**63 - 5, 2**64 - 10])
def test_noise_of_a_range_is_the_reference(dtype, dim, start):
    paths = range(start, start + 10)
    assert same_bits(mr.noise(7, paths=paths, steps=3, dim=dim, dtype=dtype), reference.noise(7, paths, 3, dim, dtype))


@both_dtypes
@pytest.mark.parametrize("size", [0, 1, 2, 3, 63, 64, 65, 10_001])
def test_standard_normal_is_path_0_of_its_own_key(dtype, size):
    z = mr.standard_normal(size, seed=7, dtype=dtype)
    assert same_bits(z, reference.stream(reference.key_of(7, "normals"), [0], size, dtype)[0])


@both_dtypes
def test_standard_normal_fills_any_shape_in_row_major_order(dtype):
    flat = mr.standard_normal(105, seed=7, dtype=dtype)
    assert same_bits(mr.standard_normal((3, 5, 7), seed=7, dtype=dtype), flat.reshape(3, 5, 7))


# --- nothing else matters --------------------------------------------------------------------------------------------


@both_dtypes
@pytest.mark.parametrize("dim", [1, 2, 3, 5, 33])
@pytest.mark.parametrize("tile_rows", [1, 7, 32, 100, 257])
def test_noise_of_a_run_is_independent_of_tile_width(dtype, dim, tile_rows):
    with cut(threads=2, tile_rows=tile_rows):
        z = noise_of_a_run(7, paths=300, steps=6, dim=dim, dtype=dtype)
    assert (z == mr.noise(7, paths=300, steps=6, dim=dim, dtype=dtype)).all()


@both_dtypes
@pytest.mark.parametrize("dim", [1, 3, 40])
@pytest.mark.parametrize("threads", [2, 3, 8])
def test_noise_is_independent_of_threads(dtype, dim, threads):
    shape = (3, 100_000 // dim, dim)  # several tiles
    few, many = np.empty(shape, dtype), np.empty(shape, dtype)
    for z, count in ((few, 1), (many, threads)):
        _core.fill_noise(out=z, first_path=5, path_numbers=None, key=(1, 2), threads=count)
    assert same_bits(few, many)


@both_dtypes
@pytest.mark.parametrize("threads", [2, 3, 8])
def test_standard_normal_is_independent_of_threads(dtype, threads):
    one = mr.standard_normal(300_001, seed=7, dtype=dtype, threads=1)
    assert same_bits(one, mr.standard_normal(300_001, seed=7, dtype=dtype, threads=threads))


@both_dtypes
@pytest.mark.parametrize("dim", [1, 2, 3, 33])
def test_noise_of_a_range_is_those_rows(dtype, dim):
    rows = mr.noise(7, paths=200, steps=5, dim=dim, dtype=dtype)[:, 37:150]
    assert (mr.noise(7, paths=range(37, 150), steps=5, dim=dim, dtype=dtype) == rows).all()


@both_dtypes
def test_noise_of_an_array_of_path_numbers_is_those_rows(dtype):
    chosen = np.random.default_rng(1).integers(1000, size=77)  # unordered and with repeats
    rows = mr.noise(7, paths=1000, steps=5, dim=3, dtype=dtype)[:, chosen]
    assert (mr.noise(7, paths=chosen, steps=5, dim=3, dtype=dtype) == rows).all()


@both_dtypes
def test_a_list_of_path_numbers_holds_all_64_bits(dtype):
    z = mr.noise(7, paths=[0, 2**64 - 1, 2**53 + 1], steps=2, dim=2, dtype=dtype)
    assert same_bits(z, reference.noise(7, [0, 2**64 - 1, 2**53 + 1], 2, 2, dtype))


@both_dtypes
@pytest.mark.parametrize("dim", [1, 2, 3, 33])
def test_more_steps_go_on_where_fewer_ended(dtype, dim):
    few, many = (mr.noise(7, paths=40, steps=steps, dim=dim, dtype=dtype) for steps in (5, 12))
    assert (many[:5] == few).all()


@both_dtypes
def test_a_longer_fill_begins_with_a_shorter_one(dtype):
    few, many = (mr.standard_normal(size, seed=7, dtype=dtype, threads=2) for size in (70_003, 200_000))
    assert (many[:70_003] == few).all()


ON_A_LEVEL = """
import hashlib, numpy as np, maruyama as mr
from maruyama import _core
digest = hashlib.sha256()
for dtype in (np.float64, np.float32):
    for dim in (1, 2, 3, 33):
        digest.update(mr.noise(7, paths=range(2**63 - 50, 2**63 + 1000), steps=5, dim=dim, dtype=dtype).tobytes())
    digest.update(mr.standard_normal(100_003, seed=7, dtype=dtype).tobytes())
    x0 = np.linspace(-1, 1, 303, dtype=dtype).reshape(101, 3)
    for noise, g in (("diagonal", 0.3), ("general", np.linspace(0.1, 0.7, 15).reshape(3, 5))):
        run = mr.euler_maruyama(lambda x, t: x - x * x * x, g, x0, noise=noise, steps=50, seed=7, save="all")
        digest.update(run.x.tobytes())
print(digest.hexdigest(), _core.level())
"""


def digest_and_level(level):
    env = {**os.environ, "MARUYAMA_ISA": level}
    done = subprocess.run([sys.executable, "-c", ON_A_LEVEL], env=env, capture_output=True, text=True, check=True)
    return done.stdout.split()


def test_noise_and_runs_have_the_same_bits_on_every_level():
    digests, levels = zip(*map(digest_and_level, _core.levels()), strict=True)
    assert list(levels) == list(_core.levels())
    assert len(set(digests)) == 1


# --- what is made of it ----------------------------------------------------------------------------------------------


@both_dtypes
def test_brownian_increments_are_the_noise(dtype):
    w = mr.brownian(50, steps=9, dim=3, t=(1.0, 3.0), seed=7, dtype=dtype)
    dw = dtype(np.sqrt(2.0 / 9)) * mr.noise(7, paths=50, steps=9, dim=3, dtype=dtype)
    assert (w.x[0] == 0).all()
    assert (w.x[1:] == w.x[:-1] + dw).all()


@both_dtypes
def test_keys_differ_between_uses(dtype):
    keys = [reference.key_of(7, use) for use in ("noise", "initial", "normals")]
    firsts = [reference.stream(key, [0], 1000, dtype)[0] for key in keys]
    assert len(np.unique(firsts)) > 2900  # shared keys would leave at most 2000; float32 values may coincide
    assert same_bits(mr.noise(7, paths=1, steps=1000, dim=1, dtype=dtype).ravel(), firsts[0])
    assert same_bits(mr.standard_normal(1000, seed=7, dtype=dtype), firsts[2])


def test_seeds_paths_steps_and_dimensions_all_differ():
    z = np.stack([mr.noise(seed, paths=20, steps=20, dim=20) for seed in (0, 1, 2**31, 2**32)])
    assert len(np.unique(z)) == z.size


def test_the_stream_is_version_1():
    """Whoever changes a bit of the noise changes this digest and STREAM_VERSION."""
    digest = hashlib.sha256(mr.noise(7, paths=64, steps=8, dim=3).astype("<f8").tobytes())
    digest.update(mr.noise(7, paths=64, steps=8, dim=3, dtype=np.float32).astype("<f4").tobytes())
    assert (_core.STREAM_VERSION, digest.hexdigest()[:16]) == (1, "32d910a6f723321d")


# Paths whose block 0 under the key (0, 0) holds a rare word, found by a search through 2^34 of them.
RARE = {
    748582185: (0, 0x00000000),
    371492825: (1, 0x00000000),
    84170650: (0, 0x00000001),
    5306765133: (0, 0xFFFFFFFF),
    2618200274: (1, 0xFFFFFFFF),
    297716614: (0, 0x7FFFFFFF),
    8141259832: (0, 0x80000000),
    12859307527: (3, 0x00000000),
}


@both_dtypes
@pytest.mark.parametrize("dim", [1, 4, 33])
def test_noise_of_rare_words_is_the_reference(dtype, dim):
    paths = np.array(list(RARE), np.uint64)
    z = np.empty((33 // dim, len(RARE), dim), dtype)
    _core.fill_noise(out=z, first_path=0, path_numbers=paths, key=(0, 0), threads=1)
    wanted = reference.stream((0, 0), paths, 33 // dim * dim, dtype)
    assert same_bits(z.transpose(1, 0, 2).reshape(len(RARE), -1), wanted)
    if dtype == np.float32:
        assert np.hypot(*wanted[0, :2]) > 6.7  # the largest radius, of the word 0


def test_the_rare_words_are_where_they_are_said_to_be():
    counters = np.array([[0, 0, path % 2**32, path >> 32] for path in RARE], np.uint32)
    words = _core.philox(counters, (0, 0)).tolist()
    assert all(row[place] == word for row, (place, word) in zip(words, RARE.values(), strict=True))


# --- the transform at the ends of its words --------------------------------------------------------------------------


def edge_words(dtype):
    """0, 1, all ones, and what is around every power of two, every half power and every eighth of the circle."""
    bits = 64 if dtype == np.float64 else 32
    near = {sign * (2**j + offset) % 2**bits for j in range(bits) for offset in range(-3, 4) for sign in (1, -1)}
    near |= {eighth * 2 ** (bits - 3) + offset for eighth in range(1, 8) for offset in (-1, 0, 1)}
    near |= {int(2 ** (j + 0.5)) + offset for j in range(8, bits) for offset in (-1, 0, 1)}
    return np.array(sorted(near), np.uint64 if bits == 64 else np.uint32)


def random_words(dtype):
    bits = 64 if dtype == np.float64 else 32
    kind = np.uint64 if bits == 64 else np.uint32
    rng = np.random.default_rng(3)
    words = rng.integers(2**bits, size=200_000, dtype=kind)
    return np.concatenate([words, words >> rng.integers(bits, size=words.size).astype(kind), edge_words(dtype)])


def ulps(got, exact):
    """The largest error in units in the last place."""
    if np.finfo(np.longdouble).nmant < np.finfo(got.dtype).nmant + 8:
        pytest.skip("longdouble is no finer than float64 here")
    return np.abs((got.astype(np.longdouble) - exact) / np.spacing(np.abs(got)).astype(np.longdouble)).max()


@both_dtypes
def test_the_radius_is_right_for_every_kind_of_word(dtype):
    words = random_words(dtype)
    bits = 8 * words.itemsize
    k, f = reference.exponent_and_fraction(words)
    exact_u = (words.astype(np.longdouble) + 0.5) / 2.0**bits
    u = np.ldexp(1 + f.astype(np.longdouble), k.astype(int))
    assert (np.abs(u / exact_u - 1) < np.finfo(dtype).eps).all()  # u itself is rounded once or twice
    log_u = np.log1p(f.astype(np.longdouble)) + k * np.log(np.longdouble(2))
    r = reference.radius(k, f)
    inside = log_u < 0
    assert ulps(r[inside], np.sqrt(-2 * log_u[inside])) < 1.2
    assert (r[~inside] == 0).all()  # u = 1, which only float64 reaches


@both_dtypes
def test_the_angles_are_right_for_every_kind_of_word(dtype):
    d, _, _ = reference.angle(random_words(dtype))
    turn = d.astype(np.longdouble) * (np.longdouble(np.pi) + np.longdouble(1.2246467991473531772e-16)) / 2
    v = d * d
    sine = d * (reference.polynomial(v, "sin_tail") + reference.constant("half_pi", d.dtype))
    cosine = v * reference.polynomial(v, "cos_tail") + d.dtype.type(1)
    assert (np.abs(d) <= 0.5).all()
    assert (d != 0).all()
    assert ulps(sine, np.sin(turn)) < 1.5
    assert ulps(cosine, np.cos(turn)) < 1.5


@both_dtypes
def test_the_angles_are_symmetric(dtype):
    words = random_words(dtype)
    mirrored, _, _ = reference.angle(~words)
    d, _, _ = reference.angle(words)
    assert (mirrored == -d).all()


@both_dtypes
def test_the_normals_of_every_kind_of_word_are_finite_and_reach_far(dtype):
    words = edge_words(dtype)
    a, b = (part.ravel() for part in np.meshgrid(words, words))
    for z in reference.box_muller(a, b):
        assert np.isfinite(z).all()
        assert min(z.max(), -z.min()) > (9.4 if dtype == np.float64 else 6.7)  # sqrt(2 ln 2^65), sqrt(2 ln 2^33)


def test_short_runs_of_many_dimensions_stay_in_their_memory(tmp_path):
    # a run of fewer steps than share a block once read behind its buffer, which ended most of such processes
    script = """
        import numpy as np
        import maruyama as mr
        for _ in range(1500):
            for dim, steps, dtype in [(3, 1, "f8"), (31, 1, "f8"), (31, 1, "f4"), (31, 2, "f4"), (30, 1, "f4")]:
                mr.noise(7, paths=7, steps=steps, dim=dim, dtype=dtype)
                kept = [np.empty(1000) for _ in range(3)]
    """
    run_apart(tmp_path, script)
