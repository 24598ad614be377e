"""What cannot be traced, told with the user's own line and the remedy."""

import functools
import linecache
import os
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from types import FrameType
from typing import NamedTuple

import numpy as np

__all__ = [
    "Line",
    "TracingError",
    "functions_of_numpy",
    "line_of",
    "line_of_error",
    "refusal",
    "refusals_made",
    "user_line",
]

_LIBRARIES = tuple(str(folder) + os.sep for folder in (Path(__file__).parents[1], Path(np.__file__).parent))


class Line(NamedTuple):
    """A place in somebody's source."""

    file: str
    number: int

    def __str__(self) -> str:
        text = linecache.getline(self.file, self.number).strip()
        return f"{self.file}:{self.number}" + (f": {text}" if text else "")


class TracingError(Exception):
    """A function given to `compile` does what cannot be traced.

    The message names the user's own line, the operation and what to write in its place.

    Examples
    --------
    >>> import maruyama as mr
    >>> @mr.compile
    ... def velocity(x, t):
    ...     return 1.0 if x > 0 else 0.0
    >>> try:
    ...     velocity([[1.0]], 0.0)
    ... except mr.TracingError as error:
    ...     print("np.where" in str(error))
    True
    """

    def __init__(self, message: str, line: Line | None = None) -> None:
        super().__init__(message, line)
        self.message, self.line = message, line

    def __str__(self) -> str:
        return self.message if self.line is None else f"{self.line}\n{self.message}"


def refusal(what: str, remedy: str = "") -> TracingError:
    """The error for the line of the user's that is being executed."""
    error = TracingError(what + (f": {remedy}" if remedy else ""), user_line())
    if (made := _made.get()) is not None:
        made.append(error)
    return error


_made: ContextVar[list[TracingError] | None] = ContextVar("refusals_made", default=None)


@contextmanager
def refusals_made() -> Iterator[list[TracingError]]:
    """Those that are made meanwhile; where no error arrives, the function has caught them."""
    made: list[TracingError] = []
    token = _made.set(made)
    try:
        yield made
    finally:
        _made.reset(token)


def line_of(function: object) -> Line | None:
    """Where a function begins, if it was written in Python."""
    code = getattr(function, "__code__", None)
    return None if code is None else Line(code.co_filename, code.co_firstlineno)


def user_line() -> Line:
    """The innermost line that is neither this package's nor NumPy's nor SciPy's."""
    frame: FrameType | None = sys._getframe(1)
    while frame is not None and _is_library(frame.f_code.co_filename):
        frame = frame.f_back
    return Line("<unknown>", 0) if frame is None else Line(frame.f_code.co_filename, frame.f_lineno)


def line_of_error(error: BaseException) -> Line | None:
    """The innermost of those lines from which the error came."""
    frames = traceback.walk_tb(error.__traceback__)
    lines = [
        Line(frame.f_code.co_filename, number) for frame, number in frames if not _is_library(frame.f_code.co_filename)
    ]
    return lines[-1] if lines else None


def functions_of_numpy() -> list[str]:
    """The names of NumPy's Python functions that run between the user's line and this package."""
    names = []
    frame: FrameType | None = sys._getframe(1)
    while frame is not None and frame.f_code.co_filename.startswith(_LIBRARIES):
        if frame.f_code.co_filename.startswith(_LIBRARIES[1]):
            names.append(frame.f_code.co_name)
        frame = frame.f_back
    return names


@functools.cache
def _is_library(file: str) -> bool:
    return file.startswith((*_LIBRARIES, _folder_of("scipy"), _folder_of("numba")))


def _folder_of(library: str) -> str:
    """Where a library is, if somebody has imported it; else a name that no file has."""
    file = getattr(sys.modules.get(library), "__file__", None)
    return f"{Path(file).parent}{os.sep}" if file else "\0"
