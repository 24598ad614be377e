"""The command ``maruyama``, outside the package: where that refuses to be imported it prints the sentence alone."""

import sys

__all__ = ["main"]


def main() -> None:
    """Run the application of `maruyama.cli`."""
    try:
        from maruyama.cli import app
    except ImportError as error:
        sys.exit(f"maruyama: {error}")
    app()
