"""ExactSampler: processes whose X_t can be drawn at once, without steps."""

from abc import abstractmethod
from dataclasses import dataclass
from typing import Any

from numpy.typing import ArrayLike, DTypeLike, NDArray

from maruyama.distributions.draws import normals
from maruyama.option_names import options_by_name
from maruyama.path_numbers import PathsArgument
from maruyama.processes.law import elapsed
from maruyama.processes.process import Process
from maruyama.seeding import Seed
from maruyama.state import initial_state

__all__ = ["ExactSampler"]


@dataclass(frozen=True)
class ExactSampler(Process):
    """A process that knows X_t as a function of x0 and standard normals."""

    @abstractmethod
    def transition(self, x0: ArrayLike, t: ArrayLike, z: ArrayLike) -> NDArray[Any]:
        """X_t from ``x0``, driven by z ~ N(0, 1) of the shape ``(paths, dim)``."""

    @options_by_name
    def exact_sample(
        self,
        x0: ArrayLike,
        t: float,
        *,
        paths: PathsArgument | None = None,
        seed: Seed = None,
        dtype: DTypeLike | None = None,
    ) -> NDArray[Any]:
        """Draws from the law of X_t itself, which has no step size: ``(paths, dim)``.

        Parameters
        ----------
        x0, paths, dtype
            As of `euler_maruyama`.
        t : float
            The time since ``x0``, at least 0.
        seed : int, SeedSequence, integers, Generator or None
            Row i is a function of the seed and of the number of path i. The normals are those of initial draws:
            independent of a run with this seed, but those of an initial distribution are the same: give it another.

        Examples
        --------
        >>> import maruyama as mr
        >>> x = mr.processes.OrnsteinUhlenbeck(sigma=0.5).exact_sample(2.0, 1.0, paths=100_000, seed=7)
        >>> print(f"{x.mean():.2f} {x.var():.3f}")
        0.74 0.108
        """
        if elapsed(t).ndim:
            raise ValueError(f"t must be one time, got {t!r}: for several, draw each with a seed of its own")
        state = initial_state(self._state(x0, alone=paths is not None), paths, dtype)
        z = normals(state.numbers.numbers, self.dim, seed, state.dtype)
        return self.transition(state.x0, t, z).astype(state.dtype, copy=False)
