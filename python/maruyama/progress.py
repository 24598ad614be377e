"""Progress of a run, in path-steps: a tqdm bar or the user's own function."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeAlias

import numpy as np

__all__ = ["Progress", "Report", "reporting"]

Report: TypeAlias = Callable[[int, int], object]
Progress: TypeAlias = bool | Report


@contextmanager
def reporting(progress: Progress, total: int) -> Iterator[Report | None]:
    """What the core calls with (path-steps done, in all); a bar is closed at the end of the run."""
    if isinstance(progress, bool | np.bool_):
        if progress:
            with _bar(total) as report:
                yield report
        else:
            yield None
    elif callable(progress):
        yield progress
    else:
        raise TypeError(f"progress must be True, False or a function of (done, total), got {progress!r}")


@contextmanager
def _bar(total: int) -> Iterator[Report]:
    from tqdm import tqdm  # type: ignore[import-untyped, unused-ignore]

    with tqdm(total=total, unit=" path-steps", unit_scale=True) as bar:
        yield lambda done, _: bar.update(done - bar.n)
        bar.update(total - bar.n)
