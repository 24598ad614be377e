"""Named processes, each a file: ``drift`` and ``diffusion`` compiled, ``simulate``, and what is known of the law.

Laws come in two kinds: those of the process, and those of the scheme at its step size, so that the error of the scheme
is never taken for something else.
"""

from maruyama.processes.brownian_motion import BrownianMotion
from maruyama.processes.cir import CIR
from maruyama.processes.double_well import DoubleWell
from maruyama.processes.geometric_brownian_motion import GeometricBrownianMotion
from maruyama.processes.heston import Heston
from maruyama.processes.langevin import Langevin
from maruyama.processes.linear_ode import LinearODE
from maruyama.processes.lorenz import Lorenz
from maruyama.processes.ornstein_uhlenbeck import OrnsteinUhlenbeck
from maruyama.processes.process import Process

__all__ = [
    "CIR",
    "BrownianMotion",
    "DoubleWell",
    "GeometricBrownianMotion",
    "Heston",
    "Langevin",
    "LinearODE",
    "Lorenz",
    "OrnsteinUhlenbeck",
    "Process",
]
