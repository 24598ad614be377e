"""The symbolic array: what a traced function is given for x, for t and for rows of arguments.

It looks like a NumPy array of shape ``(..., paths, ...)`` and holds the numbers of its values; what is done with it is
looked up in the tables of rules.
"""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np
from numpy.typing import NDArray

from maruyama.tracing.errors import TracingError, functions_of_numpy, refusal, user_line
from maruyama.tracing.graph import Ids
from maruyama.tracing.rules import METHODS, UFUNCS, call_function, call_method, call_ufunc
from maruyama.tracing.signatures import ARRAY_METHODS
from maruyama.tracing.tracer import Tracer

__all__ = ["COUNTING", "Deferred", "Traced"]

# NumPy's functions that count conditions, where + of two conditions is `or`: they are given numbers.
COUNTING = {
    "sum", "prod", "mean", "std", "var", "cumsum", "cumprod", "nansum", "_sum", "_prod", "_mean", "_std", "_var",
}  # fmt: skip


class Deferred:
    """What symbolic arrays leave an operation to that both take part in."""

    __slots__ = ()


class Traced:
    """Values of a graph, arranged as an array.

    Parameters
    ----------
    tracer : Tracer
        Where operations are recorded.
    ids : ndarray of int
        The values. Their axis of the paths, if they have one, has length 1.
    axis : int or None
        Which axis that is; None where all paths have the same array.
    is_bool : bool
        Whether NumPy's array would be of bools.
    row : int or None
        Of a single element of somebody's object array: the path that it belongs to.
    home : str
        "array", "scalar" where NumPy's code would have a number of Python's, as t and what is computed of it are, or
        "element" of an array of objects.
    """

    if TYPE_CHECKING:  # the operators and the methods of the tables below
        __add__: Any
        __sub__: Any
        __mul__: Any
        __truediv__: Any
        __rtruediv__: Any
        __rmul__: Any
        __radd__: Any
        astype: Callable[..., "Traced"]
        max: Any
        swapaxes: Callable[..., "Traced"]
        transpose: Callable[..., "Traced"]

    __slots__ = ("axis", "home", "ids", "is_bool", "row", "tracer")

    def __init__(
        self, tracer: Tracer, ids: Ids, axis: int | None = None, is_bool: bool = False, row: int | None = None,
        home: str = "array",
    ) -> None:  # fmt: skip
        self.tracer, self.ids, self.axis, self.is_bool, self.row = tracer, ids, axis, is_bool, row
        self.home = home

    # what NumPy and the user ask an array

    @property
    def shape(self) -> tuple[int, ...]:
        """Lengths of the axes; that of the paths is a number of the tracer's choice."""
        lengths = list(self.ids.shape)
        if self.axis is not None:
            lengths[self.axis] = self.tracer.rows
        return tuple(lengths)

    @property
    def ndim(self) -> int:
        """How many axes there are, with that of the paths."""
        return self.ids.ndim

    @property
    def size(self) -> int:
        """How many elements there are."""
        return int(np.prod(self.shape))

    @property
    def dtype(self) -> np.dtype[Any]:
        """bool, or the dtype of the state."""
        return np.dtype(bool) if self.is_bool else self.tracer.graph.dtype

    @property
    def T(self) -> "Traced":  # noqa: N802
        """All axes in reverse order."""
        return self.transpose()

    @property
    def mT(self) -> "Traced":  # noqa: N802
        """The last two axes exchanged."""
        return self.swapaxes(-1, -2)

    @property
    def real(self) -> "Traced":
        """The array itself."""
        return self

    def __repr__(self) -> str:
        kind = "bool" if self.is_bool else str(self.dtype)
        return f"<traced array of shape {self.shape_text()}, {kind}>"

    def __str__(self) -> str:
        if self.ndim == 0:  # the text of a number may decide something, as a key of a dict does
            raise refusal(
                "the text of a traced value is that of a symbol",
                "take mr.compile away to see numbers; repr() shows what is traced",
            )
        return repr(self)

    def shape_text(self) -> str:
        """The shape, with "paths" for the length that is not known."""
        lengths = [str(length) for length in self.shape]
        if self.axis is not None:
            lengths[self.axis] = "paths"
        return f"({', '.join(lengths)}{',' if len(lengths) == 1 else ''})"

    def __len__(self) -> int:
        if not self.ndim:
            raise TypeError("len() of unsized object")
        return self.shape[0]

    def __iter__(self) -> Iterator["Traced"]:
        if not self.ndim:
            raise TypeError("iteration over a 0-d array")
        if self.axis == 0:
            raise refusal(
                "a loop over the paths cannot be traced",
                "compute with all of them, or write mr.compile(mr.pointwise(f)) for a function f of one state",
            )
        return (self[place] for place in range(self.ids.shape[0]))

    def __getitem__(self, key: Any) -> "Traced":
        from maruyama.tracing.indexing import indexed

        return indexed(self, key)

    def __contains__(self, value: object) -> NoReturn:
        raise refusal("`in` cannot be traced", "use (x == value).any(axis=1)")

    def __setitem__(self, key: object, value: object) -> NoReturn:
        raise refusal(
            "writing into an array cannot be traced", "build it with np.stack([...], axis=1) or choose with np.where"
        )

    # what a traced value has not: a number

    def __hash__(self) -> NoReturn:
        raise refusal("a traced value cannot be a key of a dict or of a cache", "compute what it stands for")

    def __bool__(self) -> NoReturn:
        raise refusal(
            "a traced value has no truth of its own",
            "write np.where(condition, a, b) in place of `if`, np.minimum and np.maximum in place of min and max, "
            "& and | in place of `and` and `or`; np.array and np.asarray make arrays of objects, which cannot be "
            "compared: leave them out, or compare before",
        )

    def __float__(self) -> NoReturn:
        raise refusal(
            "a traced value is no number yet",
            "use NumPy's function, as np.sin in place of math.sin, and no float(...) or dtype=...; in place of an "
            "array that is filled entry by entry return np.stack([...]) or np.array([...]) of the entries",
        )

    def __int__(self) -> NoReturn:
        raise refusal("a traced value is no whole number", "use np.floor or np.rint, which stay traced")

    __complex__ = __float__

    def __index__(self) -> NoReturn:
        self.tracer.asked_for_index = self  # NumPy's arrays ask for it, catch this, and then ask for an array
        raise TracingError(
            "a traced value cannot be an index: choose with np.where, np.select or np.interp; labels look up in "
            "arrays, np.array(table)[y]",
            user_line(),
        )

    # NumPy's protocols

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *operands: Any, **options: Any) -> Any:
        if any(isinstance(each, Deferred) for each in operands):
            return NotImplemented
        return call_ufunc(ufunc, method, operands, options)

    def __array_function__(self, function: Any, types: Any, arguments: Any, options: Any) -> Any:
        if any(issubclass(each, Deferred) for each in types):
            return NotImplemented
        return call_function(function, arguments, options)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> NDArray[Any]:
        """Labels, where NumPy asks for an index or for whole numbers.

        Else an array of objects, one for each element, which can be computed with and traced again.
        """
        is_index, self.tracer.asked_for_index = self.tracer.asked_for_index is self, None
        lookups = self.tracer.lookups
        wants_whole = dtype is not None and np.dtype(dtype).kind in "iu"
        if (is_index and dtype is None) or (wants_whole and not self.is_bool and lookups.are_labels(self.ids)):
            return lookups.index(self.ids, self.axis, self.is_bool).astype(np.intp if dtype is None else dtype)
        if wants_whole:
            raise refusal(
                f"a traced value cannot be an array of {np.dtype(dtype)}, nor an index",
                "np.trunc and np.rint give whole numbers as floats; look a value up by np.interp, choose by np.where",
            )
        if dtype is not None and np.dtype(dtype) != object:
            raise refusal(
                f"a traced value cannot be made a number, or an array, of {np.dtype(dtype)}",
                "leave np.asarray, np.array, np.float64 and dtype away, and build arrays with np.stack([...], axis=1) "
                "in place of writing into them",
            )
        self.tracer.made_objects = True
        if self.is_bool and self.home == "scalar":
            self.home = "element"  # NumPy keeps this very object where it makes an array of a list
        array = np.empty(self.shape, object)
        is_bool = self.is_bool and not COUNTING.intersection(functions_of_numpy())
        ids = np.broadcast_to(self.ids, self.shape)
        for place in np.ndindex(self.shape):
            row = self.row if self.axis is None else place[self.axis]
            array[place] = Traced(self.tracer, np.asarray(ids[place]), None, is_bool, row, "element")
        return array

    def __getattr__(self, name: str) -> Any:
        if hasattr(np.ndarray, name) and not name.startswith("__"):
            raise refusal(f"the method {name} of arrays is not known to the tracer", "use a NumPy function that is")
        raise AttributeError(f"a traced array has no attribute {name!r}")


