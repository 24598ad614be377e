"""The schedules that have names: each gives the pair alpha, beta. Time goes from noise, t = 0, to data, t = 1."""

from functools import partial
from typing import Any

import numpy as np

from maruyama.gaussian_path.schedule import Schedule

__all__ = ["cosine", "straight", "variance_preserving"]


def straight() -> tuple[Schedule, Schedule]:
    """Alpha = t, beta = 1 - t (Lipman et al. 2023, Liu et al. 2023)."""
    return Schedule(_itself, _one), Schedule(_rest, _minus_one)


def cosine() -> tuple[Schedule, Schedule]:
    """Alpha = sin(pi t / 2), beta = cos(pi t / 2) (Nichol and Dhariwal 2021, without their offset)."""
    return Schedule(_sine, _sine_rate), Schedule(_cosine, _cosine_rate)


def variance_preserving(beta_min: float, beta_max: float) -> tuple[Schedule, Schedule]:
    """Alpha = exp(-B/2), beta = sqrt(1 - exp(-B)), B = beta_min s + (beta_max - beta_min) s^2 / 2, s = 1 - t.

    Song et al. 2021, equation 33, whose time is s.
    """
    given = {"beta_min": float(beta_min), "beta_max": float(beta_max)}
    if not (beta_min >= 0 and beta_max >= 0):
        raise ValueError(f"beta_min and beta_max must not be negative, got {beta_min} and {beta_max}")
    alpha = Schedule(partial(_kept, **given), partial(_kept_rate, **given))
    product = partial(_spread_product, **given)
    return alpha, Schedule(partial(_spread, **given), partial(_spread_rate, **given), product)


def _itself(t: Any) -> Any:
    return t


def _one(t: Any) -> Any:
    return 1.0


def _rest(t: Any) -> Any:
    return 1.0 - t


def _minus_one(t: Any) -> Any:
    return -1.0


def _sine(t: Any) -> Any:
    return np.sin(np.pi / 2 * t)


def _sine_rate(t: Any) -> Any:
    return np.pi / 2 * np.cos(np.pi / 2 * t)


def _cosine(t: Any) -> Any:
    return np.cos(np.pi / 2 * t)


def _cosine_rate(t: Any) -> Any:
    return -np.pi / 2 * np.sin(np.pi / 2 * t)


def _exponent(t: Any, beta_min: float, beta_max: float) -> Any:
    s = 1.0 - t
    return s * (beta_min + (beta_max - beta_min) / 2 * s)


def _noise_rate(t: Any, beta_min: float, beta_max: float) -> Any:
    return beta_min + (beta_max - beta_min) * (1.0 - t)


def _kept(t: Any, **given: float) -> Any:
    return np.exp(-_exponent(t, **given) / 2)


def _kept_rate(t: Any, **given: float) -> Any:
    return _noise_rate(t, **given) / 2 * _kept(t, **given)


def _spread(t: Any, **given: float) -> Any:
    return np.sqrt(-np.expm1(-_exponent(t, **given)))


def _spread_product(t: Any, **given: float) -> Any:
    return -_noise_rate(t, **given) / 2 * np.exp(-_exponent(t, **given))


def _spread_rate(t: Any, **given: float) -> Any:
    return _spread_product(t, **given) / _spread(t, **given)
