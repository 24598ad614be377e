"""What the transform of cpp/rng/normal.hpp ought to give, in long double, and how far from that a value is.

Two truths: that of the word itself (``rounded=False``), and that of the word once it is rounded to a floating point
number, where the core's arithmetic begins. A float64 angle keeps the bits it uses, so that there both are the same.
Long double has 64 bits on x86-64: errors of float64 are seen to 1/500 ulp. Not a test file itself.
"""

import numpy as np

LONG = np.longdouble
HALF_PI = LONG(1.5707963267948966) + LONG(6.123233995736766e-17)
FINE = np.finfo(LONG).nmant >= 63  # else float64 cannot be judged by it


def uniform(words, rounded=True):
    """The u of each radius word, 0 < u <= 1."""
    if words.dtype == np.uint64:
        return LONG(2) ** -64 * (words.astype(np.float64) + 0.5 if rounded else words.astype(LONG) + LONG(0.5))
    near_one = words >= np.uint32(2**31)
    offset = words.view(np.int32).astype(np.float32 if rounded else np.float64)  # u, or u - 1, before the half
    return near_one + LONG(2) ** -32 * (offset + offset.dtype.type(0.5))


def radius(words, rounded=True):
    return np.sqrt(-2 * np.log(uniform(words, rounded)))


def part_of_quarter(words, rounded=True):
    """The d of each angle word: the angle is d pi/2 from the middle of its quarter of the circle, |d| < 1/2."""
    if words.dtype == np.uint64:
        mantissa = (words << np.uint64(2) >> np.uint64(12)) | np.uint64(1)
        return LONG(2) ** -52 * (mantissa.astype(np.int64) - 2**51)
    d = ((words << np.uint32(2)) | np.uint32(2)).view(np.int32)
    return LONG(2) ** -32 * d.astype(np.float32 if rounded else LONG)


def direction(words, rounded=True):
    """Cosine and sine of each angle word: the two highest bits turn both, and exchange them."""
    bits = 8 * words.itemsize
    angle = part_of_quarter(words, rounded) * HALF_PI
    cosine, sine = np.cos(angle), np.sin(angle)
    turn = 1 - 2 * (words >> words.dtype.type(bits - 1)).astype(np.int8)
    swap = (words >> words.dtype.type(bits - 2) & words.dtype.type(1)).astype(bool)
    return turn * np.where(swap, sine, cosine), turn * np.where(swap, cosine, sine)


def ulps(got, exact):
    """Errors in units in the last place of the exact value."""
    digits = np.finfo(got.dtype).nmant + 1
    _, exponent = np.frexp(exact)
    return np.abs(np.ldexp(got - exact, digits - exponent)).astype(np.float64)


def edge_words(kind):
    """0, 1, all ones, and what is around every power of two, every half power and every eighth of the circle."""
    bits = 8 * np.dtype(kind).itemsize
    near = {sign * (2**j + offset) % 2**bits for j in range(bits) for offset in range(-3, 4) for sign in (1, -1)}
    near |= {eighth * 2 ** (bits - 3) + offset for eighth in range(1, 8) for offset in range(-3, 4)}
    near |= {int(2 ** (j + 0.5)) + offset for j in range(8, bits) for offset in range(-3, 4)}
    return np.array(sorted(near), kind)


def stratified(kind, count, block=0, blocks=1):
    """``count`` words for radii and as many for angles: half evenly spread, half spread by their size.

    The latter are dense where the radius is largest and smallest, and at the middle and the edges of the quarters of
    the circle. Block b of n has its own strata.
    """
    bits = 8 * np.dtype(kind).itemsize
    rng = np.random.default_rng([bits, block, blocks])
    stride = 2**bits // (blocks * (count // 2))
    even = (np.arange(count // 2, dtype=np.uint64) + np.uint64(block * (count // 2))) * np.uint64(stride)
    even = (even + rng.integers(stride, size=even.size, dtype=np.uint64)).astype(kind)
    place = (np.arange(block * even.size, (block + 1) * even.size) + rng.random(even.size)) / (blocks * even.size)
    small = np.exp2(np.minimum(place * bits, bits - 1e-9)).astype(kind)
    flip = rng.integers(2, size=small.size).astype(bool)
    middle = np.array(2 ** (bits - 3) if bits == 64 else 0, kind)  # d = 0 within a quarter
    quarter = rng.integers(4, size=small.size, dtype=kind) << kind(bits - 2)
    inside = small >> kind(3)
    around = quarter + ((middle + np.where(flip, inside, ~inside)) & kind(2 ** (bits - 2) - 1))
    return np.concatenate([even, np.where(flip, small, ~small)]), rng.permutation(np.concatenate([even, around]))
