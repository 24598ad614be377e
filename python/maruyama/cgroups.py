"""The control groups that limit this process, as files: of its own group and of all above, of versions 2 and 1."""

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path, PurePosixPath

__all__ = ["group_folders", "text_of"]


def group_folders(root: Path, controller: str) -> list[tuple[int, Path]]:
    """The version of each group that has the controller, and its folder."""
    return _folders(root, controller, text_of(root / "proc/self/cgroup"))


@lru_cache(maxsize=16)
def _folders(root: Path, controller: str, cgroups: str) -> list[tuple[int, Path]]:
    found: list[tuple[int, Path]] = []
    for line in cgroups.splitlines():
        _, controllers, group = line.split(":", 2)
        if controllers == "":
            found += [(2, folder) for folder in _upwards(root / "sys/fs/cgroup", group)]
        elif controller in controllers.split(","):
            found += [(1, folder) for folder in _upwards(root / "sys/fs/cgroup" / controllers, group)]
    return [(version, folder) for version, folder in found if folder.is_dir()]


def _upwards(mount: Path, group: str) -> Iterator[Path]:
    inside = PurePosixPath(group.strip("/"))
    return (mount / folder for folder in (inside, *inside.parents))


def text_of(path: Path) -> str:
    """What is in the file; nothing where there is none."""
    try:
        return path.read_text()
    except OSError:
        return ""
