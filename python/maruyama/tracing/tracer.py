"""One trace: its graph, how many rows x pretends to have, and the stand-ins for values in arrays of floats."""

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from maruyama.tracing.errors import refusal
from maruyama.tracing.graph import Graph, Ids

if TYPE_CHECKING:
    from maruyama.tracing.array import Traced

__all__ = ["Tracer"]


class Tracer:
    """Makes symbolic arrays of what a traced function computes with.

    NumPy copies a value of t into an array of floats without asking (``np.full(shape, t, dtype=...)``). It is given an
    unlikely number, the stand-in; where that number comes back, it is the value again. Numbers computed from it differ
    between traces with stand-ins of different ``scale``, which is how they are found.
    """

    def __init__(self, graph: Graph, rows: int, scale: float) -> None:
        self.graph, self.rows, self.scale = graph, rows, scale
        self._stand_ins: dict[float, int] = {}

    def stand_ins(self, ids: Ids) -> NDArray[np.float64]:
        """A number for each value, to be copied about; exact in float32 as well."""
        for value in ids.reshape(-1).tolist():
            self._stand_ins[self._stand_in(value)] = value
        return np.array([self._stand_in(value) for value in ids.reshape(-1).tolist()]).reshape(ids.shape)

    def _stand_in(self, value: int) -> float:
        return self.scale * (1 + (2 * value + 1) * 2.0**-23)  # 24 bits, so that float32 holds it

    @property
    def has_stand_ins(self) -> bool:
        """Whether any value was put into an array of floats."""
        return bool(self._stand_ins)

    def numbers(self, array: NDArray[Any]) -> Ids:
        """The values of an array of numbers: constants, and what stand-ins stand for."""
        ids = self.graph.constants(array)
        if self._stand_ins and array.dtype.kind == "f":
            for place in np.argwhere(np.isin(array, list(self._stand_ins))):
                ids[tuple(place)] = self._stand_ins[float(array[tuple(place)])]
        return ids

    def lifted(self, value: Any) -> "Traced":
        """Anything NumPy could compute with, as a symbolic array."""
        from maruyama.tracing.array import Traced

        if isinstance(value, Traced):
            return value
        if isinstance(value, list | tuple) and any(isinstance(each, Traced | list | tuple) for each in value):
            from maruyama.tracing.movement import stacked

            return stacked(self, [self.lifted(each) for each in value])
        array: NDArray[Any] = np.asarray(value)
        if array.dtype.kind in "biuf":
            return Traced(self, self.numbers(array), None, array.dtype.kind == "b")
        if array.dtype.kind == "O":
            from maruyama.tracing.movement import from_objects

            return from_objects(self, array)
        raise refusal(f"{type(value).__name__} of dtype {array.dtype} cannot be traced", "use real numbers")
