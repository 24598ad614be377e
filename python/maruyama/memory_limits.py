"""How much memory this process may still take: of its control groups, and of the machine. Nothing is allocated here.

Linux grants memory when it is asked for, and ends the process when it is written to and there is none.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from maruyama.cgroups import group_folders, text_of

__all__ = ["Room", "memory_room"]


class Room(NamedTuple):
    """Bytes, and who leaves no more."""

    bytes: int
    giver: str


def memory_room(root: Path = Path("/")) -> Room | None:
    """The least that any of them leaves; None where nobody says."""
    return min((*_of_groups(root), *_of_machine(root)), default=None)


def _of_groups(root: Path) -> Iterator[Room]:
    """The limit of each group, without what its processes hold and cannot give back, and with what may be swapped.

    ``memory.high`` counts too: beyond it a process is slowed down until it stands still.
    """
    for version, folder in group_folders(root, "memory"):
        used, swap = _held(folder), _swap(root, folder, version)
        for name in ("memory.max", "memory.high") if version == 2 else ("memory.limit_in_bytes",):
            limit = text_of(folder / name).strip()
            if limit.isdecimal():
                yield Room(max(0, int(limit) - used) + swap, "the memory limit of this container (its cgroup)")


def _of_machine(root: Path) -> Iterator[Room]:
    info = _table(root / "proc/meminfo")
    if "MemTotal" in info:
        yield Room(1024 * (info["MemTotal"] + info.get("SwapTotal", 0)), "this machine")


def _held(folder: Path) -> int:
    """Without the page cache, which gives way."""
    held = _table(folder / "memory.stat")
    names = ("total_rss", "total_shmem") if "total_rss" in held else ("anon", "shmem")
    return sum(held.get(name, 0) for name in names)


def _swap(root: Path, folder: Path, version: int) -> int:
    free = 1024 * _table(root / "proc/meminfo").get("SwapFree", 0)
    if version == 1:
        return free
    limit = text_of(folder / "memory.swap.max").strip()
    return min(free, int(limit)) if limit.isdecimal() else free


def _table(path: Path) -> dict[str, int]:
    """Lines of a name and a number."""
    words = (line.replace(":", " ").split() for line in text_of(path).splitlines())
    return {line[0]: int(line[1]) for line in words if len(line) > 1 and line[1].isdecimal()}
