"""What this installation is and would use."""

from dataclasses import dataclass

from maruyama import _core
from maruyama.threads import available_threads, threads_decided_by

__all__ = ["Info", "info", "version"]


@dataclass(frozen=True)
class Info:
    """The answer of `info`; ``str()`` of it is a small table."""

    version: str
    compiler: str
    instruction_set: str  # in use
    available: tuple[str, ...]  # built in, and known to this processor
    threads: int
    threads_decided_by: str  # the environment variable that does, or nothing
    stream_version: int  # of the layout of the noise: the same number, the same bits

    def __str__(self) -> str:
        rows = {
            "maruyama": self.version,
            "compiler": self.compiler,
            "instruction set": f"{self.instruction_set} (available: {', '.join(self.available)})",
            "threads": f"{self.threads} ({self.threads_decided_by})" if self.threads_decided_by else self.threads,
            "noise stream": f"version {self.stream_version}",
        }
        return "\n".join(f"{name:<16} {value}" for name, value in rows.items())


def info() -> Info:
    """Version, compiler, instruction set in use and available, threads, version of the noise.

    ``threads`` is what a run without ``threads=`` would use now: ``MARUYAMA_NUM_THREADS`` where it is set, else what
    the affinity and the cgroup quota of the process allow, and no more than ``OMP_NUM_THREADS``. The variable that
    decides is named beside it.

    Returns
    -------
    Info
        A dataclass; print it.

    Raises
    ------
    ValueError
        If ``MARUYAMA_NUM_THREADS`` is not a whole number of at least 1.

    Examples
    --------
    >>> import maruyama as mr
    >>> mr.info().stream_version
    1
    """
    return Info(
        version=version(),
        compiler=_core.compiler,
        instruction_set=_core.level(),
        available=tuple(_core.levels()),
        threads=available_threads(),
        threads_decided_by=threads_decided_by(),
        stream_version=_core.STREAM_VERSION,
    )


def version() -> str:
    """The version of the installed package."""
    from importlib.metadata import version as installed  # slow to import, and rarely asked for

    return installed("maruyama")
