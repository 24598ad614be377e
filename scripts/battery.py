# Copyright (c) 2026 the maruyama developers. SPDX-License-Identifier: BSD-3-Clause
"""Ask whether the noise is that of independent standard normals: a battery of our own.

One round asks everything of about 10^7 normals of each kind under a seed of its own and gives p-values. Many rounds
are judged in three ways: the least p-value against their number (Bonferroni), whether the p-values are uniform
(Kolmogorov-Smirnov), and, for what is counted in bins, the sums of the counts. Alternatives to watch for: Box-Muller
partners share a radius, so a mix-up of lanes correlates squares and not values; too few bits cut the tails.

Run it with `python scripts/battery.py`; it needs SciPy. 100 rounds of both types take about twenty minutes on one core.
`--write` puts the table between the markers of docs/noise.md. tests/test_battery.py runs one round.
"""

import argparse
import datetime
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy import stats
from scipy.special import factorial2, log_ndtr, ndtr

import maruyama as mr
from maruyama import _core

ROOT = Path(__file__).parent.parent
SIZE = 10_000_000
LAGS = range(1, 65)
Array = NDArray[np.float64]
Kind = Callable[[Array], Array]


@dataclass(frozen=True)
class Result:
    """A p-value, and the counts that it was made of with what was expected, if it was."""

    name: str
    p: float
    counts: tuple[Array, Array] | None = None


# --- one normal ----------------------------------------------------------------------------------------------------


def distribution(x: Array) -> Iterator[Result]:
    """Compare the distribution of normals with N(0, 1)."""
    x = np.sort(x)
    yield Result("Kolmogorov-Smirnov", kolmogorov_smirnov(ndtr(x)))
    yield Result("Anderson-Darling", anderson_darling(x))
    edges = stats.norm.ppf(np.arange(1, 1000) / 1000)
    yield binned("1000 equal bins", x, edges)
    tail = np.arange(2, 6.01, 0.1)
    yield binned("tails, 2 to 6 sigma", x, np.concatenate([-tail[::-1], tail]))
    beyond = np.array([np.count_nonzero(np.abs(x) > 6)]), np.array([2 * stats.norm.sf(6) * x.size])
    yield Result("beyond 6 sigma", poisson(*beyond), beyond)
    powers = np.ones_like(x)
    for order in range(1, 9):
        powers *= x
        error = np.sqrt((moment(2 * order) - moment(order) ** 2) / x.size)
        yield Result(f"moment {order}", two_sided((powers.mean() - moment(order)) / error))


def moment(order: int) -> float:
    """E z^order."""
    return float(factorial2(order - 1)) if order % 2 == 0 else 0.0


def two_sided(z: float) -> float:
    """The probability of a normal farther out."""
    return 2 * float(stats.norm.sf(abs(z)))


def kolmogorov_smirnov(u: Array) -> float:
    """Sorted values of a uniform; the limiting law, which for so many is the law."""
    ranks = np.arange(u.size) / u.size
    distance = np.abs(u - ranks - 0.5 / u.size).max() + 0.5 / u.size
    return float(stats.kstwobign.sf(np.sqrt(u.size) * distance))


def anderson_darling(x: Array) -> float:
    """Sorted normals, nothing estimated: the limiting law, by G. and J. Marsaglia (2004); far out, Zolotarev (1961)."""
    n = x.size
    odd = 2 * np.arange(n) + 1
    a = -n - odd @ (log_ndtr(x) + log_ndtr(-x[::-1])) / n
    if a > 6:  # A^2 = sum of chi^2_j / (j (j + 1)): the first term, and the rest as a factor of sqrt(3)
        return float(np.sqrt(3) * stats.chi2.sf(2 * a, 1))
    if a < 2:
        series = np.polyval([0.00168691, -0.011672, 0.0347962, -0.0649821, 0.247105, 2.00012], a)
        return 1 - float(np.exp(-1.2337141 / a) / np.sqrt(a) * series)
    exponent = np.polyval([-0.0003146, 0.008056, -0.082433, 0.43424, -2.30695, 1.0776], a)
    return 1 - float(np.exp(-np.exp(exponent)))


