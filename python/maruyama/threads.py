"""How many threads a run may use: what was asked for, or what the process was given. No thread is started here."""

import math
import os
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path, PurePosixPath

from maruyama.arguments import whole_number

__all__ = ["VARIABLE", "available_threads", "cpu_quota", "threads_for"]

VARIABLE = "MARUYAMA_NUM_THREADS"
_MOST = 2**31 - 1  # the core counts threads in an int, and starts no more than have work
_SMALL = 1 << 14  # values: less than this is done before another thread wakes up, or before the answer is known


def threads_for(threads: int | None, values: int) -> int:
    """The threads for a job of ``values`` normals or states."""
    if threads is not None:
        return min(_MOST, whole_number(threads, "threads", least=1))
    return 1 if values < _SMALL else available_threads()


def available_threads() -> int:
    """``MARUYAMA_NUM_THREADS``, or the processors that affinity and cgroup leave to this process, read at each call."""
    asked = os.environ.get(VARIABLE, "").strip()
    if asked:
        if not asked.isdecimal() or int(asked) < 1:
            raise ValueError(f"the environment variable {VARIABLE} must be a whole number of at least 1, got {asked!r}")
        return min(_MOST, int(asked))
    given = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(given, cpu_quota()))


def cpu_quota(root: Path = Path("/")) -> int:
    """The whole processors that the cgroup's quota asks for, rounded up; a large number where there is none."""
    return math.ceil(min(_quotas(root), default=_MOST))


def _quotas(root: Path) -> Iterator[float]:
    """The quotas of the process's cgroups and of all above them: of version 2 (cpu.max) and version 1 (cfs)."""
    for files in _quota_files(root, _text(root / "proc/self/cgroup")):
        yield from _ratio(*" ".join(map(_text, files)).split())


@lru_cache(maxsize=8)
def _quota_files(root: Path, cgroups: str) -> list[tuple[Path, ...]]:
    """The files that hold a quota and its period, where they exist: to look for them takes longer than to read them."""
    found: list[tuple[Path, ...]] = []
    for line in cgroups.splitlines():
        _, controllers, group = line.split(":", 2)
        if controllers == "":
            found += [(folder / "cpu.max",) for folder in _upwards(root / "sys/fs/cgroup", group)]
        elif "cpu" in controllers.split(","):
            folders = _upwards(root / "sys/fs/cgroup" / controllers, group)
            found += [(folder / "cpu.cfs_quota_us", folder / "cpu.cfs_period_us") for folder in folders]
    return [files for files in found if files[0].exists()]


def _upwards(mount: Path, group: str) -> Iterator[Path]:
    inside = PurePosixPath(group.strip("/"))
    return (mount / folder for folder in (inside, *inside.parents))


def _ratio(*texts: str) -> Iterator[float]:
    """Quota over period; nothing where there is no quota ("max" or -1) or no file."""
    numbers = [int(text) for text in texts if text.strip().isdecimal()]
    if len(numbers) == 2 and min(numbers) > 0:
        yield numbers[0] / numbers[1]


def _text(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:
        return ""
