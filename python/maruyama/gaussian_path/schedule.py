"""Schedule: a coefficient of a Gaussian path, alpha_t or beta_t, as a function of time with its derivative."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

__all__ = ["NEARLY", "Schedule", "checked"]

NEARLY = 0.05  # how far from 0 or 1 the ends of a schedule may be
_TIMES = (0.21, 0.53, 0.84)  # where the derivative is compared; away from where pieces of a schedule may meet
_STEP = 1e-6


@dataclass(frozen=True)
class Schedule:
    """A function of t in [0, 1] and its derivative.

    Parameters
    ----------
    value, derivative : callable
        Functions of t alone, written in operators and functions of NumPy so that they can be compiled.
    product : callable, optional
        value * derivative, if that is finite where the derivative is not, as of beta = sqrt(1 - alpha^2) at t = 1.

    Examples
    --------
    >>> import maruyama as mr
    >>> alpha = mr.Schedule(lambda t: t**2, lambda t: 2 * t)
    >>> beta = mr.Schedule(lambda t: 1 - t**2, lambda t: -2 * t)
    >>> mr.GaussianPath(alpha, beta, mr.Gaussian(2.0, 0.25))
    GaussianPath(target=Gaussian(mean=[2.0], covariance=0.25))
    """

    value: Callable[[Any], Any]
    derivative: Callable[[Any], Any]
    product: Callable[[Any], Any] | None = None

    def __call__(self, t: Any) -> Any:
        """The value at t."""
        return self.value(t)

    def half_square_rate(self, t: Any) -> Any:
        """Half the derivative of the square: value * derivative."""
        return self.value(t) * self.derivative(t) if self.product is None else self.product(t)


def checked(schedule: object, name: str, start: float, end: float) -> Schedule:
    """The schedule, if it goes from start to end, nearly, and its derivative is that of its value."""
    if not isinstance(schedule, Schedule):
        raise TypeError(f"{name} must be a mr.Schedule(value, derivative), got {type(schedule).__name__}")
    for t, wanted in ((0.0, start), (1.0, end)):
        if not abs(got := _number(schedule.value, t, name) - wanted) <= NEARLY:
            raise ValueError(
                f"{name}({t:g}) is {got + wanted:g}, expected {wanted:g} to within {NEARLY}: x_t = alpha(t) z + "
                "beta(t) eps leads from noise at t = 0 to data at t = 1"
            )
    for t in _TIMES:
        _compare(schedule, t, name)
    return schedule


def _compare(schedule: Schedule, t: float, name: str) -> None:
    ahead, behind = (_number(schedule.value, t + step, name) for step in (_STEP, -_STEP))
    rate, got = (ahead - behind) / (2 * _STEP), _number(schedule.derivative, t, f"the derivative of {name}")
    if not abs(got - rate) <= 1e-4 * (1 + abs(rate)):
        raise ValueError(f"the derivative of {name} is {got:g} at t = {t}, where its value changes at rate {rate:g}")
    product = schedule.half_square_rate(t)
    if not abs(product - schedule.value(t) * got) <= 1e-8 * (1 + abs(product)):
        raise ValueError(f"the product of {name} is {product:g} at t = {t}, but value * derivative is not")


def _number(function: Callable[[Any], Any], t: float, name: str) -> float:
    value = np.asarray(function(t))
    if value.ndim or value.dtype.kind not in "biuf" or not np.isfinite(value):
        raise ValueError(f"{name}({t:g}) must be a finite number, got {value!r}")
    return float(value)
