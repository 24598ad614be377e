"""A system that gives no memory: whichever allocation of the core fails, the run ends in MemoryError or is right."""

import sys

import pytest

from apart import run_apart
from failing_new import library_path

SCRIPT = """
import ctypes, os, sys
import numpy as np
import maruyama as mr
from maruyama import _core

memory = ctypes.CDLL(sys.argv[1])
compute = eval(sys.argv[2], {"np": np, "mr": mr})
threads, cold = int(sys.argv[3]), sys.argv[4] == "cold"

def armed(function):
    # pybind11 makes its own objects where no exception may pass: only what the core does in a call is to fail.
    def call(*args, **options):
        global untouched
        memory.fail_the(which)
        try:
            return function(*args, **options)
        finally:
            untouched = memory.stop_failing() >= 0
    return call

def chill():
    # A fork stops the pool, which grows again with the next run.
    if cold:
        child = os.fork()
        if child == 0:
            os._exit(0)
        os.waitpid(child, 0)

def right(x):
    return np.asarray(x).tobytes() == expected

expected = np.asarray(compute(1)).tobytes()
assert right(compute(threads))
which = -1
for place, name in [(_core, "integrate"), (_core, "fill_noise"), (_core, "fill_normals"), (_core.Program, "evaluate")]:
    setattr(place, name, armed(getattr(place, name)))
for number in range(2000):
    chill()
    which = number
    print(which, file=sys.stderr, flush=True)  # the last one, should the process end
    try:
        x, failed = compute(threads), False
    except MemoryError as error:
        x, failed = None, True
        assert str(error), "it says nothing"
    which, passed = -1, untouched
    assert failed or right(x), number
    assert right(compute(threads)), number
    if passed:
        break
else:
    raise AssertionError("it never ended")
print(number)
"""
X0 = "np.linspace(0.1, 1.0, 3000)[:, None]"
RUNS = {
    "constant": f"lambda n: mr.euler_maruyama(0.1, 0.5, {X0}, steps=3, seed=1, threads=n).final",
    "callback": f"lambda n: mr.euler_maruyama(lambda x, t: -x, lambda x, t: 1 + x, {X0}, steps=3, seed=1, "
    "threads=n, save='all').x",
    "big-callback": "lambda n: mr.euler(lambda x, t: -x, np.ones((40_000, 1)), steps=2, threads=n).final",
    "compiled": f"lambda n, f=mr.compile(lambda x, t: np.sin(x)): mr.euler(f, {X0}, steps=3, threads=n).final",
    "compiled-call": f"lambda n, f=mr.compile(lambda x, t: np.sin(x)): f({X0}, 0.0)",
    "noise": "lambda n: mr.noise(1, paths=40_000, steps=3, dim=3)",
    "brownian": "lambda n: mr.brownian(3000, steps=3, seed=1, threads=n).x",
    "standard-normal": "lambda n: mr.standard_normal(100_000, seed=1, threads=n)",
    "general-noise": f"lambda n: mr.euler_maruyama(lambda x, t: -x, lambda x, t: x[:, :, None] * np.ones(3), {X0}, "
    "noise='general', steps=3, seed=1, threads=n, save='all').x",
    "failing-callback": "lambda n: mr.euler(lambda x, t: [[1.0]], [[1.0]], steps=2, threads=n, progress=lambda *_: 0)"
    ".final",
}


@pytest.mark.skipif(sys.platform != "linux", reason="LD_PRELOAD")
@pytest.mark.parametrize(
    ("threads", "pool"), [(1, "none"), (2, "warm"), (2, "cold"), (4, "warm"), (4, "cold")], ids=lambda each: str(each)
)
@pytest.mark.parametrize("name", RUNS)
def test_no_single_failed_allocation_ends_the_process_or_changes_a_bit(tmp_path, monkeypatch, name, threads, pool):
    monkeypatch.setenv("LD_PRELOAD", str(library_path()))
    failed = int(run_apart(tmp_path, SCRIPT, library_path(), RUNS[name], threads, pool))
    assert failed > 3  # so many allocations were there to fail
