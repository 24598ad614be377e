"""Process: what the named processes have in common. A new one is a file beside this and a line in ``__init__``."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, fields
from functools import cached_property
from types import MethodType
from typing import Any, ClassVar, Literal, NoReturn

import numpy as np
from numpy.typing import ArrayLike, DTypeLike, NDArray

from maruyama.arguments import real_array
from maruyama.integrate import euler, euler_maruyama
from maruyama.option_names import options_by_name
from maruyama.parameter_order import require_state_first
from maruyama.path_numbers import PathsArgument
from maruyama.processes.parameters import read_parameter
from maruyama.progress import Progress
from maruyama.result import Paths
from maruyama.seeding import Seed
from maruyama.tracing import CompiledFunction, attribute

__all__ = ["Noise", "Process", "coefficient"]

Noise = Literal["diagonal", "general"] | None  # None: an ODE


def coefficient(formula: Callable[[Any, Any, float], Any]) -> "cached_property[CompiledFunction]":
    """Make of a method ``(self, x, t)`` an attribute: the compiled function of (x, t), parameters closed over."""
    require_state_first(MethodType(formula, formula), formula.__name__)

    def compiled(process: Any) -> CompiledFunction:
        def field(x: Any, t: float) -> Any:
            return formula(process, x, t)

        field.__name__, field.__qualname__, field.__doc__ = formula.__name__, formula.__qualname__, formula.__doc__
        return attribute(process, formula.__name__, field)

    compiled.__doc__ = formula.__doc__
    return cached_property(compiled)


@dataclass(frozen=True)
class Process(ABC):
    """dX = u(X, t) dt + g(X, t) dW with its name, its parameters and what is known of its law.

    A process is a frozen dataclass of parameters: it prints, compares, hashes and pickles by them. It says ``dim`` and
    ``noise``, defines ``drift`` and ``diffusion`` as `coefficient`, and those of the four laws below that are known;
    ``unknown`` says why the others are not. Laws speak of the time ``t`` since ``x0``, and broadcast ``x0`` and ``t``;
    the laws of the scheme are those of Euler-Maruyama (or Euler) on an even grid of ``steps`` steps.
    """

    unknown: ClassVar[str] = ""  # a clause: why some of the laws are not known
    vectors: ClassVar[bool] = False  # whether a parameter may have a value for each dimension

    def __post_init__(self) -> None:
        for each in fields(self):
            if domain := each.metadata.get("domain"):
                read = read_parameter(getattr(self, each.name), each.name, domain, vectors=self.vectors)
                object.__setattr__(self, each.name, read)

    @property
    @abstractmethod
    def dim(self) -> int:
        """Dimensions of the state."""

    @property
    def noise(self) -> Noise:
        """Diagonal, general, or None for an ODE, as of `euler_maruyama`."""
        return "diagonal"

    @property
    @abstractmethod
    def drift(self) -> CompiledFunction:
        """u(x, t), compiled."""

    @property
    @abstractmethod
    def diffusion(self) -> CompiledFunction:
        """g(x, t), compiled."""

    @property
    def parameters(self) -> tuple[NDArray[np.float64], ...]:
        """The parameters in their order, each of shape () or (dim,)."""
        named = [each.name for each in fields(self) if "domain" in each.metadata]
        return tuple(np.asarray(getattr(self, name), np.float64) for name in named)

    @options_by_name
    def simulate(
        self,
        x0: ArrayLike | Paths,
        *,
        steps: int | None = None,
        t: ArrayLike | None = None,
        paths: PathsArgument | None = None,
        seed: Seed = None,
        save: str | int | ArrayLike = "final",
        dtype: DTypeLike | None = None,
        threads: int | None = None,
        progress: Progress = False,
        nonfinite: Literal["raise", "propagate"] = "raise",
        out: NDArray[Any] | None = None,
    ) -> Paths:
        """`euler_maruyama` of this process, or `euler` where it has no noise: every argument is as there.

        Parameters
        ----------
        x0 : array_like, shape (paths, dim), or (dim,) or a scalar with ``paths``; or Paths
            Initial states, of this process's ``dim``; or a run that goes on.
        steps, t, paths, seed, save, dtype, threads, progress, nonfinite, out
            As of `euler_maruyama`. An ODE has no use for the seed.

        Returns
        -------
        Paths
            Times ``t: (saves,)`` and states ``x: (saves, paths, dim)``; ``final`` is ``x[-1]``.

        Raises
        ------
        ValueError
            If ``x0`` has another number of dimensions; and what `euler_maruyama` raises.

        Examples
        --------
        >>> import maruyama as mr
        >>> mr.processes.DoubleWell(beta=3.0).simulate(0.0, paths=1000, steps=100, t=(0.0, 5.0), seed=7, save=20)
        Paths(1000 paths, 1 dimension, 6 saves from t = 0 to 5, float64, seed=7, compiled)
        """
        state = self._run_so_far(x0) if isinstance(x0, Paths) else self._state(x0, alone=paths is not None)
        if self.noise is None:
            return euler(
                self.drift, state, steps=steps, t=t, paths=paths, save=save, dtype=dtype, threads=threads,
                progress=progress, nonfinite=nonfinite, out=out,
            )  # fmt: skip
        return euler_maruyama(
            self.drift, self.diffusion, state, noise=self.noise, seed=seed, steps=steps, t=t, paths=paths, save=save,
            dtype=dtype, threads=threads, progress=progress, nonfinite=nonfinite, out=out,
        )  # fmt: skip

    def mean(self, x0: ArrayLike, t: ArrayLike) -> NDArray[Any]:
        """E X_t from ``x0``."""
        self._unknown("mean")

    def variance(self, x0: ArrayLike, t: ArrayLike) -> NDArray[Any]:
        """Variance of each dimension of X_t from ``x0``."""
        self._unknown("variance")

    def scheme_mean(self, x0: ArrayLike, t: ArrayLike, steps: ArrayLike) -> NDArray[Any]:
        """Mean of the scheme after ``steps`` even steps of t / steps."""
        self._unknown("scheme_mean")

    def scheme_variance(self, x0: ArrayLike, t: ArrayLike, steps: ArrayLike) -> NDArray[Any]:
        """Variance of the scheme after ``steps`` even steps of t / steps."""
        self._unknown("scheme_variance")

    def _unknown(self, law: str) -> NoReturn:
        raise NotImplementedError(f"{type(self).__name__} has no {law} in closed form: {self.unknown}")

    def _run_so_far(self, run: Paths) -> Paths:
        if run.x.shape[2] != self.dim:
            raise ValueError(
                f"the run that goes on has {run.x.shape[2]} dimensions, but the states of this {type(self).__name__} "
                f"have dim {self.dim}"
            )
        return run

    def _state(self, x0: ArrayLike, *, alone: bool) -> NDArray[Any]:
        """``x0`` as an array; ``alone`` where (n,) is one state, and is not refused by the run anyway."""
        state = real_array(x0, "x0")
        found = state.shape[-1] if state.ndim else 1
        if found != self.dim and (alone or state.ndim != 1):
            raise ValueError(
                f"x0 has shape {state.shape}, expected (paths, {self.dim}), or ({self.dim},) with paths=...: "
                f"the states of this {type(self).__name__} have dim {self.dim}"
            )
        return state

    def __getstate__(self) -> dict[str, Any]:
        return {each.name: getattr(self, each.name) for each in fields(self)}  # what is compiled is compiled again
