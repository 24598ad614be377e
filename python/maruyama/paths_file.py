"""A run on disk: an ``.npz`` of NumPy's with the arrays, and all the rest as one text of JSON; no pickle.

t, x     as in Paths
paths    (3,) first, step, count of a range, or (paths,) the numbers; "paths_are" in the text says which
about    JSON: format, seed, route, course. Floats are written with all their digits.
"""

import json
import os
import secrets
import shutil
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import asdict
from pathlib import Path
from typing import IO, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from maruyama.course import Course
from maruyama.grid import Even
from maruyama.seeding import KnownSeed, plain_entropy

__all__ = ["File", "read_fields", "write_fields"]

File: TypeAlias = str | os.PathLike[str] | IO[bytes]

_FORMAT = "maruyama.Paths"
_VERSION = 1


def write_fields(file: File, fields: dict[str, Any]) -> None:
    """Write the fields of a Paths; into a path at once or not at all."""
    paths = fields["paths"]
    about = {
        "format": _FORMAT,
        "version": _VERSION,
        "seed": _seed_written(fields["seed"]),
        "paths_are": "range" if isinstance(paths, range) else "numbers",
        "route": fields["route"],
        "course": None if fields["course"] is None else asdict(fields["course"]),
    }
    arrays: dict[str, Any] = {
        "t": fields["t"],
        "x": fields["x"],
        "paths": _paths_written(paths),
        "about": np.array(json.dumps(about)),
    }
    if not isinstance(file, str | os.PathLike):
        np.savez(file, **arrays)
        return
    _write_whole(Path(file).resolve(), arrays)


def _write_whole(path: Path, arrays: dict[str, Any]) -> None:
    """Beside the file a link leads to, with the permissions of an older file."""
    part = path.with_name(f"{path.name}.{secrets.token_hex(8)}.part")
    try:
        with part.open("xb") as file:
            np.savez(file, **arrays)
            file.flush()
            os.fsync(file.fileno())
        if path.exists():
            shutil.copymode(path, part)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def read_fields(file: File) -> dict[str, Any]:
    """The fields of a Paths, checked."""
    import zipfile

    try:
        with _opened(file) as opened, np.load(opened, allow_pickle=False) as kept:
            arrays = {name: kept[name] for name in ("t", "x", "paths", "about")}
        about = json.loads(arrays["about"].item())
        if about["format"] != _FORMAT:
            raise ValueError("another format")
        if about["version"] > _VERSION:
            raise _LaterVersionError(f"{file} was written by a later version of maruyama: read it with that one")
        fields = {
            "t": arrays["t"],
            "x": arrays["x"],
            "seed": _seed_read(about["seed"]),
            "paths": _paths_read(arrays["paths"], about["paths_are"]),
            "route": str(about["route"]),
            "course": _course_read(about["course"]),
        }
        _require_fitting(fields)
    except _LaterVersionError:
        raise
    except (ValueError, KeyError, TypeError, AttributeError, zipfile.BadZipFile, EOFError) as error:
        raise ValueError(f"{file} does not hold a run that Paths.save wrote: {error}") from error
    return fields


def _opened(file: File) -> AbstractContextManager[IO[bytes]]:
    return Path(file).open("rb") if isinstance(file, str | os.PathLike) else nullcontext(file)


class _LaterVersionError(ValueError):
    """A file of a later version."""


def _require_fitting(fields: dict[str, Any]) -> None:
    t, x = fields["t"], fields["x"]
    if x.ndim != 3 or x.dtype not in (np.float32, np.float64):
        raise ValueError(f"x is {x.dtype} of shape {x.shape}")
    if t.dtype != np.float64 or t.shape != x.shape[:1] or len(t) == 0 or len(fields["paths"]) != x.shape[1]:
        raise ValueError("t, x and paths do not fit together")


def _paths_written(paths: Sequence[int] | NDArray[np.uint64]) -> NDArray[np.uint64]:
    if isinstance(paths, range):
        return np.array([paths.start if len(paths) else 0, paths.step, len(paths)], np.uint64)
    return np.asarray(paths, np.uint64)


def _paths_read(paths: NDArray[np.uint64], are: str) -> range | NDArray[np.uint64]:
    if paths.dtype != np.uint64 or paths.ndim != 1:
        raise ValueError("paths are no path numbers")
    if are == "numbers":
        return paths
    first, step, count = paths.tolist()
    return range(first, first + step * count, step)


def _seed_written(seed: KnownSeed | None) -> Any:
    if not isinstance(seed, np.random.SeedSequence):
        return seed
    words = {"entropy": seed.entropy, "spawn_key": seed.spawn_key, "pool_size": seed.pool_size}
    return {name: plain_entropy(value) for name, value in words.items()}


def _seed_read(seed: Any) -> KnownSeed | None:
    if isinstance(seed, dict):
        return np.random.SeedSequence(**seed)
    return None if seed is None else int(seed)


def _course_read(course: Any) -> Course | None:
    if course is None:
        return None
    even = course.pop("even")
    read = Course(even=None if even is None else Even(**even), **course)
    if min(read.steps, read.place, read.terms) < 0:
        raise ValueError("the course of the run counts below 0")
    return read
