# Copyright (c) 2026 the maruyama developers. SPDX-License-Identifier: BSD-3-Clause
"""Coefficients of the special functions (cpp/simd/math/), as C++ constants. It only prints, by way of minimax_math.py.

All are for double: the functions of float are computed in double and rounded once.

Run it with `python scripts/minimax_special.py`; it needs mpmath and NumPy and takes about ten minutes. With names of
tails, as `Gamma::tail`, it prints these alone.
"""

import sys
from collections.abc import Callable, Iterator

from minimax import bits, literal
from minimax_math import Tail
from mpmath import mp, mpf

FAR, FARTHEST = 8, mpf("38.7")  # sqrt(-2 log p): where the second polynomial of ndtri begins, and of the least p


def erfcx(x: mpf) -> mpf:
    """exp(x^2) erfc(x), far out by its asymptotic series."""
    if x < 100:
        return mp.erfc(x) * mp.exp(x * x)
    terms = [mp.rf(mpf(1) / 2, k) * (-1) ** k / x ** (2 * k) for k in range(15)]
    return mp.fsum(terms) / (x * mp.sqrt(mp.pi))


def scaled_erfcx(center: int) -> Callable[[mpf], mpf]:
    """(1 + 2x) erfcx(x) as a function of t = (x - center)/(x + center)."""

    def whole(t: mpf) -> mpf:
        x = center * (1 + t) / (1 - t)
        return (1 + 2 * x) * erfcx(x)

    return whole


def upper_quantile(p: mpf) -> mpf:
    """The x with P(Z > x) = p for a standard normal Z, by Halley's method."""
    r = mp.sqrt(-2 * mp.log(p))
    x = r - (mp.log(r) + mp.log(2 * mp.pi) / 2) / r if p < mpf(10) ** -3 else mpf(0)
    for _ in range(100):
        step = (mp.erfc(x / mp.sqrt(2)) / 2 / p - 1) * p * mp.sqrt(2 * mp.pi) * mp.exp(x * x / 2)
        x += step / (1 + x * step / 2)
        if abs(step) < mpf(2) ** -150:
            return x
    raise RuntimeError(f"no quantile of {p}")


def central_quantile(v: mpf) -> mpf:
    """x/s, s = sqrt(v), with P(0 < Z < x) = s."""
    return upper_quantile(mpf(1) / 2 - mp.sqrt(v)) / mp.sqrt(v)


def tail_quantile(center: mpf) -> Callable[[mpf], mpf]:
    """x/r as a function of t = (r - center)/(r + center), with P(Z > x) = exp(-r^2/2)."""

    def whole(t: mpf) -> mpf:
        r = center * (1 + t) / (1 - t)
        return upper_quantile(mp.exp(-r * r / 2)) / r

    return whole


def stirling_rest(w: mpf) -> mpf:
    """The rest x (log gamma(x) - ((x - 1/2) log x - x + log(2 pi)/2)) as a function of w = 1/x^2."""
    x = 1 / mp.sqrt(w)
    with mp.workprec(400):
        return x * (mp.loggamma(x) - (x - mpf(1) / 2) * mp.log(x) + x - mp.log(2 * mp.pi) / 2)


def far_bessel(order: int) -> Callable[[mpf], mpf]:
    """sqrt(x) exp(-x) I(x) as a function of u = 16/x - 1."""

    def whole(u: mpf) -> mpf:
        x = 16 / (1 + u)
        if x < 200:
            return mp.sqrt(x) * mp.exp(-x) * mp.besseli(order, x)
        factors = [mpf(4 * order * order - (2 * k - 1) ** 2) / (k * 8 * x) for k in range(1, 30)]
        return mp.fsum((-1) ** k * mp.fprod(factors[:k]) for k in range(30)) / mp.sqrt(2 * mp.pi)

    return whole


def tails() -> Iterator[Tail]:
    """The polynomials."""
    real, one = "double", mpf(1)
    yield Tail(
        "Erfcx::tail",
        "(1 + 2x) erfcx(x) = 5/4 + (c0 + c1 t + ...), t = (x - 3)/(x + 3)",
        real, scaled_erfcx(3), (1.25,), 0, one - mpf(10) ** -20, -55.5, -one, 25,
    )  # fmt: skip
    yield Tail(
        "Quantile::central_tail",
        f"x/s = {mp.nstr(SLOPE, 17)} + (c0 + c1 v + ...), v = s^2",
        real, central_quantile, (SLOPE,), 0, mpf("0.3501") ** 2, -56, mpf(0), 18,
    )  # fmt: skip
    for name, (start, end) in {"near": (mpf("1.94"), mpf(FAR)), "far": (mpf(FAR), FARTHEST)}.items():
        center = CENTERS[name]
        yield Tail(
            f"Quantile::{name}_tail",
            f"x/r = 1 + (c0 + c1 t + ...), t = (r - {center})/(r + {center})",
            real, tail_quantile(mpf(center)), (1.0,), 0, (end - center) / (end + center), -55,
            (start - center) / (start + center), 24,
        )  # fmt: skip
    yield Tail(
        "Gamma::tail",
        "log gamma(2 + v)/v = c0 + c1 v + ... (c0 is Gamma::first)",
        real, lambda v: mp.loggamma(2 + v) / v, (), 0, mpf("0.5"), -56, mpf("-0.5"), 17,
    )  # fmt: skip
    yield Tail("Gamma::stirling", "x times the rest = c0 + c1/x^2 + ...", real, stirling_rest, (), 0, one / 64, -50)
    for order, factor, middle in ((0, "1", 0.40625), (1, "x/2", 0.390625)):
        yield Tail(
            f"Bessel<{order}>::near",
            f"I(x) = {factor} (1 + a (c0 + c1 a + ...)), a = x^2/4",
            real, lambda a, n=order: mp.besseli(n, 2 * mp.sqrt(a)) / mp.sqrt(a) ** n, (1.0,), 1, mpf(16), -56,
            fewest=14,
        )  # fmt: skip
        yield Tail(
            f"Bessel<{order}>::far",
            f"sqrt(x) exp(-x) I(x) = {middle} + (c0 + c1 u + ...), u = 16/x - 1",
            real, far_bessel(order), (middle,), 0, one, -55.5, -one, 22,
        )  # fmt: skip


SLOPE = float(mp.sqrt(2 * mp.pi))
CENTERS = {"near": 4, "far": 17}


def main() -> None:
    """Print everything, or what is named."""
    for tail in tails():
        if sys.argv[1:] and tail.name not in sys.argv[1:]:
            continue
        coefficients, error = tail.shortest()
        print(f"// {tail.formula}; {float(tail.start):.4g} to {float(tail.end):.4g}; relative error 2^{bits(error)}")
        print(f"{tail.name}[] = {{{', '.join(literal(c, tail.real) for c in coefficients)}}};", flush=True)


if __name__ == "__main__":
    main()
