"""Progress of a run, in path-steps: a tqdm bar or the user's own function."""

import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any, TypeAlias

import numpy as np

from maruyama.arguments import shown

__all__ = ["Progress", "Report", "reporting"]

Report: TypeAlias = Callable[[int, int], object]
Progress: TypeAlias = bool | Report


def reporting(progress: Progress, total: int) -> AbstractContextManager[Report | None]:
    """What the core calls with (path-steps done, in all); a bar is closed at the end of the run."""
    if isinstance(progress, bool | np.bool_):
        return _bar(total) if progress else nullcontext()
    if callable(progress):
        return nullcontext(progress)
    raise TypeError(f"progress must be True, False or a function of (done, total), got {shown(progress)}")


@contextmanager
def _bar(total: int) -> Iterator[Report]:
    from tqdm import tqdm  # type: ignore[import-untyped, unused-ignore]

    with tqdm(total=total, unit=" path-steps", unit_scale=True, file=_Screen()) as bar:
        yield lambda done, _: bar.update(done - bar.n)
        bar.update(total - bar.n)


class _Screen:
    """``sys.stderr``, as long as it takes what is written: a run does not end because nobody can see its bar."""

    def __init__(self) -> None:
        self._file: Any = sys.stderr  # None where the process has no console

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)

    def write(self, text: str) -> None:
        try:
            self._file.write(text)
        except Exception:
            self._file = None

    def flush(self) -> None:
        try:
            self._file.flush()
        except Exception:
            self._file = None
