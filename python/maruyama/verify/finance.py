"""Two option prices: one that the scheme gets exactly, and one with a bias that is named."""

from math import exp, log
from typing import Any

import numpy as np
from numpy.typing import NDArray

from maruyama.processes import BrownianMotion, Heston
from maruyama.verify.case import Case, Sampled, sample_mean

__all__ = ["finance_cases"]

PATHS = 1_000_000
RATE, STRIKE = 0.05, 100.0
EUROPEAN_CALL = 10.450583572186  # Black and Scholes 1973: S0 = K = 100, sigma = 0.2, T = 1
HESTON_CALL = 10.459671664488  # Heston 1993, with the parameters of Giles 2008
HESTON_STEPS = 50
# Of full truncation, to first order in dt: measured with 24 million paths, tests/test_square_root_processes.py
HESTON_BIAS = -0.213 / HESTON_STEPS


def finance_cases() -> list[Case]:
    """European calls."""
    return [
        Case("European call, by log S", european_call, EUROPEAN_CALL),
        Case(f"Heston call, bias {HESTON_BIAS:.3f}", heston_call, HESTON_CALL + HESTON_BIAS),
    ]


def european_call() -> Sampled:
    """Under log S, whose coefficients are constant, so that the scheme has the exact law at any dt."""
    log_price = BrownianMotion(RATE - 0.2**2 / 2, 0.2).simulate(log(100.0), paths=PATHS, steps=4, seed=13).final
    return discounted_call(np.exp(log_price))


def heston_call() -> Sampled:
    """By full truncation (Lord, Koekkoek and van Dijk 2010)."""
    run = Heston().simulate([100.0, 0.04], paths=PATHS, steps=HESTON_STEPS, seed=14)
    return discounted_call(run.final[:, 0])


def discounted_call(price: NDArray[Any]) -> Sampled:
    """Of final prices, at T = 1."""
    return sample_mean(exp(-RATE) * np.maximum(price - STRIKE, 0.0))
