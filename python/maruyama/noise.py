"""The noise itself: the normals z(seed, path, step, j) of a run, Brownian paths made of them, and plain normals.

z is a pure function: Philox4x32-10 (Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3", 2011)
of the path's number and the place in its stream, under a key hashed from the seed.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from maruyama import _core
from maruyama.arguments import float_dtype, whole_number
from maruyama.option_names import options_by_name
from maruyama.output import check_out
from maruyama.path_numbers import PathsArgument, path_numbers
from maruyama.progress import Progress
from maruyama.result import Paths
from maruyama.run import Equation, run
from maruyama.seeding import Seed, keys_of, known_seed
from maruyama.sizes import allocate, check_counters
from maruyama.threads import threads_for

__all__ = ["brownian", "noise", "standard_normal"]


@options_by_name
def noise(seed: Seed, *, paths: PathsArgument, steps: int, dim: int, dtype: DTypeLike = np.float64) -> NDArray[Any]:
    """The normals that a run uses, z ~ N(0, 1): the run's increments are dW = sqrt(abs(dt)) * z.

    Parameters
    ----------
    seed : int, SeedSequence, integers, Generator or None
        As of `euler_maruyama`.
    paths : int, range or array of int
        A count, or path numbers; equal numbers have equal noise, in any company.
    steps : int
        Steps 0, ..., ``steps - 1`` of each path.
    dim : int
        Brownian motions of a path: the dimensions for diagonal noise, m for general noise.
    dtype : float64 or float32
        That of the run. Both are made of the same words and are not independent: use different seeds.

    Returns
    -------
    ndarray, shape (steps, paths, dim)
        The same bits on every machine, for any number of threads.

    Raises
    ------
    MemoryError
        If the array does not fit; the bytes are named before anything is allocated.
    OverflowError
        If a path number or ``steps * dim`` does not fit in 64 bits.

    References
    ----------
    Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011.

    Examples
    --------
    A NumPy loop with this noise gives the same bits as a run:

    >>> import numpy as np
    >>> import maruyama as mr
    >>> x = np.ones((3, 2))
    >>> for z in mr.noise(7, paths=3, steps=4, dim=2):
    ...     x = (x + 0.25 * -x) + 0.5 * (np.sqrt(0.25) * z)
    >>> run = mr.euler_maruyama(lambda x, t: -x, 0.5, [1.0, 1.0], paths=3, steps=4, seed=7)
    >>> bool((run.final == x).all())
    True
    """
    numbers = path_numbers(paths)
    shape = (whole_number(steps, "steps"), numbers.count, whole_number(dim, "dim"))
    check_counters(shape[0], shape[2])
    key = keys_of(known_seed(seed)).noise
    out = allocate(shape, float_dtype(dtype), "the noise", "ask for fewer steps, or fewer paths, paths=range(a, b)")
    _core.fill_noise(
        out=out, first_path=numbers.first, path_numbers=numbers.listed(), key=key, threads=threads_for(None, out.size)
    )
    return out


@options_by_name
def brownian(
    paths: PathsArgument | Paths,
    *,
    steps: int | None = None,
    dim: int | None = None,
    t: ArrayLike | None = None,
    seed: Seed = None,
    save: str | int | ArrayLike = "all",
    dtype: DTypeLike | None = None,
    threads: int | None = None,
    progress: Progress = False,
    out: NDArray[Any] | None = None,
) -> Paths:
    """Brownian paths W_t from W = 0, with the increments that `euler_maruyama` uses for the same seed and grid.

    Parameters
    ----------
    paths : int, range or array of int; or Paths
        A count, or path numbers. A run, `Paths`, goes on, as of `euler_maruyama`.
    steps : int, optional
        Steps of the grid, where ``t`` is a span.
    dim : int
        Independent Brownian motions of each path, by default 1.
    t, seed, save, dtype, threads, progress, out
        As of `euler_maruyama`; ``save`` is "all" here.

    Returns
    -------
    Paths
        ``x[k]`` is W at ``t[k]``, shape (saves, paths, dim).

    Raises
    ------
    TypeError, ValueError, OverflowError, MemoryError
        As `euler_maruyama`.

    Examples
    --------
    >>> import maruyama as mr
    >>> w = mr.brownian(100_000, steps=2, seed=7)
    >>> w.x.shape, w.t.tolist()
    ((3, 100000, 1), [0.0, 0.5, 1.0])
    >>> bool(abs(w.final.var() - 1.0) < 4 * (2 / 100_000) ** 0.5)
    True
    """
    x0, numbers = _origin(paths, dim, dtype)
    return run(
        Equation("brownian", 0.0, 1.0, "diagonal"), x0, seed=seed, steps=steps, t=t, paths=numbers, save=save,
        args=(), dtype=dtype, threads=threads, progress=progress, nonfinite="raise", out=out,
    )  # fmt: skip


def _origin(
    paths: PathsArgument | Paths, dim: int | None, dtype: DTypeLike | None
) -> tuple[NDArray[Any] | Paths, PathsArgument | None]:
    """Where Brownian paths start, and their numbers: in 0, or where a run has come to."""
    if isinstance(paths, Paths):
        found = paths.x.shape[2]
        if dim is not None and dim != found:
            raise ValueError(f"dim={dim}, but the run that goes on has {found}: leave dim out")
        return paths, None
    wanted = float_dtype(np.float64 if dtype is None else dtype)
    size = whole_number(1 if dim is None else dim, "dim")
    origin = allocate((size,), wanted, "the state of a path", "ask for fewer dimensions")
    origin.fill(0.0)
    return origin, paths


def standard_normal(
    shape: int | Sequence[int],
    *,
    seed: Seed,
    dtype: DTypeLike = np.float64,
    out: NDArray[Any] | None = None,
    threads: int | None = None,
) -> NDArray[Any]:
    """Fill an array with independent normals z ~ N(0, 1), in threads.

    The values have a key of their own: they are independent of the noise of a run with the same seed, so that they
    may serve as its ``x0``. A longer fill begins with the values of a shorter one.

    Parameters
    ----------
    shape : int or tuple of int
        Of the result.
    seed : int, SeedSequence, integers, Generator or None
        As of `euler_maruyama`.
    dtype : float64 or float32
        Of the result. Both are made of the same words and are not independent: use different seeds.
    out : ndarray, optional
        A writeable C-contiguous array of this shape and dtype, to be filled and returned.
    threads : int, optional
        At most so many threads; the values do not depend on it.

    Returns
    -------
    ndarray, shape ``shape``
        The same bits on every machine.

    Raises
    ------
    TypeError, ValueError
        If an argument cannot be read, or ``out`` does not match.
    MemoryError
        If the array does not fit; the bytes are named before anything is allocated.

    References
    ----------
    Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011.

    Examples
    --------
    >>> import maruyama as mr
    >>> z = mr.standard_normal((1000, 3), seed=7)
    >>> bool((z == mr.standard_normal((1000, 3), seed=7, threads=2)).all())
    True
    """
    sizes = _shape(shape)
    wanted = float_dtype(dtype)
    if out is None:
        out = allocate(sizes, wanted, "the result", "ask for fewer values at a time, or pass out= a memmap")
    else:
        check_out(out, [sizes], wanted)
    key = keys_of(known_seed(seed)).normals
    _core.fill_normals(out=out, key=key, threads=threads_for(threads, out.size))
    return out


def _shape(shape: int | Sequence[int]) -> tuple[int, ...]:
    if isinstance(shape, tuple | list):
        return tuple(whole_number(size, "a size in shape") for size in shape)
    return (whole_number(shape, "shape"),)
