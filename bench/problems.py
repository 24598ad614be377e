"""The problems of the callback route, which `maruyama bench` has too, with the speeds that were wanted of them."""

from __future__ import annotations

from maruyama.speed import SEED, Problem, problems

__all__ = ["CALLBACKS", "SEED", "WANTED", "Problem"]

CALLBACKS = problems()
# Issue 2: times as fast as the NumPy loop, on one thread where that was said, then on two.
WANTED = dict(zip((problem.name for problem in CALLBACKS), [(4, 6), (4, 6), (3,), (1,)], strict=True))
