"""The noise in slow NumPy, written from the layout in cpp/rng/counter.hpp and rng/normal.hpp: the same bits, no core.

Every array operation below is rounded once in the dtype of its arrays, as in the core. Not a test file itself.
"""

import numpy as np

WORD = np.uint64(0xFFFFFFFF)
THIRTY_TWO = np.uint64(32)


def u64(number):
    return np.uint64(number)


# --- Philox4x32-10: Salmon, Moraes, Dror and Shaw (2011) -------------------------------------------------------------


def philox(counters, key):
    """Output words of counters ``(..., 4)`` under a key of two 32-bit words."""
    x0, x1, x2, x3 = np.moveaxis(np.asarray(counters, np.uint64), -1, 0)
    k0, k1 = (int(word) for word in key)
    for _ in range(10):
        p0, p1 = u64(0xD2511F53) * x0, u64(0xCD9E8D57) * x2
        x0, x1 = (p1 >> THIRTY_TWO) ^ x1 ^ u64(k0), p1 & WORD
        x2, x3 = (p0 >> THIRTY_TWO) ^ x3 ^ u64(k1), p0 & WORD
        k0, k1 = (k0 + 0x9E3779B9) % 2**32, (k1 + 0xBB67AE85) % 2**32
    return np.stack([x0, x1, x2, x3], axis=-1).astype(np.uint32)


# --- two words to two normals: Box and Muller (1958) -----------------------------------------------------------------

CONSTANTS = {
    np.dtype(np.float64): {
        "minus_2_ln2_hi": "-0x1.62e42ffp+0",
        "minus_2_ln2_lo": "0x1.718432a1b0e26p-34",
        "half_pi": "0x1.921fb54442d18p+0",
        "log_tail": "-0x1.5555555555592p+0 -0x1.999999997ff62p-1 -0x1.24924941db5c8p-1 -0x1.c71c521a07878p-2 "
        "-0x1.74663ba71adc4p-2 -0x1.39a20b4210c19p-2 -0x1.2f025558d578p-2",
        "sin_tail": "0x1.0260f805254b1p-54 -0x1.4abbce625be41p-1 0x1.466bc6775878p-4 -0x1.32d2cce2dcd6cp-8 "
        "0x1.50782fd0e64ffp-13 -0x1.e300691cf9d8dp-19 0x1.e3f08cd19c87dp-25",
        "cos_tail": "-0x1.3bd3cc9be45dep+0 0x1.03c1f081b5a52p-2 -0x1.55d3c7e3bfe55p-6 0x1.e1f50675b1d7ap-11 "
        "-0x1.a6d1e238afffp-16 0x1.f9c4ad81beb96p-22 -0x1.b03447dd802dep-28",
    },
    np.dtype(np.float32): {
        "minus_2_ln2_hi": "-0x1.62e4p+0",
        "minus_2_ln2_lo": "-0x1.7f7d1cp-19",
        "half_pi": "0x1.921fb6p+0",
        "log_tail": "-0x1.555502p+0 -0x1.99d1ccp-1 -0x1.1ec03ep-1 -0x1.1eca32p-1",
        "sin_tail": "-0x1.a32db2p-25 -0x1.4abbb8p-1 0x1.465e16p-4 -0x1.2d7948p-8",
        "cos_tail": "-0x1.3bd3ccp+0 0x1.03c1bp-2 -0x1.55b2b6p-6 0x1.d4f7eep-11",
    },
}


def constant(name, dtype):
    """A number, or a list of coefficients."""
    numbers = [dtype.type(float.fromhex(text)) for text in CONSTANTS[dtype][name].split()]
    return numbers if name.endswith("tail") else numbers[0]


def polynomial(v, name):
    total = np.full_like(v, constant(name, v.dtype)[-1])
    for coefficient in constant(name, v.dtype)[-2::-1]:
        total = total * v + coefficient
    return total


