"""Times one call of what a benchmark compares."""

from collections.abc import Callable


def seconds(work: Callable[[], object], repeats: int, clock: Callable[[], float]) -> float:
    """Time one call, on average."""
    start = clock()
    for _ in range(repeats):
        work()
    return (clock() - start) / repeats