def _method(name: str) -> Callable[..., Any]:
    return lambda self, *arguments, **options: call_method(name, self, arguments, options)


# Methods with other parameters than NumPy's function.


def _reshape(array: Traced, *shape: Any, order: str = "C") -> Any:
    return call_function(np.reshape, (array, shape[0] if len(shape) == 1 else shape), {"order": order})


def _transpose(array: Traced, *axes: Any) -> Any:
    return call_function(np.transpose, (array, axes[0] if len(axes) == 1 else axes or None), {})


def _clip(array: Traced, min: Any = None, max: Any = None, dtype: Any = None) -> Any:
    return call_function(np.clip, (array, min, max), {"dtype": dtype})


class TracedNumber(Traced):
    """A number among the arguments of a run, whatever it is: for ``isinstance`` one of its own kind, int or float.

    What needs the number itself is refused, and the function is then traced for each number.
    """

    __slots__ = ("kind",)

    def __init__(self, tracer: Tracer, value: int, kind: type) -> None:
        super().__init__(tracer, np.array(value), home="scalar")
        self.kind = kind

    @property
    def __class__(self) -> type:
        return self.kind

    @__class__.setter
    def __class__(self, _: type) -> None:
        raise AttributeError("a traced number has the class of the number")

    def __repr__(self) -> str:
        return str(self)


