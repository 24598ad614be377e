"""The Euler method and the Euler-Maruyama method, for many paths at once.

This is the public face of both, with their mathematics; ``run`` reads the arguments and the core takes the steps.
"""

from collections.abc import Sequence
from typing import Any, Literal

from numpy.typing import ArrayLike, DTypeLike, NDArray

from maruyama.arguments import require_one_of
from maruyama.option_names import options_by_name
from maruyama.path_numbers import PathsArgument
from maruyama.progress import Progress
from maruyama.result import Paths
from maruyama.run import CoefficientArgument, Equation, run
from maruyama.seeding import Seed

__all__ = ["euler", "euler_maruyama"]


@options_by_name
def euler(
    velocity: CoefficientArgument,
    x0: ArrayLike | Paths,
    *,
    steps: int | None = None,
    t: ArrayLike | None = None,
    paths: PathsArgument | None = None,
    save: str | int | ArrayLike = "final",
    args: Sequence[Any] = (),
    dtype: DTypeLike | None = None,
    threads: int | None = None,
    progress: Progress = False,
    nonfinite: Literal["raise", "propagate"] = "raise",
    out: NDArray[Any] | None = None,
) -> Paths:
    """Solve dx/dt = u(x, t) from many initial states by the Euler method, x_{k+1} = x_k + dt * u(x_k, t_k).

    Parameters
    ----------
    velocity : callable, number, array_like or C function
        ``u(x, t, *args)`` of an array ``x: (paths, dim)`` and a float ``t`` gives ``(paths, dim)``, or what broadcasts
        to it. It is called on blocks of paths: ``x`` is read-only and has any number of rows, and what a path gets must
        not depend on the others, nor on its place. A number or a vector ``(dim,)`` is constant. See Notes for C
        functions, and `pointwise` for functions of a single state. A function whose parameters are named as those of
        (t, x) is refused. The function is called on some rows more: where the shape of a result can be read in two
        ways, of one path or of as many paths as dimensions, and to see that paths do not depend on each other.
    x0 : array_like, shape (paths, dim), or (dim,) or a scalar with ``paths``; or Paths
        Initial states. float32 stays float32; every other real dtype (integers, float16, longdouble) becomes float64
        unless ``dtype`` says otherwise. It is read while the run goes on, so a field must not write into it.
        A run, `Paths`, goes on from its last states, with its path numbers, dtype and steps: see Notes.
    steps : int, optional
        Steps of the even grid t_k = t0 + k * (t1 - t0) / steps; the last is exactly t1.
    t : (t0, t1) or array_like, shape (points,)
        With ``steps`` the span of the run, by default (0, 1); without it an array of all grid points, strictly
        monotone, three or more. Time may run backwards.
    paths : int, range or array of int, optional
        How many paths, or their numbers; by default the rows of ``x0``, numbered from 0. ``range(a, b)`` gives rows
        a, ..., b - 1 of the longer run.
    save : "final", "all", int or array_like
        The last state; every state (the first is ``x0``); every k-th and the last; or those at given grid times, in
        the order of the run.
    args : tuple
        Passed on to Python functions after ``t``. Arrays marked by `per_path` are cut to the block of paths.
    dtype : float64 or float32, optional
        Of the states and of all arithmetic with them; the clock is always float64.
    threads : int, optional
        At most so many; by default what the process may use. Results do not depend on it.
    progress : bool or callable
        A tqdm bar, or a function of (path-steps done, path-steps in all).
    nonfinite : "raise" or "propagate"
        What to do when a state is infinite or not a number.
    out : ndarray, optional
        Memory for ``Paths.x``: writeable, C-contiguous, of the run's dtype and shape ``(saves, paths, dim)``, or
        ``(paths, dim)`` with ``save="final"``. A memmap will do.

    Returns
    -------
    Paths
        Times ``t: (saves,)`` and states ``x: (saves, paths, dim)``; ``final`` is ``x[-1]``.

    Raises
    ------
    NonFiniteError
        If a state stops being finite: it names the path, the step, the time and the call that replays the path.
    TypeError, ValueError
        If an argument cannot be read, or a field returns what does not fit. What a field raises is passed on.
    OverflowError, MemoryError
        If a size does not fit; the bytes are named before anything is allocated.

    Notes
    -----
    C functions run in every thread, without the interpreter: a ``scipy.LowLevelCallable``, a numba ``@cfunc`` or a
    ctypes function with ``argtypes``, of the signature
    ``void (const double *x, double t, double *out, intptr paths, intptr dim, void *data)``, or with
    ``float *x`` and ``float *out`` for float32 states. ``x`` and ``out`` are ``(paths, dim)``, row by row. ``data`` is
    the user data of a LowLevelCallable, else null. numba swallows what a ``@cfunc`` raises.

    A run that is given as ``x0`` goes on with the bits of one long run. Without ``t`` its grid goes on by the same
    formula: t_k = t0 + k * (t1 - t0) / n for k = n + 1, ..., n + ``steps``, if it took n steps from t0 to t1. With
    ``t``, a span or grid points, it goes on by these; they must begin at its last time. ``paths``, ``dtype`` and
    ``seed`` may be left out, and must not differ.

    References
    ----------
    Kloeden and Platen, "Numerical Solution of Stochastic Differential Equations", Springer 1992, section 8.1.

    Examples
    --------
    >>> import maruyama as mr
    >>> mr.euler(lambda x, t: -x, [[1.0], [2.0]], steps=2).final.ravel().tolist()
    [0.25, 0.5]
    """
    return run(
        Equation("euler", velocity), x0, seed=None, steps=steps, t=t, paths=paths, save=save, args=args, dtype=dtype,
        threads=threads, progress=progress, nonfinite=nonfinite, out=out,
    )  # fmt: skip


