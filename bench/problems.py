"""The problems of the callback route, which `maruyama bench` has too."""

from __future__ import annotations

from maruyama.speed import SEED, Problem, problems

__all__ = ["CALLBACKS", "SEED", "Problem"]

CALLBACKS = problems()
