"""Linear equations, whose schemes have laws in closed form: those of the named processes."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

import maruyama as mr
from maruyama.processes import GeometricBrownianMotion, LinearODE, OrnsteinUhlenbeck
from maruyama.verify.case import Case, Computed, Sampled, sample_mean

__all__ = ["linear_cases"]

PATHS = 1_000_000
OU, OU_STEPS = OrnsteinUhlenbeck(1.0, 0.0, 1.0), 100
ADDITIVE, START, ADDITIVE_STEPS = OrnsteinUhlenbeck(2.0, 0.0, 0.7), 1.5, 20
GBM, GBM_STEPS = GeometricBrownianMotion(0.5, 0.4), 16
SCIML, SCIML_STEPS = GeometricBrownianMotion(1.01, 0.87), 50  # the test problem of SciML's suite, from 1/2
ODE, ODE_STEPS = LinearODE(2.0), 100


def linear_cases() -> list[Case]:
    """Additive noise, multiplicative noise in law and path by path, and no noise."""
    return [
        Case("OU, variance, dt = 0.01", ou_variance, float(OU.scheme_variance(0.0, 1.0, OU_STEPS))),
        Case("additive noise, mean", additive_mean, float(ADDITIVE.scheme_mean(START, 1.0, ADDITIVE_STEPS))),
        Case("GBM, E X", lambda: sample_mean(gbm()), float(GBM.scheme_mean(1.0, 1.0, GBM_STEPS))),
        Case(
            "GBM, E X^2",
            lambda: sample_mean(gbm() ** 2),
            float(GBM.scheme_second_moment(1.0, 1.0, GBM_STEPS)),
        ),
        Case("GBM, strong error squared", strong_error, float(GBM.strong_error(1.0, 1.0, GBM_STEPS))),
        Case("SciML linear, E X", lambda: sample_mean(sciml()), float(SCIML.scheme_mean(0.5, 1.0, SCIML_STEPS))),
        Case("linear ODE", linear_ode, START * (1 - 2.0 / ODE_STEPS) ** ODE_STEPS),
    ]


def ou_variance() -> Sampled:
    """About the known mean 0: a mean of squares."""
    return sample_mean(OU.simulate(0.0, paths=PATHS, steps=OU_STEPS, seed=1).final ** 2)


def additive_mean() -> Sampled:
    """Of dX = -2 X dt + 0.7 dW."""
    return sample_mean(ADDITIVE.simulate(START, paths=PATHS, steps=ADDITIVE_STEPS, seed=2).final)


def gbm() -> NDArray[Any]:
    """Final states of geometric Brownian motion."""
    return GBM.simulate(1.0, paths=PATHS, steps=GBM_STEPS, seed=4).final


def sciml() -> NDArray[Any]:
    """Final states of the SciML problem."""
    return SCIML.simulate(0.5, paths=PATHS, steps=SCIML_STEPS, seed=6).final


def strong_error() -> Sampled:
    """Squared distance of the scheme from the exact solution on the same Brownian paths."""
    w = mr.brownian(PATHS, steps=GBM_STEPS, seed=4, save="final").final
    return sample_mean((gbm() - GBM.solution(1.0, 1.0, w)) ** 2)


def linear_ode() -> Computed:
    """Euler for dx/dt = -2 x: each step rounds three times."""
    run = ODE.simulate(np.array([[START]]), steps=ODE_STEPS)
    return Computed(float(run.final[0, 0]), rounding=3 * ODE_STEPS * 2**-53)
