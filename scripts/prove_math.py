# Copyright (c) 2026 the maruyama developers. SPDX-License-Identifier: BSD-3-Clause
"""Measure the largest errors of the elementary functions of compiled fields, in units in the last place.

    python scripts/prove_math.py                 every function, both types, a million arguments a range
    python scripts/prove_math.py exp tanh -n 1e7  these, with ten million
    python scripts/prove_math.py exp --all       float32: all 2^32 arguments (minutes a function)

float64 is compared with the C library's long double, erf and erfc with mpmath on fewer arguments; float32 with NumPy's
and SciPy's float64. Arguments are drawn from all bit patterns, from the ranges where things happen, and from a list of
hostile ones. It needs NumPy, SciPy and mpmath, and a long double of 64 bits or more (x86-64 or aarch64 Linux).
MARUYAMA_ISA chooses the level, but they all give the same bits.
"""

import argparse
from collections.abc import Callable, Iterator

import mpmath
import numpy as np
import scipy.special

from maruyama import _core

Array = np.ndarray
Reference = Callable[..., Array]
mpmath.mp.prec = 120

HOSTILE = [
    0, 5e-324, 1e-310, 2.2250738585072014e-308, 1e-45, 1.1754943508222875e-38, 3.4028234663852886e38, 1e-20,
    1e-8, 1e-4, 0.1, 0.25, 0.5, 0.55, 0.75, 0.9, 1, 1.5, 2, np.e, 3, np.pi / 4, np.pi / 2, np.pi, 9, 10, 19.06,
    20, 26.5, 27.2, 88.7, 89.4, 100, 103.9, 127, 128, 149, 150, 256, 709.78, 710.47, 745.1, 1000, 1023, 1024,
    1074, 1075, 32768, 1e5, 1e16, 1e22, 1e300, 1.7976931348623157e308, np.inf, np.nan,
]  # fmt: skip


def expit(x: Array) -> Array:
    """1/(1 + exp(-x)), which loses nothing on either side."""
    return np.exp(np.minimum(x, 0)) / (1 + np.exp(-np.abs(x)))


def log_expit(x: Array) -> Array:
    """log(expit(x))."""
    return np.minimum(x, 0) - np.log1p(np.exp(-np.abs(x)))


def slowly(f: Callable[[mpmath.mpf], mpmath.mpf]) -> Reference:
    """An mpmath function that is flat beyond 100, over an array of long doubles that were doubles."""

    def value(x: float) -> np.longdouble:
        return np.longdouble("nan" if np.isnan(x) else mpmath.nstr(f(mpmath.mpf(min(max(x, -100), 100))), 30))

    return lambda x: np.array([value(float(v)) for v in x], dtype=np.longdouble)


WIDE, EXPONENTIAL, UNIT = (-50.0, 50.0), (-760.0, 760.0), (-1.0, 1.0)

# name: what it is for wider numbers, and the ranges of its arguments
UNARY: dict[str, tuple[Reference, list[tuple[float, float]]]] = {
    "exp": (np.exp, [UNIT, WIDE, EXPONENTIAL]),
    "exp2": (np.exp2, [UNIT, WIDE, (-1100, 1100)]),
    "expm1": (np.expm1, [UNIT, WIDE, EXPONENTIAL]),
    "log": (np.log, [(0, 2), (0.5, 1.5), (0, 1e6)]),
    "log2": (np.log2, [(0, 2), (0.5, 1.5), (0, 1e6)]),
    "log10": (np.log10, [(0, 2), (0.5, 1.5), (0, 1e6)]),
    "log1p": (np.log1p, [UNIT, (-0.5, 0.5), (0, 1e6)]),
    "cbrt": (np.cbrt, [UNIT, WIDE]),
    "sin": (np.sin, [UNIT, WIDE, (-1e5, 1e5)]),
    "cos": (np.cos, [UNIT, WIDE, (-1e5, 1e5)]),
    "tan": (np.tan, [UNIT, WIDE, (-1e5, 1e5)]),
    "sinh": (np.sinh, [UNIT, WIDE, EXPONENTIAL]),
    "cosh": (np.cosh, [UNIT, WIDE, EXPONENTIAL]),
    "tanh": (np.tanh, [UNIT, (-20, 20)]),
    "arcsin": (np.arcsin, [UNIT]),
    "arccos": (np.arccos, [UNIT]),
    "arctan": (np.arctan, [UNIT, WIDE]),
    "arcsinh": (np.arcsinh, [UNIT, WIDE]),
    "arccosh": (np.arccosh, [(1, 1.2), (1, 50)]),
    "arctanh": (np.arctanh, [UNIT, (-0.2, 0.2)]),
    "erf": (scipy.special.erf, [UNIT, (-6, 6)]),
    "erfc": (scipy.special.erfc, [UNIT, (-6, 28)]),
    "expit": (expit, [UNIT, WIDE, EXPONENTIAL]),
    "log_expit": (log_expit, [UNIT, WIDE, EXPONENTIAL]),
}
SPECIAL: dict[str, tuple[Callable[[mpmath.mpf], mpmath.mpf], list[tuple[float, float]]]] = {
    "ndtr": (mpmath.ncdf, [(-2, 2), (-38, 9)]),
    "log_ndtr": (
        lambda x: mpmath.log(mpmath.ncdf(x)) if x < 5 else mpmath.log1p(-mpmath.ncdf(-x)),
        [(-2, 2), (-38, 9)],
    ),
    "erfcx": (lambda x: mpmath.exp(x * x) * mpmath.erfc(x), [UNIT, (-26, 30)]),
    "ndtri": (lambda p: quantile(p), [(0, 1), (0, 1e-9), (0.14, 0.16)]),
    "erfinv": (lambda y: mpmath.sign(y) * -quantile((1 - abs(y)) / 2) / mpmath.sqrt(2), [UNIT, (0.69, 0.71)]),
    "gammaln": (mpmath.loggamma, [(0, 8.5), (0.9, 2.1), (8, 1e6)]),
    "i0e": (lambda x: mpmath.besseli(0, x) * mpmath.exp(-abs(x)), [(-9, 9), (8, 1e3)]),
    "i1e": (lambda x: mpmath.besseli(1, x) * mpmath.exp(-abs(x)), [(-9, 9), (8, 1e3)]),
}


