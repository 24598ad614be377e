# Copyright (c) 2026 the maruyama developers. SPDX-License-Identifier: BSD-3-Clause
"""Coefficients of the Gaussian transform, as C++ constants. It only prints; nothing reads it at build time.

Each function is head + sum_i c_i v^(first + i) on 0 < v <= end, and the largest *relative* error of the whole is made
least by Remez exchange (Cheney, Introduction to Approximation Theory, 1966, chapter 3) on a fine Chebyshev grid. The
coefficients are rounded one after another, lowest power first, and the rest are fitted again after each rounding, so
that rounding the coefficients costs almost nothing. The errors printed are those of the rounded coefficients in exact
arithmetic; the rounding of the operations comes on top.

Run it with `python scripts/minimax.py`; it needs mpmath and NumPy and takes about ten seconds.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from mpmath import mp, mpf

mp.prec = 200
GRID = 600
ROUND = {"double": float, "float": lambda value: float(np.float32(value))}
LIMIT = {"double": mpf(2) ** -57, "float": mpf(2) ** -27}


@dataclass
class Fit:
    """whole(v) = head + sum_i c_i v^(first + i) on (0, end], in the type `real`."""

    name: str
    formula: str
    real: str
    whole: Callable[[mpf], mpf]
    head: float
    first: int
    end: mpf

    def __post_init__(self) -> None:
        angles = np.arange(1, GRID + 1) * mp.pi / GRID
        self.grid = np.array([self.end * (1 - mp.cos(angle)) / 2 for angle in angles])
        self.values = np.array([self.whole(v) for v in self.grid])

    def rounded(self, terms: int) -> tuple[list[float], mpf]:
        """The coefficients in the working precision, and their largest relative error."""
        fixed: list[float] = []
        while len(fixed) < terms:
            rest = remez(self.grid, self.residual(fixed), self.values, self.first + len(fixed), terms - len(fixed))
            fixed.append(ROUND[self.real](rest[0]))
        return fixed, max(abs(self.residual(fixed) / self.values))

    def residual(self, fixed: list[float]) -> np.ndarray:
        """What the coefficients not yet fixed have to make up."""
        return self.values - self.head - sum(mpf(c) * self.grid ** (self.first + i) for i, c in enumerate(fixed))

    def shortest(self) -> tuple[list[float], mpf]:
        """The fewest terms whose error is below the limit of the type."""
        return next(fit for fit in map(self.rounded, range(2, 20)) if fit[1] < LIMIT[self.real])


def remez(grid: np.ndarray, target: np.ndarray, scale: np.ndarray, power: int, terms: int) -> list[mpf]:
    """The c that minimises max |target - sum_i c_i grid^(power + i)| / |scale| over the grid, by exchange."""
    columns = np.array([grid ** (power + i) / scale for i in range(terms)])
    nodes = np.rint((1 - np.cos(np.arange(terms + 1) * np.pi / terms)) / 2 * (len(grid) - 1)).astype(int)
    for _ in range(50):
        signs = [mpf((-1) ** i) for i in range(terms + 1)]
        matrix = mp.matrix(np.vstack([columns[:, nodes], signs]).T.tolist())
        solution = list(mp.lu_solve(matrix, mp.matrix((target / scale)[nodes].tolist())))
        error = target / scale - np.dot(np.array(solution[:terms]), columns)
        if max(abs(error)) <= abs(solution[terms]) * (1 + mpf(10) ** -6):
            return solution[:terms]
        nodes = alternation(error, terms + 1)
    raise RuntimeError(f"no convergence with {terms} terms")


def alternation(error: np.ndarray, count: int) -> np.ndarray:
    """The places of `count` consecutive extremes of alternating sign, the largest one among them."""
    cuts = np.flatnonzero(np.diff(np.array(error > 0, dtype=int))) + 1
    peaks = [run[np.argmax(abs(error[run]))] for run in np.split(np.arange(len(error)), cuts)]
    while len(peaks) > count:
        peaks.pop(0 if abs(error[peaks[0]]) < abs(error[peaks[-1]]) else -1)
    return np.array(peaks)


def literal(value: float, real: str) -> str:
    """A C++ hexadecimal constant with no useless zeros."""
    return re.sub(r"\.?0*p", "p", float(value).hex()) + ("f" if real == "float" else "")


def split(value: mpf, real: str, zeros: int) -> tuple[float, float]:
    """Return hi, lo with value = hi + lo; hi ends in `zeros` zero bits: its product with a small integer is exact."""
    _, exponent = mp.frexp(value)
    unit = mpf(2) ** (exponent - (53 if real == "double" else 24) + zeros)
    hi = float(mp.nint(value / unit) * unit)
    return hi, ROUND[real](value - hi)


def half_turns(f: Callable[[mpf], mpf], v: mpf) -> mpf:
    """f(d pi/2) for v = d^2."""
    return f(mp.sqrt(v) * mp.pi / 2)


def fits(real: str) -> list[Fit]:
    """The three polynomials of one type; s = f/(2 + f), where m = 1 + f is in [sqrt(1/2), sqrt(2)) or in [1/2, 1)."""
    largest = 3 - 2 * mp.sqrt(2) if real == "double" else mpf(1) / 3
    return [
        Fit("log_tail", "-2 ln((1+s)/(1-s)) = -4 s + s v (c[0] + c[1] v + ...), v = s^2", real,
            lambda v: -4 * mp.atanh(mp.sqrt(v)) / mp.sqrt(v), -4.0, 1, largest**2),
        Fit("sin_tail", "sin(d pi/2) = d (half_pi + (c[0] + c[1] v + ...)), v = d^2", real,
            lambda v: half_turns(mp.sin, v) / mp.sqrt(v), ROUND[real](mp.pi / 2), 0, mpf(1) / 4),
        Fit("cos_tail", "cos(d pi/2) = 1 + v (c[0] + c[1] v + ...), v = d^2", real,
            lambda v: half_turns(mp.cos, v), 1.0, 1, mpf(1) / 4),
    ]  # fmt: skip


def main() -> None:
    """Print everything, both types."""
    for real, zeros in ("double", 20), ("float", 8):
        hi, lo = split(-2 * mp.log(2), real, zeros)
        error = mpf(hi) + mpf(lo) + 2 * mp.log(2)
        print(f"// -2 ln 2 = hi + lo; hi ends in at least {zeros} zero bits; error 2^{bits(error)}")
        print(f"constexpr {real} minus_2_ln2_hi = {literal(hi, real)};")
        print(f"constexpr {real} minus_2_ln2_lo = {literal(lo, real)};")
        print(f"constexpr {real} half_pi = {literal(ROUND[real](mp.pi / 2), real)};")
        for fit in fits(real):
            coefficients, error = fit.shortest()
            print(f"// {fit.formula}; 0 < v <= {float(fit.end):.6g}; relative error 2^{bits(error)}")
            body = ",\n    ".join(literal(c, real) for c in coefficients)
            print(f"constexpr {real} {fit.name}[{len(coefficients)}] = {{\n    {body}}};")
        print()


def bits(error: mpf) -> str:
    """The base-2 logarithm, for printing."""
    return f"{float(mp.log(abs(error), 2)):.2f}"


if __name__ == "__main__":
    main()
