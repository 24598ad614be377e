# Copyright (c) 2026 the maruyama developers. SPDX-License-Identifier: BSD-3-Clause
"""Coefficients of the elementary functions (cpp/simd/math/), as C++ constants. It only prints, by way of minimax.py.

Each function is the sum of exactly known first terms and sum_i c_i v^(first + i), on an interval that may hold 0. The
largest relative error of the whole is made least, for all coefficients together and again after each rounding, in terms
of what is left after division by the lowest power. Where 0 is inside, the rounding of a coefficient may leave a target
that no longer alternates; the coefficients found before are then kept.

Run it with `python scripts/minimax_math.py`; it needs mpmath and NumPy and takes about five minutes.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np
from minimax import ROUND, bits, literal, remez, split
from mpmath import mp, mpf

GRID = 240
ROOT_HALF, LARGEST_S = mp.sqrt(mpf(1) / 2), 3 - 2 * mp.sqrt(2)  # where 1 + f begins, and f/(2 + f) at its ends
EXP_END = mp.log(2) / 2 * mpf("1.0005")
ANGLE_END = (mp.pi / 4 * mpf("1.0005")) ** 2
NAMES = {"double": "F64", "float": "F32"}


@dataclass
class Tail:
    """whole(v) = head[0] + head[1] v + ... + sum_i c_i v^(first + i) for start <= v <= end, to 2^goal."""

    name: str
    formula: str
    real: str
    whole: Callable[[mpf], mpf]
    head: tuple[float, ...]
    first: int
    end: mpf
    goal: float
    start: mpf = field(default_factory=lambda: mpf(0))
    fewest: int = 1

    def __post_init__(self) -> None:
        angles = (np.arange(GRID) + mpf(1) / 2) * mp.pi / GRID
        self.grid = np.array([self.start + (self.end - self.start) * (1 - mp.cos(angle)) / 2 for angle in angles])
        self.values = np.array([self.whole(v) for v in self.grid])
        self.rest = self.values - sum((mpf(c) * self.grid**i for i, c in enumerate(self.head)), 0 * self.grid)

    def residual(self, fixed: list[float]) -> np.ndarray:
        """What the coefficients not yet fixed have to make up."""
        return self.rest - sum((mpf(c) * self.grid ** (self.first + i) for i, c in enumerate(fixed)), 0 * self.grid)

    def fitted(self, fixed: list[float], terms: int) -> list[mpf]:
        """The best of the coefficients that follow the fixed ones."""
        lowest = self.grid ** (self.first + len(fixed))
        return remez(self.grid, self.residual(fixed) / lowest, self.values / abs(lowest), 0, terms - len(fixed))

    def rounded(self, terms: int) -> tuple[list[float], mpf]:
        """The coefficients in the working precision, and their largest relative error."""
        fixed: list[float] = []
        rest = self.fitted(fixed, terms)
        failures = 0
        while rest:
            fixed.append(ROUND[self.real](rest.pop(0)))
            try:
                rest = self.fitted(fixed, terms) if rest and failures < 3 else rest
            except RuntimeError:
                failures += 1
        return fixed, max(abs(self.residual(fixed) / self.values))

    def shortest(self) -> tuple[list[float], mpf]:
        """The fewest terms whose error is below the goal."""
        limit = mpf(2) ** mpf(self.goal)
        return next(fit for fit in map(self.rounded, range(self.fewest, 30)) if fit[1] < limit)


def odd(f: Callable[[mpf], mpf], factor: int = 1) -> Callable[[mpf], mpf]:
    """Factor f(x)/x as a function of v = x^2."""
    return lambda v: factor * f(mp.sqrt(v)) / mp.sqrt(v)


def scaled_erfc(center: int) -> Callable[[mpf], mpf]:
    """erfc(x) exp(x^2) (1 + 2x) as a function of t = (x - center)/(x + center)."""

    def whole(t: mpf) -> mpf:
        x = center * (1 + t) / (1 - t)
        return mp.erfc(x) * mp.exp(x * x) * (1 + 2 * x)

    return whole


def tails(real: str) -> Iterator[Tail]:
    """The polynomials of one type; `d` says how precise: that of double, or of float."""
    wide = real == "double"

    def goal(double: float, single: float) -> float:
        return double if wide else single

    expm1, formula = (lambda r: mp.expm1(r) / r), "(exp(r) - 1)/r = 1 + r (c0 + ...)"
    yield Tail("Exp::tail", formula, real, expm1, (1.0,), 1, EXP_END, goal(-55.4, -25.5), -EXP_END, goal(10, 5))
    yield Tail(
        "Exp::fine_tail",
        "(exp(r) - 1)/r = 1 + r/2 + r^2 (c0 + ...)",
        real,
        expm1,
        (1.0, 0.5),
        2,
        EXP_END,
        goal(-58, -28),
        -EXP_END,
        goal(10, 5),
    )
    yield Tail(
        "Hyperbolic::sinh_tail",
        "sinh(r)/r = 1 + v (c0 + ...), v = r^2",
        real,
        odd(mp.sinh),
        (1.0,),
        1,
        EXP_END**2,
        goal(-57, -27),
    )
    yield Tail(
        "Hyperbolic::cosh_tail",
        "cosh(r) = 1 + v/2 + v^2 (c0 + ...)",
        real,
        lambda v: mp.cosh(mp.sqrt(v)),
        (1.0, 0.5),
        2,
        EXP_END**2,
        goal(-57, -27),
    )
    if not wide:
        yield Tail(
            "tanh_tail", "tanh(x)/x = 1 + v (c0 + ...), v = x^2", real, odd(mp.tanh), (1.0,), 1, mpf("0.55") ** 2, -24.5
        )
    yield Tail(
        "Log::tail",
        "2 artanh(s)/s = 2 + v (c0 + ...), v = s^2",
        real,
        odd(mp.atanh, 2),
        (2.0,),
        1,
        LARGEST_S**2 * mpf("1.0001"),
        goal(-57, -27),
    )
    yield Tail(
        "Circle::sin_tail",
        "sin(r)/r = 1 + v (c0 + ...), v = r^2",
        real,
        odd(mp.sin),
        (1.0,),
        1,
        ANGLE_END,
        goal(-57, -27),
    )
    yield Tail(
        "Circle::cos_tail",
        "cos(r) = 1 - v/2 + v^2 (c0 + ...)",
        real,
        lambda v: mp.cos(mp.sqrt(v)),
        (1.0, -0.5),
        2,
        ANGLE_END,
        goal(-59, -29),
    )
    end = ((mp.sqrt(2) - 1) * mpf("1.0005")) ** 2
    yield Tail(
        "Arctan::tail",
        "arctan(t)/t = 1 + v (c0 + ...), v = t^2",
        real,
        odd(mp.atan),
        (1.0,),
        1,
        end,
        goal(-57, -27),
        fewest=goal(9, 4),
    )
    yield Tail(
        "Arcsin::tail",
        "arcsin(s)/s = 1 + z (c0 + ...), z = s^2",
        real,
        odd(mp.asin),
        (1.0,),
        1,
        mpf(1) / 4,
        goal(-57, -27),
        fewest=goal(11, 4),
    )
    yield Tail(
        "CubeRoot::start",
        "cbrt(1 + f) = c0 + c1 f + ...",
        real,
        lambda f: mp.cbrt(1 + f),
        (),
        0,
        mp.sqrt(2) - 1,
        goal(-19.5, -9.5),
        ROOT_HALF - 1,
    )
    yield Tail(
        "Erf::tail",
        "erf(x)/x = 1 + (c0 + c1 v + ...), v = x^2",
        real,
        odd(mp.erf),
        (1.0,),
        0,
        mpf("0.5635"),
        goal(-55.8, -26.8),
        fewest=goal(10, 5),
    )
    if wide:
        yield Tail(
            "Power::log_tail",
            "3 artanh(s)/s = 3 + v + v^2 (c0 + ...), v = s^2",
            real,
            odd(mp.atanh, 3),
            (3.0, 1.0),
            2,
            LARGEST_S**2 * mpf("1.0001"),
            -65,
        )
        yield Tail(
            "Power::brief_log_tail",
            "2 artanh(s)/s = 2 + v (c0 + ...), v = s^2",
            real,
            odd(mp.atanh, 2),
            (2.0,),
            1,
            LARGEST_S**2 * mpf("1.0001"),
            -36,
        )
        yield Tail(
            "Power::brief_exp2_tail",
            "2^r = 1 + r (c0 + ...)",
            real,
            lambda r: mpf(2) ** r,
            (1.0,),
            1,
            mpf("0.5001"),
            -28,
            -mpf("0.5001"),
        )
    center, most = ERFC[real]
    ends = [(x - center) / (x + center) for x in (mpf("0.749"), mpf(most))]
    yield Tail(
        "Erf::scaled_tail",
        f"erfc(x) exp(x^2) (1 + 2 x) = 5/4 + (c0 + c1 t + ...), t = (x - {center})/(x + {center})",
        real,
        scaled_erfc(center),
        (1.25,),
        0,
        ends[1],
        goal(-55, -26),
        ends[0],
        goal(19, 7),
    )


ERFC = {"double": (3, 28), "float": (2, 10.6)}


def parts(value: mpf, real: str, zeros: list[int]) -> list[float]:
    """Parts that end in so many zero bits, and the rest."""
    found = []
    for count in zeros:
        found.append(split(value, real, count)[0])
        value -= mpf(found[-1])
    return [*found, ROUND[real](value)]


def constants(real: str) -> Iterator[tuple[str, list[float]]]:
    """Numbers in parts: hi and lo, or a short part (as short_of makes) and the rest."""
    wide = real == "double"
    short = [27 if wide else 12]
    yield "1/ln 2", parts(1 / mp.log(2), real, [])
    yield "ln 2, hi times an exponent exact", parts(mp.log(2), real, [13 if wide else 10])
    yield "log10 2, hi times an exponent exact", parts(mp.log10(2), real, [13 if wide else 10])
    yield "ln 2, short", parts(mp.log(2), real, short)
    yield "log2 e, short", parts(1 / mp.log(2), real, short)
    yield "log10 e, short", parts(mp.log10(mp.e), real, short)
    yield "2/(3 ln 2), short", parts(2 / (3 * mp.log(2)), real, short)
    yield "2/pi", parts(2 / mp.pi, real, [])
    yield "pi/2 in three, times a count of quarters exact", parts(mp.pi / 2, real, [16, 16] if wide else [8, 8])
    yield "pi/2", parts(mp.pi / 2, real, [0])
    yield "pi/4, hi times 4 exact", parts(mp.pi / 4, real, [2])
    yield "tan(pi/8)", parts(mp.tan(mp.pi / 8), real, [])
    yield "cbrt(1/2)", parts(mp.cbrt(mpf(1) / 2), real, [])
    yield "cbrt(2)", parts(mp.cbrt(2), real, [])


def main() -> None:
    """Print everything, both types."""
    for real in ("double", "float"):
        for name, values in constants(real):
            print(f"// {name}\n{', '.join(literal(value, real) for value in values)}")
        for tail in tails(real):
            coefficients, error = tail.shortest()
            place = re.sub("::", f"<{NAMES[real]}>::", tail.name)
            print(
                f"// {tail.formula}; {float(tail.start):.4g} <= v <= {float(tail.end):.4g};",
                f"relative error 2^{bits(error)}",
            )
            print(f"{place}[] = {{{', '.join(literal(c, real) for c in coefficients)}}};", flush=True)
    words = int(mp.floor(pi_inverse() * mpf(2) ** 1216))
    print("// 2/pi in words of 64 bits")
    print(", ".join(f"{words >> 64 * (18 - i) & (1 << 64) - 1:#x}" for i in range(19)))


def pi_inverse() -> mpf:
    """2/pi to 1400 bits."""
    with mp.workprec(1400):
        return 2 / mp.pi


if __name__ == "__main__":
    main()
