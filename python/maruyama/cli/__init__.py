"""The command line: ``maruyama info``, ``demo``, ``verify`` and ``bench``.

Options are read and results printed here, no more. One file a command.
"""

from maruyama.cli import bench, demo, verify  # noqa: F401  (they add themselves to the application)
from maruyama.cli.app import app

__all__ = ["app"]
