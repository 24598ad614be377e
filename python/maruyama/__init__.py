"""Sample ODEs and SDEs in bulk, from plain NumPy functions, with noise that is a pure function of (seed, path, step).

This file is the table of contents; every name below is defined, with its mathematics, in the module it comes from.
"""

import atexit as _atexit

from maruyama import _core, processes
from maruyama.distributions import Distribution, Gaussian, Mixture, Samples, StandardNormal, UniformBox
from maruyama.errors import NonFiniteError
from maruyama.gaussian_path import GaussianPath, Schedule
from maruyama.info import Info, info
from maruyama.integrate import euler, euler_maruyama
from maruyama.models import DiffusionModel, FlowModel, from_jax, from_torch, guided, with_noise
from maruyama.noise import brownian, noise, standard_normal
from maruyama.per_path import PerPath, per_path
from maruyama.pointwise import pointwise
from maruyama.result import Paths
from maruyama.tracing import CompiledFunction, TracingError, compile

__all__ = [
    "CompiledFunction",
    "DiffusionModel",
    "Distribution",
    "FlowModel",
    "Gaussian",
    "GaussianPath",
    "Info",
    "Mixture",
    "NonFiniteError",
    "Paths",
    "PerPath",
    "Samples",
    "Schedule",
    "StandardNormal",
    "TracingError",
    "UniformBox",
    "brownian",
    "compile",
    "euler",
    "euler_maruyama",
    "from_jax",
    "from_torch",
    "guided",
    "info",
    "noise",
    "per_path",
    "pointwise",
    "processes",
    "standard_normal",
    "with_noise",
]

_atexit.register(_core.shutdown)


def __getattr__(name: str) -> str:
    """``__version__`` is read from the installed package where somebody asks for it."""
    if name == "__version__":
        from maruyama.info import version

        return version()
    raise AttributeError(f"module 'maruyama' has no attribute {name!r}")
