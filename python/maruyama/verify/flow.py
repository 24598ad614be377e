"""Flows without noise: the straight Gaussian path, and a velocity of time alone. Every step rounds a few times."""

from fractions import Fraction
from functools import partial

import numpy as np

import maruyama as mr
from maruyama.verify.case import Case, Computed

__all__ = ["flow_cases", "gaussian_flow_of_euler"]

ROUNDINGS_OF_A_STEP = 20 * 2**-53


def flow_cases() -> list[Case]:
    """The flow from N(0, 1) to N(2, 0.25) with three step counts, and u(x, t) = t."""
    gaussian = [
        Case(f"Gaussian flow, n = {steps}", partial(gaussian_flow, steps), gaussian_flow_of_euler(steps))
        for steps in (10, 100, 1000)
    ]
    return [*gaussian, Case("u(x, t) = t", velocity_of_time, time_sum(10))]


def rate(t: float) -> float:
    """V'(t) / 2 V(t) of the variance V = t^2/4 + (1 - t)^2 on the straight path, alpha = t and beta = 1 - t."""
    return (0.25 * t - (1 - t)) / (0.25 * t * t + (1 - t) * (1 - t))


def gaussian_flow(steps: int) -> Computed:
    """Euler from x0 = -1 along u = 2 + V'/2V (x - 2t)."""
    velocity = mr.compile(lambda x, t: 2 + rate(t) * (x - 2 * t))
    final = mr.euler(velocity, [[-1.0]], steps=steps).final
    return Computed(float(final[0, 0]), rounding=steps * ROUNDINGS_OF_A_STEP)


def gaussian_flow_of_euler(steps: int) -> float:
    """The same recursion in Python's own floats."""
    x = -1.0
    for k in range(steps):
        t = k / steps
        x += (2 + rate(t) * (x - 2 * t)) / steps
    return x


def velocity_of_time() -> Computed:
    """Sees a clock that is a step ahead, or that adds dt up."""
    run = mr.euler(mr.compile(lambda x, t: np.full_like(x, t)), [[0.0]], steps=10)
    return Computed(float(run.final[0, 0]), rounding=10 * ROUNDINGS_OF_A_STEP)


def time_sum(steps: int) -> float:
    """The sum of k/n * 1/n, in fractions."""
    return float(sum(Fraction(k, steps**2) for k in range(steps)))
