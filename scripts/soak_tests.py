"""Runs the tests again and again on a busy machine: four loops that never end beside them, on two processors.

A test that waits for a time, rather than for what it is about, fails here sooner or later.

    python scripts/soak_tests.py [--times N] [--loops N] [--processors N] [PYTEST ARGUMENT ...]

Without arguments for pytest it is the whole suite, ten times; the reports of runs that fail are printed.
"""

import argparse
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

BUSY = "while True: pass"


def main() -> None:
    """Run them all."""
    options, arguments = parsed()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[: options.processors])
    with busy(options.loops):
        failures = [number for number in range(1, options.times + 1) if not passes(number, arguments)]
    print(f"{options.times - len(failures)} of {options.times} runs passed beside {options.loops} busy loops")
    sys.exit(bool(failures))


def parsed() -> tuple[argparse.Namespace, list[str]]:
    """Our options, and the arguments for pytest."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--times", type=int, default=10)
    parser.add_argument("--loops", type=int, default=4)
    parser.add_argument("--processors", type=int, default=2)
    return parser.parse_known_args()


@contextmanager
def busy(count: int) -> Iterator[None]:
    """So many processes that compute for ever, until the end."""
    loops = [subprocess.Popen([sys.executable, "-c", BUSY]) for _ in range(count)]
    try:
        yield
    finally:
        for loop in loops:
            loop.kill()
            loop.wait()


def passes(number: int, arguments: list[str]) -> bool:
    """One run; what it says is printed where it fails."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *arguments]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    lines = done.stdout.splitlines()
    print(f"{number}: {lines[-1] if lines else 'pytest said nothing'}", flush=True)
    if done.returncode:
        print(done.stdout, flush=True)
    return done.returncode == 0


if __name__ == "__main__":
    main()
