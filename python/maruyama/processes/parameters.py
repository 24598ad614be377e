"""Parameters of a process: fields of its dataclass that carry their domain, and are read when it is made."""

from dataclasses import field
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from maruyama.arguments import real_array

__all__ = ["Domain", "correlation", "not_negative", "positive", "read_parameter", "real"]


class Domain(NamedTuple):
    """Finite numbers from ``low`` to ``high``, without the ends where it is ``open``."""

    words: str
    low: float
    high: float
    open: bool


def real(default: ArrayLike) -> Any:
    """A parameter that may be any number."""
    return _parameter(default, Domain("finite", -np.inf, np.inf, open=True))


def positive(default: ArrayLike) -> Any:
    """A parameter above 0, as a rate."""
    return _parameter(default, Domain("positive", 0.0, np.inf, open=True))


def not_negative(default: ArrayLike) -> Any:
    """A parameter of at least 0, as the size of a noise."""
    return _parameter(default, Domain("at least 0 and finite", 0.0, np.finfo(np.float64).max, open=False))


def correlation(default: ArrayLike) -> Any:
    """A parameter from -1 to 1."""
    return _parameter(default, Domain("from -1 to 1", -1.0, 1.0, open=False))


def read_parameter(value: ArrayLike, name: str, domain: Domain, *, vectors: bool) -> float | tuple[float, ...]:
    """``value`` as a float, or as a tuple of floats where vectors are welcome: both compare, hash and print."""
    if callable(value):
        raise TypeError(
            f"{name} must be a number, got a function: the parameters of a named process do not change. Write a drift "
            "and a diffusion of (x, t) of your own, with the function of t in them, for mr.euler_maruyama"
        )
    array = real_array(value, name)
    if array.ndim > int(vectors) or array.size == 0:
        raise ValueError(f"{name} must be a number{' or a vector (dim,)' if vectors else ''}, got shape {array.shape}")
    inside = (array > domain.low) & (array < domain.high)
    if not domain.open:
        inside |= (array == domain.low) | (array == domain.high)
    if not inside.all():
        raise ValueError(f"{name} must be {domain.words}, got {value!r}")
    values = array.astype(np.float64).tolist()
    return tuple(values) if isinstance(values, list) else float(values)


def _parameter(default: ArrayLike, domain: Domain) -> Any:
    return field(default=default, metadata={"domain": domain})