def _astype(array: Traced, dtype: Any, copy: bool = True) -> Traced:
    """The array itself: every number has the dtype of the state."""
    kind, size = np.dtype(dtype).kind, np.dtype(dtype).itemsize
    if kind == "b" and not array.is_bool:
        result: Traced = UFUNCS["not_equal"](array, 0)
        return result
    if kind in "iu" and array.tracer.lookups.are_labels(array.ids):  # which says where NumPy begins to have 64 bits
        ids = array.tracer.graph.apply("copy", array.ids.reshape(-1)).reshape(array.ids.shape)
        return Traced(array.tracer, ids, array.axis, False, array.row)
    if (kind == "f" and size in (4, 8)) or kind == array.dtype.kind or (kind in "iu" and array.is_bool):
        return Traced(array.tracer, array.ids, array.axis, kind == "b", array.row)
    raise refusal(f"astype({np.dtype(dtype)}) cannot be traced", "np.trunc or np.rint give whole numbers as floats")


def _flatten(array: Traced, order: str = "C") -> Any:
    return call_function(np.ravel, (array,), {"order": order})


def _itself(array: Traced) -> Traced:
    """What nobody can change."""
    return array


def _conjugate(array: Traced) -> Any:
    """The array itself; of a condition on t, which is Python's, 0 or 1."""
    if array.is_bool and array.home == "element":
        raise refusal("the conjugate of conditions in an array of objects cannot be traced", "leave it away")
    return array if array.home == "array" else UFUNCS["conjugate"](array)


_OWN: dict[str, Callable[..., Any]] = {
    "reshape": _reshape, "transpose": _transpose, "clip": _clip, "astype": _astype, "flatten": _flatten,
    "copy": _itself, "conj": _conjugate, "conjugate": _conjugate,
}  # fmt: skip
METHODS |= _OWN

for _name in ARRAY_METHODS:
    if hasattr(np.ndarray, _name):
        setattr(Traced, _name, _method(_name))
