"""What every run of a model may be told, as `euler` is."""

from typing import Any, Literal, TypedDict

from numpy.typing import ArrayLike, NDArray

from maruyama.progress import Progress

__all__ = ["RunOptions"]


class RunOptions(TypedDict, total=False):
    """Keywords that are passed on to `euler` or `euler_maruyama` as they are."""

    steps: int | None
    t: ArrayLike | None
    threads: int | None
    progress: Progress
    nonfinite: Literal["raise", "propagate"]
    out: NDArray[Any] | None
