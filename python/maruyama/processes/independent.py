"""IndependentDimensions: processes whose dimensions are copies of one equation, each with parameters of its own."""

from dataclasses import dataclass
from typing import ClassVar

from maruyama.processes.process import Process

__all__ = ["IndependentDimensions"]


@dataclass(frozen=True)
class IndependentDimensions(Process):
    """Each parameter is a number, or a vector with a value for each dimension; their length is ``dim``.

    Laws are those of each dimension by itself: ``x0`` and results broadcast to ``(..., dim)``.
    """

    vectors: ClassVar[bool] = True

    def __post_init__(self) -> None:
        super().__post_init__()
        lengths = {each.shape[0] for each in self.parameters if each.ndim}
        if len(lengths) > 1:
            raise ValueError(f"{type(self).__name__} has vectors of lengths {sorted(lengths)}: give them all (dim,)")

    @property
    def dim(self) -> int:
        """Dimensions of the state: the length of the parameters that are vectors, else 1."""
        return max((each.shape[0] for each in self.parameters if each.ndim), default=1)
