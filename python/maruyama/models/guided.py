"""guided: classifier-free guidance."""

import math
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from maruyama.arguments import real_array, shown
from maruyama.cfunctions import refuse_c_function
from maruyama.models.labels import called, wants_marks
from maruyama.parameter_order import require_state_first
from maruyama.per_path import PerPath
from maruyama.tracing import CompiledFunction, compile

__all__ = ["guided"]


def guided(field: Callable[..., Any], scale: float, *, null: Any) -> Callable[..., Any]:
    """The field (1 - w) u(x, t, null) + w u(x, t, y): classifier-free guidance of scale w.

    Parameters
    ----------
    field : callable or CompiledFunction
        ``u(x, t, y, *args)``, trained with labels and with ``null`` in their place.
    scale : float
        w: 0 leaves the label out, 1 is the conditional field, more than 1 exaggerates.
    null : number or array_like
        The label that stands for none: a row of numbers where each label is one; 0 is then a row of zeros.

    Returns
    -------
    callable or CompiledFunction
        A field of ``(x, t, y, *args)``, compiled where ``field`` is; for `FlowModel` and its kin.

    Raises
    ------
    TypeError, ValueError
        If ``field`` is no Python function, or ``scale`` no finite number; in a run, if ``null`` is no such label as
        those of y.

    References
    ----------
    Ho and Salimans, "Classifier-free diffusion guidance", 2022, equation 6; here w is 1 + theirs.

    Examples
    --------
    >>> import maruyama as mr
    >>> def velocity(x, t, y):
    ...     return y - x
    >>> mr.FlowModel(mr.guided(velocity, 2.0, null=0.0), init=1).flow([[0.0]], 1.0, steps=1, y=3.0).tolist()
    [[6.0]]
    """
    if not callable(field):
        raise TypeError(f"guided needs a function of (x, t, y), got {type(field).__name__}")
    refuse_c_function(field, "field")
    require_state_first(field, "field")
    number = real_array(scale, "scale")
    if number.ndim or not np.isfinite(number):
        raise ValueError(f"scale must be a finite number, got {scale!r}")
    w = float(number)

    combined: Any = partial(guided_field, field, w, null)  # which goes into pickles, as a closure does not
    combined.__name__ = "guided_field"
    if isinstance(field, CompiledFunction):
        return compile(combined)
    combined.keeps_marks = wants_marks(field)
    return combined  # type: ignore[no-any-return]


def guided_field(field: Callable[..., Any], w: float, null: Any, x: Any, t: Any, y: Any, *args: Any) -> Any:
    if w == 1.0:  # each half is not evaluated where it does not count
        return called(field, x, t, (y, *args))
    free = called(field, x, t, (_like(y, null), *args))
    return free if w == 0.0 else (1.0 - w) * free + w * called(field, x, t, (y, *args))


def _like(y: Any, null: Any) -> Any:
    """``null`` for each row of y, marked as y is."""
    if isinstance(y, PerPath):
        return PerPath(_rows(null, y.array.shape))
    return _rows(null, np.shape(y)) if np.ndim(y) else null


def _rows(null: Any, shape: tuple[int, ...]) -> NDArray[Any]:
    label = np.asarray(null)
    if label.size == math.prod(shape[1:]) == 1:
        label = label.reshape(shape[1:])
    if label.shape != shape[1:] and not (label.ndim == 0 and label == 0):
        raise ValueError(
            f"null={shown(null)} has shape {label.shape}, but each label of y has shape {shape[1:]}: give the one "
            "label of that shape that the field was trained to take for none"
        )
    return np.broadcast_to(label, shape)