def quantile(p: mpmath.mpf) -> mpmath.mpf:
    """The x with P(Z < x) = p, by Halley's method from SciPy's."""
    if p > 0.5:
        return -quantile(1 - p)
    x = mpmath.mpf(scipy.special.ndtri(float(p)))
    for _ in range(4):
        step = (p - mpmath.ncdf(x)) / mpmath.npdf(x)
        x += step / (1 + x * step / 2)
    return x


SLOW: dict[str, Reference] = {"erf": slowly(mpmath.erf), "erfc": slowly(mpmath.erfc)}
BINARY: dict[str, tuple[Reference, list[tuple[float, float, float, float]]]] = {
    "power": (np.power, [(0, 10, -5, 5), (0.5, 2, -1000, 1000), (0, 1e6, -50, 50)]),
    "fmod": (np.fmod, [(-10, 10, -1, 1), (-1e6, 1e6, -3, 3)]),
    "mod": (np.mod, [(-10, 10, -1, 1), (-1e6, 1e6, -3, 3)]),
    "floor_divide": (np.floor_divide, [(-10, 10, -1, 1), (-1e6, 1e6, -3, 3)]),
    "arctan2": (np.arctan2, [(-1, 1, -1, 1), (-50, 50, -1, 1)]),
    "hypot": (np.hypot, [(-1, 1, -1, 1), (-50, 50, -1, 1)]),
    "logaddexp": (np.logaddexp, [(0, 5, -5, 5), (0, 5, -50, 5)]),
    "logaddexp2": (np.logaddexp2, [(0, 5, -5, 5), (0, 5, -50, 5)]),
}
EXACT = {"fmod", "mod", "floor_divide"}  # NumPy's own bits, in the type itself


def units(got: Array, exact: Array) -> Array:
    """How far apart, in units in the last place of what is exact; infinite where one is not a number or not finite."""
    info = np.finfo(got.dtype)
    _, exponent = np.frexp(exact)
    unit = np.ldexp(exact.dtype.type(1), np.maximum(exponent, info.minexp + 1) - 1 - info.nmant)
    rounded = exact.astype(got.dtype)
    same = (got == rounded) & (np.signbit(got) == np.signbit(rounded)) | np.isnan(got) & np.isnan(rounded)
    far = np.abs(got - exact) / unit
    return np.where(same & ~np.isfinite(exact), 0, np.where(np.isfinite(far), far, np.where(same, 0, np.inf)))


def patterns(dtype: type, count: int, rng: np.random.Generator) -> Array:
    """Any bits at all."""
    kind = np.uint64 if dtype == np.float64 else np.uint32
    return rng.integers(0, np.iinfo(kind).max, count, dtype=kind, endpoint=True).view(dtype)


def hostile(dtype: type) -> Array:
    """The list, its neighbours and their negatives."""
    listed = np.array(HOSTILE, dtype=np.float64).astype(dtype)
    around = np.concatenate([listed, np.nextafter(listed, dtype(np.inf)), np.nextafter(listed, dtype(0))])
    return np.concatenate([around, -around])