def exponent_and_fraction(a):
    """k and f of u = (1 + f) 2^k, where the word ``a`` stands for u = (a + 1/2) 2^-bits."""
    if a.dtype == np.uint64:
        one, root_half = u64(0x3FF0000000000000), u64(0x3FE6A09E667F3BCD)
        moved = (a.astype(np.float64) + 0.5).view(np.uint64) + (one - root_half)
        k = (moved >> u64(52)).astype(np.float64) - 1087.0
        return k, ((moved & u64(2**52 - 1)) + root_half).view(np.float64) - 1.0
    signed = a.view(np.int32).astype(np.float32) + np.float32(0.5)  # u, or u - 1 where the word is 2^31 or more
    mantissa, exponent = np.frexp(signed)
    k = np.where(signed < 0, 0, exponent - 32).astype(np.float32)
    return k, np.where(signed < 0, signed * np.float32(2.0**-32), mantissa - np.float32(1))


def radius(k, f):
    """sqrt(-2 (k ln 2 + ln(1 + f)))."""
    s, f2 = f / (f + f.dtype.type(2)), f + f
    tail = s * (f2 + s * s * polynomial(s * s, "log_tail"))
    low = (tail + k * constant("minus_2_ln2_lo", f.dtype)) - f2
    return np.sqrt(k * constant("minus_2_ln2_hi", f.dtype) + low)


def angle(b):
    """The part |d| <= 1/2 of a quarter turn that the word ``b`` stands for, and its two highest bits: sign and swap."""
    if b.dtype == np.uint64:
        mantissa = ((b << u64(2)) >> u64(12)) | u64(0x3FF0000000000001)
        return mantissa.view(np.float64) - 1.5, (b >> u64(63)).astype(bool), (b >> u64(62) & u64(1)).astype(bool)
    shifted = (b << np.uint32(2)) | np.uint32(2)
    d = shifted.view(np.int32).astype(np.float32) * np.float32(2.0**-32)
    return d, (b >> np.uint32(31)).astype(bool), (b >> np.uint32(30) & np.uint32(1)).astype(bool)


def box_muller(a, b):
    """The normals of a radius word and an angle word, uint64 for float64 and uint32 for float32."""
    r = radius(*exponent_and_fraction(a))
    d, sign, swap = angle(b)
    v = d * d
    sine = d * (polynomial(v, "sin_tail") + constant("half_pi", d.dtype))
    cosine = v * polynomial(v, "cos_tail") + d.dtype.type(1)
    r = np.where(sign, -r, r)
    return r * np.where(swap, sine, cosine), r * np.where(swap, cosine, sine)


# --- the layout: z(seed, path, step, j) is normal number step*m + j of its path --------------------------------------


def normals_of_blocks(words, dtype):
    """The normals ``(..., 2)`` or ``(..., 4)`` of blocks of words ``(..., 4)``, in the order of the stream."""
    x0, x1, x2, x3 = np.moveaxis(words, -1, 0)
    if dtype == np.float32:
        return np.stack([*box_muller(x0, x2), *box_muller(x1, x3)], axis=-1)
    wide = words.astype(np.uint64)
    a, b = (wide[..., low] | wide[..., low + 1] << THIRTY_TWO for low in (0, 2))
    return np.stack(box_muller(a, b), axis=-1)


def stream(key, paths, count, dtype=np.float64):
    """The first ``count`` normals of each path, ``(len(paths), count)``."""
    per_block = 4 if dtype == np.float32 else 2
    block = np.arange(-(-count // per_block), dtype=np.uint64)[None, :]
    path = np.array([int(number) for number in paths], np.uint64)[:, None]
    parts = np.broadcast_arrays(block & WORD, block >> THIRTY_TWO, path & WORD, path >> THIRTY_TWO)
    z = normals_of_blocks(philox(np.stack(parts, axis=-1), key), dtype)
    return z.reshape(len(path), -1)[:, :count]


def key_of(seed, use="noise"):
    """Two of the six words of the seed: a run's noise, the draws of an initial distribution, plain normals."""
    words = np.random.SeedSequence(seed).generate_state(6, np.uint32)
    first = {"noise": 0, "initial": 2, "normals": 4}[use]
    return int(words[first]), int(words[first + 1])


def noise(seed, paths, steps, dim, dtype=np.float64):
    """What ``mr.noise`` returns, ``(steps, paths, dim)``."""
    numbers = range(paths) if isinstance(paths, int) else paths
    z = stream(key_of(seed), numbers, steps * dim, dtype)
    return z.reshape(len(numbers), steps, dim).transpose(1, 0, 2)
