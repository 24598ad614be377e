"""The command ``maruyama``, outside the package: where that refuses to be imported it prints the sentence alone."""

import sys

__all__ = ["main"]


def main() -> None:
    """Run the application of `maruyama.cli`."""
    try:
        from maruyama.cli import app
    except ImportError as error:
        missing = (error.name or "").partition(".")[0]
        if missing in ("rich", "typer"):
            sys.exit(
                f"maruyama: the command needs {missing}, which the library does not: pip install '.[cli]' in the clone "
                "(or 'maruyama[cli]')"
            )
        sys.exit(f"maruyama: {error}")
    app()
