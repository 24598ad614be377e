"""Runs a Python script in a process of its own, and shows where it stands if it does not end."""

import contextlib
import os
import signal
import subprocess
import sys
import textwrap

AT_MOST = 600  # seconds of the clock, for what takes a few on a calm machine: only what hangs takes so long


def command(path, script, *args):
    """How to call the script, which is written to the folder ``path``: as a file, so that it can be spawned again."""
    file = path / "script.py"
    file.write_text(textwrap.dedent(script))
    return [sys.executable, "-W", "error", "-X", "faulthandler", str(file), *map(str, args)]


def run_apart(path, script, *args, seconds=AT_MOST):
    """What the script printed; its failure, or not ending, is the test's.

    It writes into files: a child that it leaves behind would hold a pipe open, and the reason back.
    """
    out, err = path / "out.txt", path / "err.txt"
    with out.open("w") as stdout, err.open("w") as stderr:
        process = subprocess.Popen(command(path, script, *args), stdout=stdout, stderr=stderr, start_new_session=True)
        try:
            ended = process.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGABRT)  # faulthandler writes what every thread is at
            process.wait()
            ended = f"it did not end in {seconds} seconds"
    if ended != 0:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    complaints = err.read_text()
    assert ended == 0, f"{ended}\n{out.read_text()}\n{complaints}"
    assert "Fatal" not in complaints, complaints
    return out.read_text()