@options_by_name
def euler_maruyama(
    drift: CoefficientArgument,
    diffusion: CoefficientArgument,
    x0: ArrayLike | Paths,
    *,
    noise: Literal["diagonal", "general"] | None = None,
    seed: Seed = None,
    steps: int | None = None,
    t: ArrayLike | None = None,
    paths: PathsArgument | None = None,
    save: str | int | ArrayLike = "final",
    args: Sequence[Any] = (),
    dtype: DTypeLike | None = None,
    threads: int | None = None,
    progress: Progress = False,
    nonfinite: Literal["raise", "propagate"] = "raise",
    out: NDArray[Any] | None = None,
) -> Paths:
    """Sample dX = u(X, t) dt + g(X, t) dW (in the sense of Ito) by the Euler-Maruyama method.

    Each step is ``x = (x + dt*u) + g*dw`` with ``dw = sqrt(abs(dt))*z``, each operation rounded once, where z are
    the normals that `noise` returns. General noise sums the terms ``g[:, :, j]*dw[:, j]`` in the order of j.

    Parameters
    ----------
    drift : callable, number, array_like or C function
        u, as the ``velocity`` of `euler`.
    diffusion : callable, number, array_like or C function
        g. For diagonal noise as ``drift``. For general noise a callable gives ``(paths, dim, m)``, or what broadcasts
        to it, and a constant is ``(dim, m)``; C functions are refused.
    x0 : array_like, shape (paths, dim), or (dim,) or a scalar with ``paths``; or Paths
        Initial states. float32 stays float32; every other real dtype (integers, float16, longdouble) becomes float64
        unless ``dtype`` says otherwise. It is read while the run goes on, so a field must not write into it.
        A run, `Paths`, goes on as of `euler`, and with its seed: the noise goes on where it ended.
    noise : "diagonal" or "general", optional
        One Brownian motion for each dimension, or m of them that drive all dimensions; "diagonal" by default, or what
        the run has that goes on. Of a callable, m is found by calling it on a few states of ``x0`` at t0, before the
        run.
    seed : int, SeedSequence, integers, Generator or None
        What the noise is a function of. ``[7, 1]`` is ``SeedSequence([7, 1])``; zeros
        at the end do not count, so that ``[7, 0]`` is 7. One draw is taken from a Generator;
        None draws fresh entropy. ``Paths.seed`` repeats the run.
    steps, t, paths, save, args, dtype, threads, progress, nonfinite, out
        As of `euler`; both coefficients are given the same ``args``. The noise of a path depends on the seed, the
        number of the path, the step and the dimension alone. In float32 noise is lost where abs(g)*sqrt(abs(dt)) is
        below about 3e-8 * abs(x): stay above 4.8e-7 * abs(x), or use float64.

    Returns
    -------
    Paths
        Times ``t: (saves,)`` and states ``x: (saves, paths, dim)``; ``final`` is ``x[-1]``.

    Raises
    ------
    NonFiniteError
        If a state stops being finite: it names the path, the step, the time and the call that replays the path.
    TypeError, ValueError
        If an argument cannot be read, or a field returns what does not fit. What a field raises is passed on.
    OverflowError, MemoryError
        If a size does not fit; the bytes are named before anything is allocated.

    References
    ----------
    Maruyama, "Continuous Markov processes and stochastic equations", Rend. Circ. Mat. Palermo 4 (1955) 48-90.
    Kloeden and Platen, "Numerical Solution of Stochastic Differential Equations", Springer 1992, section 10.2.
    Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011.

    Examples
    --------
    The Ornstein-Uhlenbeck process, and some of its paths again:

    >>> import maruyama as mr
    >>> def drift(x, t):
    ...     return -x
    >>> run = mr.euler_maruyama(drift, 0.5, [1.0], paths=10_000, steps=100, seed=7)
    >>> bool(abs(run.final.mean() - 0.99**100) < 4 * run.final.std() / 100)
    True
    >>> again = mr.euler_maruyama(drift, 0.5, [1.0], paths=range(5000, 5010), steps=100, seed=7)
    >>> bool((again.final == run.final[5000:5010]).all())
    True
    """
    if noise is None:
        noise = "general" if isinstance(x0, Paths) and x0.course and x0.course.noise == "general" else "diagonal"
    require_one_of("noise", noise, ("diagonal", "general"))
    return run(
        Equation("euler_maruyama", drift, diffusion, noise), x0, seed=seed, steps=steps, t=t, paths=paths, save=save,
        args=args, dtype=dtype, threads=threads, progress=progress, nonfinite=nonfinite, out=out,
    )  # fmt: skip
