"""Runs a Python script in a process of its own, with a limit to its time."""

import subprocess
import sys
import textwrap


def command(path, script, *args):
    """How to call the script, which is written to the folder ``path``: as a file, so that it can be spawned again."""
    file = path / "script.py"
    file.write_text(textwrap.dedent(script))
    return [sys.executable, "-W", "error", str(file), *map(str, args)]


def run_apart(path, script, *args, seconds=60):
    """What the script printed; its failure, or not ending, is the test's."""
    done = subprocess.run(command(path, script, *args), capture_output=True, text=True, timeout=seconds)
    assert done.returncode == 0, done.stderr
    assert "Fatal" not in done.stderr, done.stderr
    return done.stdout