def binned(name: str, x: Array, edges: Array) -> Result:
    """Count sorted normals between edges, with what lies outside, and join bins until each expects ten."""
    counts = np.diff(np.searchsorted(x, edges), prepend=0, append=x.size).astype(float)
    expected = np.diff(ndtr(edges), prepend=0, append=1) * x.size
    return Result(name, chi_square(counts, expected), (counts, expected))


def chi_square(counts: Array, expected: Array) -> float:
    """Pearson's test, after bins that expect less than ten were joined with those nearer to the middle."""
    order = np.argsort(-expected, kind="stable")
    counts, expected = counts[order], expected[order]
    few = expected < 10
    if few.any():
        counts = np.append(counts[~few], counts[few].sum())
        expected = np.append(expected[~few], expected[few].sum())
    return float(stats.chi2.sf(((counts - expected) ** 2 / expected).sum(), counts.size - 1))


def poisson(count: Array, expected: Array) -> float:
    """Two-sided."""
    law = stats.poisson(float(expected[0]))
    return float(min(1.0, 2 * min(law.cdf(count[0]), law.sf(count[0] - 1))))


# --- two normals ---------------------------------------------------------------------------------------------------


KINDS: dict[str, Kind] = {"values": lambda x: x, "squares": lambda x: (x * x - 1) / np.sqrt(2)}  # of variance 1


def judged(name: str, pairs: Callable[[Kind], Iterable[tuple[Array, Array]]]) -> Iterator[Result]:
    """Judge correlations of many pairs, whose means and variances are known: the largest, and their sum of squares."""
    for label, kind in KINDS.items():
        z = np.array([np.dot(a.ravel(), b.ravel()) / np.sqrt(a.size) for a, b in pairs(kind)])  # in standard errors
        largest = -np.expm1(len(z) * np.log1p(-two_sided(np.abs(z).max())))
        yield Result(f"{name}, {label}, largest", float(largest))
        yield Result(f"{name}, {label}, all", float(stats.chi2.sf(z @ z, len(z))))


def lagged(x: NDArray[np.floating], axis: int) -> Callable[[Kind], Iterator[tuple[Array, Array]]]:
    """An array and itself, moved along an axis."""
    x = np.ascontiguousarray(np.moveaxis(x, axis, 0), np.float64)

    def pairs(kind: Kind) -> Iterator[tuple[Array, Array]]:
        y = kind(x)
        return ((y[lag:], y[:-lag]) for lag in LAGS)

    return pairs


def correlations(dtype: type, seed: int) -> Iterator[Result]:
    """Compare normals that are near to each other in any sense."""
    z = mr.noise(seed, paths=128, steps=128, dim=128, dtype=dtype)
    for axis, name in enumerate(["steps", "paths", "dimensions"]):
        yield from judged(f"lags 1-64 of {name}", lagged(z, axis))
    flat = mr.standard_normal(2**21, seed=seed, dtype=dtype)
    yield from judged("lags 1-64 of standard_normal", lagged(flat, 0))
    near = np.stack([mr.noise(seed + i, paths=64, steps=16, dim=16, dtype=dtype) for i in range(128)])
    yield from judged("lags 1-64 of seeds", lagged(near, 0))

    def of_seed(number: int) -> Array:
        return mr.noise(number, paths=128, steps=16, dim=16, dtype=dtype).astype(np.float64)

    flipped = [seed ^ (1 << bit) for bit in range(128)]
    yield from judged("seeds one bit apart", lambda kind: ((kind(of_seed(seed)), kind(of_seed(f))) for f in flipped))
    paths = [0, *(1 << bit for bit in range(64))]
    apart = mr.noise(seed, paths=paths, steps=512, dim=64, dtype=dtype).astype(np.float64).transpose(1, 0, 2)
    yield from judged("path numbers one bit apart", lambda kind: ((kind(apart[0]), kind(a)) for a in apart[1:]))


# --- words ---------------------------------------------------------------------------------------------------------


