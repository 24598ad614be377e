"""One trace: its graph, and how many rows x pretends to have."""

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from maruyama.arguments import refuse_masked
from maruyama.tracing.errors import TracingError, refusal
from maruyama.tracing.graph import Graph
from maruyama.tracing.label_indices import LabelIndices
from maruyama.tracing.lookups import Lookups

if TYPE_CHECKING:
    from maruyama.tracing.array import Traced

__all__ = ["Tracer", "kept_value"]


def kept_value() -> TracingError:
    """The error for a symbolic array that is none of this call."""
    return refusal(
        "a value of an earlier call was kept and is used again",
        "compute it from x and t in each call, or hand it over in args",
    )


class Tracer:
    """Makes symbolic arrays of what a traced function computes with."""

    def __init__(self, graph: Graph, rows: int, lookups: Lookups | None = None) -> None:
        self.graph, self.rows = graph, rows
        self.lookups = Lookups(LabelIndices(graph, {}), rows, None) if lookups is None else lookups
        self.asked_for_index: Traced | None = None  # what was last asked for ``__index__``
        self.made_objects = False  # whether NumPy has asked for an array of objects

    def lifted(self, value: Any) -> "Traced":
        """Anything NumPy could compute with, as a symbolic array."""
        from maruyama.tracing.array import Deferred, Traced

        if isinstance(value, Traced):
            if value.tracer is not self:
                raise kept_value()
            return value
        if isinstance(value, Deferred):
            raise kept_value()
        if isinstance(value, list | tuple) and any(isinstance(each, Traced | list | tuple) for each in value):
            from maruyama.tracing.movement import stacked

            return stacked(self, [self.lifted(each) for each in value])
        refuse_masked(value, "an array that meets x or t")
        if isinstance(value, np.matrix):
            raise refusal(
                "a np.matrix cannot be traced, for its * is a product of matrices",
                "write np.asarray(M), and @ for the product",
            )
        array: NDArray[Any] = np.asarray(value)
        if array.dtype.kind in "biuf":
            if (reading := self.lookups.reading(array)) is not None:
                return Traced(self, reading.ids, reading.axis, array.dtype.kind == "b")
            return Traced(self, self.graph.constants(array), None, array.dtype.kind == "b")
        if array.dtype.kind == "O":
            from maruyama.tracing.movement import from_objects

            return from_objects(self, array)
        raise refusal(f"{type(value).__name__} of dtype {array.dtype} cannot be traced", "use real numbers")
