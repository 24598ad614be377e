"""Arguments of a field that have one row per path, and the rows of them that a block of paths is given."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NoReturn, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from maruyama.arguments import refuse_masked, shown
from maruyama.output import apart

__all__ = ["BlockArguments", "PerPath", "block_arguments", "checked_args", "flat_remedy", "keeps_marks", "per_path"]

BlockArguments: TypeAlias = Callable[[int, int], tuple[Any, ...]]


@dataclass(frozen=True, eq=False)
class PerPath:
    """An array whose first axis is paths; made by `per_path`."""

    array: NDArray[Any]

    def __len__(self) -> int:
        return len(self.array)

    def rows(self, lo: int, hi: int) -> "PerPath":
        """The rows of the paths ``lo``, ..., ``hi - 1`` of the run."""
        return PerPath(self.array[lo:hi])

    def _is_no_array(self, *_: object, **__: object) -> NoReturn:
        raise TypeError(
            "what per_path returns marks an argument and is no array: put it into args itself, not into a list, a dict "
            "or an object, args=(mr.per_path(a),), and the function (x, t, a) is given the rows of its block"
        )

    __array__ = __getitem__ = __neg__ = __pos__ = __abs__ = __float__ = _is_no_array
    __add__ = __sub__ = __mul__ = __truediv__ = __pow__ = __matmul__ = __mod__ = __floordiv__ = _is_no_array
    __radd__ = __rsub__ = __rmul__ = __rtruediv__ = __rpow__ = __rmatmul__ = __rmod__ = __rfloordiv__ = _is_no_array
    __lt__ = __le__ = __gt__ = __ge__ = _is_no_array
    __array_ufunc__ = _is_no_array


def per_path(array: ArrayLike) -> PerPath:
    """Mark an entry of ``args`` that has one row per path.

    A field is called on blocks of paths. It is given the rows of the same block of a marked array, and the whole of
    any other argument.

    A 1-d array gives one number per path: write ``a[:, None]`` where it meets ``x`` of shape ``(paths, dim)``. Without,
    NumPy takes it for one number per dimension, and the run refuses it.

    Parameters
    ----------
    array : array_like, shape (paths, ...)
        Row i belongs to row i of the run, whatever the number of that path is.

    Returns
    -------
    PerPath
        To be put into ``args``; the array itself is not copied.

    Raises
    ------
    TypeError, ValueError
        If ``array`` is no array, a scalar, or has masked entries. A run refuses it if its length is not the number of
        paths.

    Examples
    --------
    Every path decays at its own rate:

    >>> import numpy as np
    >>> import maruyama as mr
    >>> def velocity(x, t, rate):
    ...     return -rate * x
    >>> rates = np.array([[0.0], [1.0], [2.0]])
    >>> run = mr.euler(velocity, [1.0], paths=3, steps=1, args=(mr.per_path(rates),))
    >>> run.final.ravel().tolist()
    [1.0, 0.0, -1.0]
    """
    if isinstance(array, PerPath):
        raise TypeError("per_path was given what per_path returned: mark an array once")
    refuse_masked(array, "the array of per_path")
    rows: NDArray[Any] = np.asarray(array)
    if rows.ndim == 0 and rows.dtype.kind not in "biufc":
        raise TypeError(f"per_path needs an array with one row per path, got {shown(array)}")
    if rows.ndim == 0:
        raise ValueError("per_path needs an array with one row per path, got a scalar: put it into args as it is")
    return PerPath(rows)


def checked_args(args: object, paths: int, out: NDArray[Any]) -> tuple[Any, ...]:
    """``args`` as a tuple in which nothing shares memory with ``out`` and each marked array has a row for each path."""
    if not isinstance(args, tuple | list):
        raise TypeError(f"args must be a tuple, got {type(args).__name__}: for one argument write args=(value,)")
    return tuple(_checked(value, place, paths, out) for place, value in enumerate(args))


def _checked(value: object, place: int, paths: int, out: NDArray[Any]) -> object:
    if isinstance(value, np.ndarray):
        return apart(value, out)
    if not isinstance(value, PerPath):
        return value
    if len(value) != paths:
        raise ValueError(
            f"args[{place}] is marked per_path and has {len(value)} rows, but the run has {paths} paths: give "
            "the rows of these paths alone, as in mr.per_path(a[rows]) beside run.take(rows)"
        )
    return PerPath(apart(value.array, out))


def keeps_marks(field: object) -> bool:
    """Whether a field wants its rows marked, to tell them from arguments that all paths share: it says so itself."""
    return getattr(field, "keeps_marks", False) is True


def block_arguments(args: tuple[Any, ...], *, keep_marks: bool) -> BlockArguments | None:
    """What gives a block of rows its arguments; None where there are none."""
    if not args:
        return None
    if not any(isinstance(value, PerPath) for value in args):
        return lambda lo, hi: args

    def arguments(lo: int, hi: int) -> tuple[Any, ...]:
        blocks = (value.rows(lo, hi) if isinstance(value, PerPath) else value for value in args)
        return tuple(block.array if isinstance(block, PerPath) and not keep_marks else block for block in blocks)

    return arguments


def flat_remedy(args: tuple[Any, ...]) -> str:
    """The sentence for shapes that do not fit, where a marked array has no axis for the dimensions; else empty."""
    flat = any(isinstance(value, PerPath) and value.array.ndim == 1 for value in args)
    return "a 1-d per_path array gives one number per path: write a[:, None]" if flat else ""


def args_text(args: tuple[Any, ...], row: int) -> str:
    """The ``args`` of a run of row ``row`` alone, in terms of the ``args`` of the whole run."""
    if not args or not any(isinstance(value, PerPath) for value in args):
        return "args" if args else ""
    texts = [
        f"mr.per_path(args[{place}].array[{row}:{row + 1}])" if isinstance(value, PerPath) else f"args[{place}]"
        for place, value in enumerate(args)
    ]
    return f"({', '.join(texts)}{',' if len(texts) == 1 else ''})"