def duplicates(seed: int) -> Iterator[Result]:
    """Count equal pairs among 5*10^6 words of 64 bits, and among their high and low 40 bits."""
    low, high = np.random.SeedSequence(seed).generate_state(2)
    counters = np.zeros((2_500_000, 4), np.uint32)
    counters[:, 0], counters[:, 2] = np.divmod(np.arange(2_500_000), 2500)  # 1000 blocks of 2500 paths
    words = _core.philox(counters, (int(low), int(high))).view(np.uint64).ravel()
    parts = {64: words, "high 40": words >> np.uint64(24), "low 40": words & np.uint64(2**40 - 1)}
    for bits, part in parts.items():
        _, times = np.unique(part, return_counts=True)
        pairs = np.array([(times * (times - 1) // 2).sum()])
        expected = np.array([words.size * (words.size - 1) / 2 / 2.0 ** (64 if bits == 64 else 40)])
        yield Result(f"equal words, {bits} bits", poisson(pairs, expected), (pairs, expected))


# --- all -----------------------------------------------------------------------------------------------------------


def round_of(dtype: type, seed: int) -> Iterator[Result]:
    """Ask everything once."""
    half = SIZE // 2
    runs = mr.noise(seed, paths=half // 50, steps=10, dim=5, dtype=dtype).ravel()
    fill = mr.standard_normal(SIZE - half, seed=seed, dtype=dtype)
    yield from distribution(np.concatenate([runs, fill]).astype(np.float64))
    yield from correlations(dtype, seed)
    if dtype is np.float64:
        yield from duplicates(seed)


def over_rounds(results: list[Result]) -> tuple[float, float]:
    """Judge the rounds of one test: whether its p-values are uniform, and whether its counts, summed, fit."""
    if results[0].counts is None:
        return uniform([result.p for result in results]), 1.0
    counts, expected = np.sum([result.counts for result in results if result.counts], axis=0)
    if counts.size == 1:  # a p-value of few counts is not uniform
        return 1.0, poisson(counts, expected)
    return uniform([result.p for result in results]), chi_square(counts, expected)


def uniform(p: list[float]) -> float:
    """Kolmogorov-Smirnov."""
    return float(stats.kstest(p, "uniform").pvalue)


def judge(name: str, tests: list[list[Result]]) -> tuple[float, str]:
    """Judge a group of tests, each with its rounds, at the number of their p-values: the worst one, and a line."""
    p = [result.p for results in tests for result in results]
    spread, summed = np.transpose([over_rounds(results) for results in tests])
    values = [min(1.0, len(p) * min(p)), *(min(1.0, len(tests) * part.min()) for part in (spread, summed))]
    cells = " | ".join(f"{value:.2g}" for value in values)
    return min(values), f"| {name} | {len(p):,} | {cells} |"


def group_of(result: Result) -> str:
    """The row of the table that a result belongs to."""
    return "moments 1 to 8" if result.name.startswith("moment") else result.name.partition(",")[0]


def main() -> None:
    """Read the options, run, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=100, help="of each type, each with 10^7 normals")
    parser.add_argument("--seed", type=int, default=10_000, help="of the first round; the others are 1000 apart")
    parser.add_argument("--write", action="store_true", help="write the table into docs/noise.md")
    options = parser.parse_args()
    found: dict[str, dict[str, list[Result]]] = {}
    for i in range(options.rounds):
        for shift, dtype in (0, np.float64), (500, np.float32):  # the types share words: seeds of their own
            for result in round_of(dtype, options.seed + 1000 * i + shift):
                tests = found.setdefault(group_of(result), {})
                tests.setdefault(f"{dtype.__name__}: {result.name}", []).append(result)
        print(f"round {i + 1} of {options.rounds}", file=sys.stderr, flush=True)
    lines = [judge(name, list(tests.values())) for name, tests in found.items()]
    head = ["| test, both types | p-values | the least | their spread | sums of counts |", "|---|---:|---:|---:|---:|"]
    foot = (
        f"{datetime.date.today()}, `python scripts/battery.py --rounds {options.rounds}`, both types. Every number is "
        "a p-value, times the number of p-values that it was chosen from: of the least one, of the least uniform "
        "test, of the counts of all rounds."
    )
    text = "\n".join([*head, *(line for _, line in lines), "", foot])
    print(text)
    if options.write:
        sys.path.insert(0, str(ROOT / "bench"))
        from tables import write_between_markers

        write_between_markers(ROOT / "docs" / "noise.md", "battery: scripts/battery.py", text)
    if min(worst for worst, _ in lines) < 1e-6:
        sys.exit("the noise is not that of independent standard normals")


if __name__ == "__main__":
    main()
