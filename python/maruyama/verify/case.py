"""A known answer and what was measured against it: a sample mean, a computed number, or bits."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import copysign, inf, sqrt
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

__all__ = ["Bits", "Case", "Computed", "Measured", "Outcome", "Sampled", "sample_mean"]

LARGEST_Z = 4.0  # a right library passes a case with probability 1 - 6e-5 for a random seed; the seeds are fixed


class Measured(Protocol):
    """What a case found, and how far that is from what it should be."""

    def agrees(self, expected: Any) -> bool:
        """Whether the difference is what chance or rounding explain."""

    def distance(self, expected: Any) -> str:
        """The difference, in the unit that decides."""

    def text(self, value: Any) -> str:
        """A value of this kind, for the table."""


@dataclass(frozen=True)
class Sampled:
    """An estimate from many paths, with its standard error."""

    value: float
    standard_error: float

    def agrees(self, expected: float) -> bool:
        """Within four standard errors."""
        return abs(self._z(expected)) < LARGEST_Z

    def distance(self, expected: float) -> str:
        """The z-score."""
        return f"z = {self._z(expected):+.2f}"

    def text(self, value: float) -> str:
        """With one digit beyond the standard error."""
        digits = max(0, 1 - int(np.floor(np.log10(self.standard_error)))) if self.standard_error else 6
        return f"{value:.{digits}f}"

    def _z(self, expected: float) -> float:
        off = self.value - expected
        return (
            off / self.standard_error if self.standard_error else copysign(inf, off)
        )  # no noise: nothing to excuse it


@dataclass(frozen=True)
class Computed:
    """A number without chance; ``rounding`` is the relative error that its operations may have left."""

    value: float
    rounding: float

    def agrees(self, expected: float) -> bool:
        """Up to rounding."""
        return self._relative(expected) <= self.rounding

    def distance(self, expected: float) -> str:
        """The relative difference."""
        return f"{self._relative(expected):.1e} off"

    def text(self, value: float) -> str:
        """With the digits that CASES of the literature print."""
        return f"{value:.8f}"

    def _relative(self, expected: float) -> float:
        return abs(self.value - expected) / abs(expected)


@dataclass(frozen=True)
class Bits:
    """Bits, or the beginning of their hash."""

    value: str

    def agrees(self, expected: str) -> bool:
        """All of them."""
        return self.value == expected

    def distance(self, expected: str) -> str:
        """Bits are the same or they are not."""
        return "same bits" if self.agrees(expected) else "other bits"

    def text(self, value: str) -> str:
        """The first of them."""
        return value if len(value) <= 12 else f"{value[:8]}..."


@dataclass(frozen=True)
class Case:
    """One known answer.

    Parameters
    ----------
    name : str
        What is asked, in a few words.
    measure : callable
        Runs the library and returns a `Sampled`, a `Computed` or a `Bits`.
    expected : float or str
        From the exact law of the scheme. That of the Heston call holds a bias that only runs of the library have
        measured: it has no formula.
    """

    name: str
    measure: Callable[[], Measured]
    expected: float | str

    def run(self) -> Outcome:
        """Measure."""
        return Outcome(self, self.measure())


@dataclass(frozen=True)
class Outcome:
    """What came of a case; the texts are the cells of the table."""

    case: Case
    measured: Any

    @property
    def passed(self) -> bool:
        """Whether the known answer was found."""
        return bool(self.measured.agrees(self.case.expected))

    @property
    def cells(self) -> tuple[str, str, str, str]:
        """Case, estimate, expected, distance."""
        measured, expected = self.measured, self.case.expected
        return self.case.name, measured.text(measured.value), measured.text(expected), measured.distance(expected)


def sample_mean(values: NDArray[Any]) -> Sampled:
    """The mean of independent values, with the standard error std / sqrt(n)."""
    return Sampled(float(values.mean()), float(values.std()) / sqrt(values.size))
