"""Reads one argument: a whole number, an array of real numbers, a dtype; or says why it cannot."""

import operator
import sys
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

__all__ = [
    "described",
    "float_dtype",
    "is_masked_array",
    "real_array",
    "refuse_masked",
    "require_one_of",
    "shown",
    "where_zero",
    "whole_number",
]

_FLOATS: dict[Any, np.dtype[Any]] = {
    each: np.dtype(each) for kind in (np.float32, np.float64) for each in (kind, np.dtype(kind))
}


def shown(value: object, write: Callable[[Any], str] = repr) -> str:
    """``value`` for a sentence: its ``repr``, or its type where its own methods fail to write it."""
    try:
        return write(value)
    except Exception:  # the user's, whose place is not in our sentence
        return f"<{type(value).__name__}>"


def whole_number(value: object, name: str, *, least: int = 0) -> int:
    """``value`` as an int of at least ``least``; NumPy's integers are welcome, bools and floats are not."""
    if type(value) is int and value >= least:  # nearly always, and small fills count microseconds
        return value
    try:
        if isinstance(value, bool | np.bool_):
            raise TypeError
        number = operator.index(value)  # type: ignore[arg-type]
    except TypeError:
        raise TypeError(f"{name} must be an integer, got {described(value)}") from None
    if number < least:
        raise ValueError(f"{name} must be at least {least}, got {number}")
    return number


def require_one_of(name: str, value: object, choices: tuple[str, ...]) -> None:
    """Refuse a word that is none of these."""
    if not (isinstance(value, str) and value in choices):
        words = f"{', '.join(map(repr, choices[:-1]))} or {choices[-1]!r}"
        raise ValueError(f"{name} must be {words}, got {described(value)}")


def described(value: object) -> str:
    """A value for an error message: an array by its shape, and nothing that fills a page."""
    if isinstance(value, np.ndarray) and value.ndim:
        return f"an array of shape {value.shape}"
    text = shown(value)
    return text if len(text) <= 200 else f"a {type(value).__name__}"


def is_masked_array(value: object) -> bool:
    """Whether it is a masked array of NumPy, which imports their module where it is first used: longer than a run."""
    kind = getattr(sys.modules.get("numpy.ma"), "MaskedArray", None)  # nor while a thread is importing it
    return kind is not None and isinstance(value, kind)


def refuse_masked(value: object, name: str) -> None:
    """Refuse an array with masked entries, which NumPy would read as if nothing were masked."""
    if is_masked_array(value) and np.ma.is_masked(value):
        raise ValueError(f"{name} has masked entries: fill them first, e.g. with .filled(0.0)")


def real_array(value: object, name: str) -> NDArray[Any]:
    """``value`` as an array of bools, integers or floats; a masked array counts only where nothing is masked."""
    refuse_masked(value, name)
    try:
        array: NDArray[Any] = np.asarray(value)
    except (ValueError, RuntimeError) as error:  # of nested lists, or of a tensor that keeps gradients
        raise ValueError(f"{name} cannot be read as an array: {shown(error, str)}") from error
    if array.dtype.kind not in "biuf":
        table = ": write table.to_numpy(float)" if hasattr(value, "to_numpy") else ""
        raise TypeError(f"{name} must hold real numbers, got dtype {array.dtype}{table}")
    return array


def where_zero(numbers: NDArray[Any]) -> NDArray[np.bool_] | None:
    """Which of the numbers are 0; None where none is, as is most often so."""
    return None if np.count_nonzero(numbers) == numbers.size else np.asarray(numbers == 0)


def float_dtype(dtype: DTypeLike | None) -> np.dtype[Any]:
    """float64 or float32, which are what the core computes in."""
    try:
        return _FLOATS.get(dtype) or _FLOATS[np.dtype(dtype)]
    except (TypeError, KeyError):
        pass
    raise TypeError(f"dtype must be float64 or float32, got {described(dtype)}")
