"""The C++ core as Python sees it: checked arrays in, filled arrays out.

Nothing here guesses: every array has the run's dtype, is C-contiguous and aligned, and was shaped by the callers in
this package. The core checks once more and raises ``ValueError`` where that is not so.
"""

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

compiler: str
STREAM_VERSION: int

class StandardFloats:
    """A context in which the thread rounds to nearest, keeps subnormal numbers and traps nothing, whatever was set."""

    def __init__(self) -> None: ...
    def __enter__(self) -> None: ...
    def __exit__(self, *exception: object) -> None: ...

class NonFinite(Exception):
    """A state stopped being finite: ``args == (row, step)``, the row of the run and the step that produced it."""

class Field:
    """A coefficient of the equation: values for every path of a tile, from its state and the time."""

class Constant(Field):
    """The same values for every path and every time, in row-major order: ``(width,)``, or ``(1,)`` for all of them."""

    def __init__(self, values: NDArray[np.float64]) -> None: ...

class Callback(Field):
    """A Python function of ``(x, t, *arguments(lo, hi))``, called on blocks of rows by one thread at a time.

    ``x`` is a read-only array ``(rows, dim)``. ``conform(result, rows)`` is asked only where the result is not already
    a contiguous array of the run's dtype and of ``rows * width`` values, or where there are as many rows as
    dimensions and the axes may be in the other order, once; it returns one or raises. ``arguments`` may be
    None where there are none.
    """

    def __init__(
        self,
        function: Callable[..., Any],
        conform: Callable[[Any, int], NDArray[Any]],
        arguments: Callable[[int, int], tuple[Any, ...]] | None,
        tail: tuple[int, ...],
    ) -> None: ...

class CFunction(Field):
    """A C function ``void (const T *x, double t, T *out, intptr_t paths, intptr_t dim, void *data)``."""

    def __init__(self, address: int, data: int, dtype: str, owner: object) -> None: ...

_Instruction: TypeAlias = tuple[str, NDArray[np.int32], Sequence[NDArray[np.int32]], NDArray[np.float64] | None]

class Program:
    """A traced field, immutable: ``cpp/program/program.hpp`` says how its codes name values.

    ``t_instructions`` and ``instructions`` are ``(operation, out, operands, weights or None)`` each.
    """

    def __init__(
        self,
        dtype: str,  # "float64" or "float32"
        dim: int,  # features of x
        inputs: int,  # features of the path's own row of arguments
        constants: NDArray[np.float64],  # uniform values 1, 2, ...; uniform value 0 is t
        slots: int,  # registers of the main section
        t_slots: int,  # registers of the t section
        t_instructions: Sequence[_Instruction],
        instructions: Sequence[_Instruction],
        exports: NDArray[np.int32],  # t registers that become the uniform values after the constants, once a step
        outputs: Sequence[NDArray[np.int32]],
    ) -> None: ...
    def with_last_constants(self, numbers: NDArray[np.float64]) -> Program:
        """The same program with other numbers for its last constants."""

    @property
    def operations(self) -> int:
        """Scalar operations a path and step."""

    @property
    def registers(self) -> int: ...
    @property
    def lanes(self) -> int:
        """How many paths a tile has."""

    def evaluate(
        self, x: NDArray[Any], t: float, inputs: NDArray[Any] | None = None, threads: int = 1
    ) -> list[NDArray[Any]]:
        """Each output at ``x: (paths, dim)``: ``(paths, width)``."""

class Compiled(Field):
    """An output of a program: 0 the drift, 1 the diffusion. ``inputs`` is ``(paths, inputs)``, of the run's dtype."""

    def __init__(self, program: Program, output: int, inputs: NDArray[Any] | None = None) -> None: ...

def operations() -> dict[str, int]:
    """The elementwise operations of programs, with their numbers of operands."""

def apply(name: str, *operands: NDArray[Any]) -> NDArray[Any]:
    """One operation of the table on flat arrays of one dtype; an array of one value is that value everywhere."""

def integrate(
    *,
    out: NDArray[Any],  # (saves, paths, dim)
    x0: NDArray[Any],  # (paths, dim), or (1, dim) for all paths alike
    drift: Field,
    diffusion: Field | None,  # None: an ODE
    terms: int,  # Brownian motions a path: dim where the noise is diagonal, 0 for an ODE
    general: bool,  # the diffusion is (paths, dim, terms) rather than (paths, dim)
    features_apart: bool,  # each feature of a path is a row of its own, for fields of dim 1; their inputs have dim rows
    noisy: NDArray[np.bool_] | None,  # (terms,): which motions act on any state; where False no normals are made
    steps: int,
    steps_before: int,  # that the paths took in runs before: the noise goes on with this step
    t0: float,
    t1: float,
    intervals: int,  # of the even grid, from t0 to t1
    place: int,  # the step of the even grid at which the run begins
    grid: NDArray[np.float64] | None,  # all steps + 1 grid points, where they are not evenly spaced
    saves: NDArray[np.int64],  # which steps are written to out, ascending
    first_path: int,
    path_numbers: NDArray[np.uint64] | None,  # where they are not first_path, first_path + 1, ...
    key: tuple[int, int],
    threads: int,
    tile_rows: int,  # 0: chosen by the core
    check_finite: bool,
    progress: Callable[[int, int], object] | None,  # (path-steps done, path-steps in all), on the calling thread
) -> None:
    """Run the scheme; raises NonFinite, and whatever a field or ``progress`` raises."""

def fill_noise(
    *,
    out: NDArray[Any],  # (steps, paths, terms)
    first_path: int,
    path_numbers: NDArray[np.uint64] | None,
    key: tuple[int, int],
    threads: int,
) -> None: ...
def fill_normals(*, out: NDArray[Any], key: tuple[int, int], threads: int) -> None:
    """Normals number 0, 1, 2, ... of path 0 under ``key``."""

def philox(counters: NDArray[np.uint32], key: tuple[int, int]) -> NDArray[np.uint32]:
    """Philox4x32-10 of each counter, ``(n, 4) -> (n, 4)``, by the kernels of the level in use."""

def seed_words(seed: int) -> list[int]:
    """The first six words of ``numpy.random.SeedSequence(seed).generate_state``, for a seed below 2^64."""

def radii(words: NDArray[Any]) -> NDArray[Any]:
    """The radius of each radius word: uint64 gives float64, uint32 float32. For proofs of the transform."""

def directions(words: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
    """Cosine and sine of each angle word, as the transform uses them."""

def runs_under_way() -> int:
    """How many runs this process has begun and not ended."""

def shutdown() -> None:
    """Stop running jobs and the threads; for the interpreter's exit."""

def levels() -> Sequence[str]:
    """The instruction sets that are built in and that this processor has, the smallest first."""

def level() -> str:
    """The one in use."""
