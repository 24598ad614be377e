"""How many threads a run may use: what was asked for, or what the process was given. No thread is started here."""

import math
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

from maruyama.arguments import whole_number
from maruyama.cgroups import group_folders, text_of

__all__ = [
    "OPENMP_VARIABLE",
    "VARIABLE",
    "available_threads",
    "cpu_quota",
    "is_importing",
    "threads_decided_by",
    "threads_for",
]

VARIABLE = "MARUYAMA_NUM_THREADS"
OPENMP_VARIABLE = "OMP_NUM_THREADS"
_MOST = 1024  # more are no faster anywhere, and a system has a limit that others need too
_NO_LIMIT = 2**31 - 1
_SMALL = 1 << 14  # values: less than this is done before another thread wakes up, or before the answer is known


def threads_for(threads: int | None, values: int) -> int:
    """The threads for a job of ``values`` normals or states."""
    if threads is not None:
        return min(_MOST, whole_number(threads, "threads", least=1))
    return 1 if values < _SMALL else available_threads()


def available_threads() -> int:
    """``MARUYAMA_NUM_THREADS``; else the processors that affinity and cgroup leave to this process.

    Of these no more than ``OMP_NUM_THREADS``, which joblib, Dask and MPI launchers set for the processes that they
    start beside each other. All are read at each call.
    """
    asked = os.environ.get(VARIABLE, "").strip()
    if asked:
        if not asked.isdecimal() or int(asked) < 1:
            raise ValueError(f"the environment variable {VARIABLE} must be a whole number of at least 1, got {asked!r}")
        return min(_MOST, int(asked))
    given = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(given, cpu_quota(), _openmp_threads()))


def threads_decided_by() -> str:
    """The environment variable that says how many threads there are, or nothing."""
    if os.environ.get(VARIABLE, "").strip():
        return VARIABLE
    return OPENMP_VARIABLE if available_threads() == _openmp_threads() else ""


def _openmp_threads() -> int:
    """Of its list, "4,2" for nested regions, the first. A value that makes no sense is not ours to refuse."""
    first = os.environ.get(OPENMP_VARIABLE, "").split(",")[0].strip()
    return int(first) if first.isdecimal() and int(first) > 0 else _NO_LIMIT


def is_importing() -> bool:
    """Whether the calling thread is in the middle of an import, or of a reload, and holds the lock of that module."""
    frame: FrameType | None = sys._getframe()
    while frame and "importlib" not in str(frame.f_globals.get("__name__")):
        frame = frame.f_back
    return frame is not None


def cpu_quota(root: Path = Path("/")) -> int:
    """The whole processors that the cgroup's quota asks for, rounded up; a large number where there is none."""
    return math.ceil(min(_quotas(root), default=_NO_LIMIT))


def _quotas(root: Path) -> Iterator[float]:
    """The quotas of the process's cgroups and of all above them: of version 2 (cpu.max) and version 1 (cfs)."""
    for version, folder in group_folders(root, "cpu"):
        names = ("cpu.max",) if version == 2 else ("cpu.cfs_quota_us", "cpu.cfs_period_us")
        yield from _ratio(*" ".join(text_of(folder / name) for name in names).split())


def _ratio(*texts: str) -> Iterator[float]:
    """Quota over period; nothing where there is no quota ("max" or -1) or no file."""
    numbers = [int(text) for text in texts if text.strip().isdecimal()]
    if len(numbers) == 2 and min(numbers) > 0:
        yield numbers[0] / numbers[1]
