"""The exceptions of the library's own. Wrong arguments raise Python's ``TypeError``, ``ValueError`` and the like."""

from maruyama import _core

__all__ = ["NonFiniteError", "replay_call"]


class NonFiniteError(ArithmeticError):
    """A path stopped being finite during a run with ``nonfinite="raise"``.

    Parameters
    ----------
    path : int
        The number of the path.
    step : int
        The first step after which its state is infinite or not a number: the place in the run's ``save="all"``.
    t : float
        The time of that state.
    replay : str
        The call that runs this path alone and saves all its states.

    Examples
    --------
    >>> import numpy as np
    >>> import maruyama as mr
    >>> def velocity(x, t):
    ...     return np.where(x > 0.5, np.inf, 1.0)
    >>> try:
    ...     mr.euler(velocity, [[-9.0], [0.45]], steps=10)
    ... except mr.NonFiniteError as error:
    ...     print(error.path, error.step, error.t)
    1 2 0.2
    """

    def __init__(self, path: int, step: int, t: float, replay: str) -> None:
        super().__init__(path, step, t, replay)
        self.path, self.step, self.t, self.replay = path, step, t, replay

    def __str__(self) -> str:
        return (
            f"path {self.path} is no longer finite at step {self.step} (t = {self.t:.12g}): replay it with "
            f"{self.replay}"
            + (", or let such paths go on with nonfinite='propagate'" if "nonfinite" in self.replay else "")
        )


def row_and_step(error: _core.NonFinite) -> tuple[int, int]:
    """Which row of the run the core found not to be finite, and the first step without it being so.

    The core names the step it took, 0, 1, ...; the state after step k is state k + 1.
    """
    row, step = error.args
    return int(row), int(step) + 1


def replay_call(
    function: str, row: int, path: int, *, x0_is_shared: bool, goes_on: bool, args: str, options: dict[str, str]
) -> str:
    """The call of ``function`` that runs one path alone, in the names of its own arguments."""
    given = {**options, "args": args, "save": "'all'"}
    if function == "brownian":  # takes neither coefficients nor x0 nor nonfinite
        first = f"paths.take([{row}])" if goes_on else f"[{path}]"
    else:
        x0 = f"{'x0' if x0_is_shared else f'x0[{row}:{row + 1}]'}, paths=[{path}]"
        x0 = f"x0.take([{row}])" if goes_on else x0
        first = f"{'velocity' if function == 'euler' else 'drift, diffusion'}, {x0}"
        given["nonfinite"] = "'propagate'"
    keywords = ", ".join(f"{key}={value}" for key, value in given.items() if value)
    return f"mr.{function}({first}, {keywords})"