def near_quarters() -> Array:
    """The doubles nearest to a million multiples of pi/2, where the sine or cosine cancels most."""
    return (np.arange(1, 1 << 20).astype(np.longdouble) * np.longdouble("1.5707963267948966192313216916397514")).astype(
        float
    )


def unary_arguments(name: str, dtype: type, count: int) -> Array:
    """What to try a function of one argument on."""
    rng = np.random.default_rng(1)
    ranges = [rng.uniform(low, high, count) for low, high in UNARY[name][1]]
    quarters = [near_quarters()] if name in ("sin", "cos", "tan") and dtype == np.float64 else []
    return np.concatenate(
        [hostile(dtype), patterns(dtype, count, rng), *(r.astype(dtype) for r in [*ranges, *quarters])]
    )


def binary_arguments(name: str, dtype: type, count: int) -> tuple[Array, Array]:
    """What to try a function of two arguments on."""
    rng = np.random.default_rng(1)
    one = hostile(dtype)
    first, second = [np.repeat(one, len(one))], [np.tile(one, len(one))]
    if name.startswith("logaddexp"):  # their zeros have an absolute error only
        keep = np.fmax(first[0], second[0]) >= 0
        first, second = [first[0][keep]], [second[0][keep]]
    else:
        first.append(patterns(dtype, count, rng))
        second.append(patterns(dtype, count, rng))
    for low, high, least, most in BINARY[name][1]:
        first.append(rng.uniform(low, high, count).astype(dtype))
        second.append(rng.uniform(least, most, count).astype(dtype))
    return np.concatenate(first), np.concatenate(second)


def every_float32() -> Iterator[Array]:
    """All arguments, in pieces."""
    piece = np.arange(1 << 22, dtype=np.uint32)
    for start in range(0, 1 << 32, 1 << 22):
        yield (piece + np.uint32(start)).view(np.float32)


def worst(
    name: str, reference: Reference, wider: type, arguments: tuple[Array, ...]
) -> tuple[float, tuple[object, ...]]:
    """The largest error and where it is."""
    got = _core.apply(name, *arguments)
    exact = reference(*arguments) if name in EXACT else reference(*(a.astype(wider) for a in arguments))
    error = units(got, exact)
    at = int(np.argmax(error))
    return float(error[at]), tuple(a[at] for a in arguments)


def special(name: str, dtype: type, count: int) -> tuple[float, tuple[object, ...]]:
    """The same for a special function, on arguments of its ranges."""
    f, ranges = SPECIAL[name]
    rng = np.random.default_rng(1)
    x = np.concatenate([rng.uniform(low, high, count) for low, high in ranges]).astype(dtype)
    inside = (x > 0) & (x < 1) if name == "ndtri" else np.abs(x) < 1 if name == "erfinv" else x == x
    return worst(name, digits(f), np.longdouble, (x[inside],))


def digits(f: Callable[[mpmath.mpf], mpmath.mpf]) -> Reference:
    """An mpmath function over an array of long doubles that were doubles."""
    return lambda x: np.array([np.longdouble(mpmath.nstr(f(mpmath.mpf(float(v))), 30)) for v in x])


def measure(name: str, dtype: type, count: int, every: bool) -> tuple[float, tuple[object, ...]]:
    """The same for a function and a type."""
    if name in SPECIAL:
        return special(name, dtype, min(count, 3_000))
    wider = np.longdouble if dtype == np.float64 else np.float64
    if name in BINARY:
        return worst(name, BINARY[name][0], wider, binary_arguments(name, dtype, count))
    if every and dtype == np.float32:
        return max(
            (worst(name, UNARY[name][0], wider, (piece,)) for piece in every_float32()), key=lambda found: found[0]
        )
    slow = name in SLOW and dtype == np.float64
    reference = SLOW[name] if slow else UNARY[name][0]
    return worst(name, reference, wider, (unary_arguments(name, dtype, min(count, 20_000) if slow else count),))


def main() -> None:
    """Print a line for each function."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", default=[*UNARY, *BINARY, *SPECIAL])
    parser.add_argument(
        "-n", "--count", type=lambda text: int(float(text)), default=1_000_000, help="arguments a range"
    )
    parser.add_argument("--all", action="store_true", help="all float32 arguments of functions of one")
    options = parser.parse_args()
    with np.errstate(all="ignore"):
        for name in options.names:
            for dtype in (np.float64, np.float32):
                error, at = measure(name, dtype, options.count, options.all)
                print(f"{name:13} {dtype.__name__}  {error:8.3f}  at {', '.join(map(repr, at))}", flush=True)


if __name__ == "__main__":
    main()
