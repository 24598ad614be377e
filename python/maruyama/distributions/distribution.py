"""Distribution: the little that a model asks of the law it starts from."""

from typing import Any, Protocol, runtime_checkable

from numpy.typing import DTypeLike, NDArray

from maruyama.path_numbers import PathsArgument
from maruyama.seeding import Seed

__all__ = ["Distribution"]


@runtime_checkable
class Distribution(Protocol):
    """A law on R^dim that can be sampled, path by path.

    Any object with these two members will do as ``init`` of a model. Row i of ``sample`` must be a function of the seed
    and of the number of path i alone, whatever the company: then shards of a run agree with the whole.

    Attributes
    ----------
    dim : int
        Dimensions of a state.
    """

    @property
    def dim(self) -> int:
        """Dimensions of a state."""

    def sample(self, paths: PathsArgument, *, seed: Seed, dtype: DTypeLike = ...) -> NDArray[Any]:
        """One draw for each path number: ``(paths, dim)`` of float64 or float32."""
