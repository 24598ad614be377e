"""Memory: what a run takes, what it gives back, and what is refused before anything is allocated."""

import re
import time
from pathlib import Path

import numpy as np
import pytest

import maruyama as mr
from apart import run_apart

STATUS = Path("/proc/self/status")
linux = pytest.mark.skipif(
    not STATUS.exists() or "VmHWM" not in STATUS.read_text(), reason="the peak of memory is read from /proc"
)

MEASURE = """
    import os
    os.environ["OPENBLAS_NUM_THREADS"] = "1"
    import resource
    import numpy as np
    import maruyama as mr

    def peak():
        # ru_maxrss would do, were it not inherited: it begins with the peak of the process that started this one.
        return 1024 * int(open("/proc/self/status").read().partition("VmHWM:")[2].split()[0])

    def now():
        return int(open("/proc/self/statm").read().split()[1]) * resource.getpagesize()
"""
MIB = 2**20


def measured(path, script):
    return [int(number) for number in run_apart(path, MEASURE + script).split()]


@linux
def test_a_few_states_too_many_would_be_seen(tmp_path):
    script = """
    def run(save):
        return mr.euler(-0.5, [0.0], paths=100_000, steps=10, threads=2, save=save).x

    run("final")
    before = peak()
    saved = run("all")
    print(peak() - before, saved.nbytes)
    """
    grown, saved = measured(tmp_path, script)
    assert 0.9 * saved < grown < saved + 4 * MIB


@linux
def test_ten_thousand_steps_of_a_hundred_thousand_paths_take_one_state(tmp_path):
    script = """
    def run(steps):
        return mr.euler_maruyama(-0.5, 1.0, [0.0], paths=100_000, steps=steps, seed=1, threads=2, dtype="float32").final

    run(1)  # the library, its threads and their stacks
    before = peak()
    state = run(10_000)
    print(peak() - before, state.nbytes)
    """
    grown, state = measured(tmp_path, script)
    assert grown < state + 4 * MIB


@linux
@pytest.mark.parametrize("field", ["lambda x, t: -x", "-0.5"])
def test_memory_does_not_grow_with_steps(tmp_path, field):
    script = f"""
    def run(steps):
        return mr.euler_maruyama({field}, 1.0, [0.0], paths=100_000, steps=steps, seed=1, threads=2)

    run(10)
    before = peak()
    run(1000)
    print(peak() - before)
    """
    (grown,) = measured(tmp_path, script)
    assert grown < 2 * MIB


@linux
def test_nothing_is_left_behind_by_runs_errors_and_kept_states(tmp_path):
    script = """
    kept = []
    def keeps(x, t):
        kept[:] = [x, x[::2]]
        return -x
    def fails(x, t):
        raise ValueError(x)
    x0 = np.ones((20_000, 1))
    def some_of_each(times):
        for _ in range(times):
            mr.euler_maruyama(keeps, lambda x, t: [1.0] * x.shape[1], x0, steps=2, seed=1, threads=2)
            mr.euler(np.inf, x0, steps=2, nonfinite="propagate", save="all", progress=lambda *_: None)
            for field, error in [(fails, ValueError), (np.inf, mr.NonFiniteError), (lambda x, t: None, TypeError)]:
                try:
                    mr.euler(field, x0, steps=2, threads=2)
                except error:
                    pass
    some_of_each(50)
    before = now()
    some_of_each(200)
    print(now() - before)
    """
    (grown,) = measured(tmp_path, script)
    assert grown < 4 * MIB  # one state of 160 kB lost each time would be 32 MB


@linux
def test_a_run_into_a_memmap_of_all_steps_takes_no_other_memory(tmp_path):
    script = """
    import tempfile
    with tempfile.TemporaryFile() as file:
        out = np.memmap(file, np.float64, "w+", shape=(5, 200_000, 1))
        mr.euler(-1.0, [1.0], paths=200_000, steps=4, save="all", out=out, threads=2)  # touches every page of it
        before = peak()
        run = mr.euler(-1.0, [1.0], paths=200_000, steps=4, save="all", out=out, threads=2)
        print(peak() - before)
        assert run.x is out
    """
    (grown,) = measured(tmp_path, script)
    assert grown < 1 * MIB


def test_a_memmap_is_filled_in_place(tmp_path):
    out = np.memmap(tmp_path / "x", np.float64, "w+", shape=(5, 1000, 2))
    run = mr.euler_maruyama(lambda x, t: -x, 1.0, [1.0, 2.0], paths=1000, steps=4, seed=1, save="all", out=out)
    out.flush()
    expected = mr.euler_maruyama(lambda x, t: -x, 1.0, [1.0, 2.0], paths=1000, steps=4, seed=1, save="all").x
    assert (run.x == expected).all()
    assert (np.fromfile(tmp_path / "x").reshape(expected.shape) == expected).all()


def never(x, t):
    pytest.fail("the field was called")


@pytest.mark.parametrize(
    ("call", "size"),
    [
        (lambda: mr.euler(never, [1.0], paths=10**14, steps=1), 8 * 10**14),
        (lambda: mr.euler(never, [1.0], paths=10**7, steps=10**7, save="all"), 8e14),
        (lambda: mr.euler(never, [1.0], paths=2**31, steps=2**31, save="all"), 8 * 2.0**62),
        (lambda: mr.euler(never, [1.0] * 1000, paths=2**50, steps=2**50, save="all"), 8000 * 2.0**100),
        (lambda: mr.euler(never, [1.0], paths=2**63 - 1, steps=1), 8 * 2.0**63),
        (lambda: mr.euler(never, [1.0], paths=10**15, steps=1, dtype="float32"), 4e15),
        (lambda: mr.euler_maruyama(never, never, [1.0], paths=range(2**62), steps=1, seed=1), 8 * 2.0**62),
        (lambda: mr.noise(1, paths=2**21, steps=2**21, dim=2**21), 8 * 2.0**63),
        (lambda: mr.noise(1, paths=10**7, steps=10**7, dim=2), 1.6e15),
        (lambda: mr.brownian(10**10, steps=10**5, seed=1), 8e15),
        (lambda: mr.brownian(1, steps=2, dim=10**12), 8e12),
        (lambda: mr.standard_normal((2**30, 2**30, 2**30), seed=1), 8 * 2.0**90),
        (lambda: mr.standard_normal(10**15, seed=1, dtype="float32"), 4e15),
    ],
)
def test_a_size_that_does_not_fit_is_refused_at_once_by_its_bytes(call, size):
    begun = time.process_time()
    with pytest.raises(MemoryError, match=r"of shape \(.*needs .* bytes.*; ") as caught:
        call()
    assert time.process_time() - begun < 1
    named = float(re.search(r"needs ([\d.e+]+) bytes", str(caught.value))[1])
    assert named == pytest.approx(size, rel=0.05)


@pytest.mark.parametrize("steps", [2**62, 2**63, 2**64, 10**30])
def test_more_path_steps_than_can_be_counted_are_refused(steps):
    begun = time.process_time()
    with pytest.raises((OverflowError, MemoryError)):
        mr.euler(never, [1.0], paths=10**6, steps=steps)
    assert time.process_time() - begun < 1


@linux
def test_what_the_system_refuses_is_a_memory_error_that_names_its_bytes(tmp_path):
    script = """
    resource.setrlimit(resource.RLIMIT_AS, (4 * 2**30, 4 * 2**30))
    try:
        mr.euler(lambda x, t: 1 / 0, [1.0], paths=10**9, steps=1)
    except MemoryError as error:
        assert "8.0e+09 bytes" in str(error) or "8.0e9 bytes (7.5 GiB)" in str(error), error
        print(peak())
    assert (mr.euler(lambda x, t: -x, [1.0], paths=1000, steps=1).final == 0).all()
    """
    (taken,) = measured(tmp_path, script)
    assert taken < 1000 * MIB


@pytest.mark.parametrize("save", ["final", "all"])
@pytest.mark.parametrize("shape", [(0, 1), (0, 0), (3, 0)])
@pytest.mark.parametrize("field", [-1.0, lambda x, t: -x])
def test_no_paths_and_no_dimensions_are_sizes_too(field, shape, save):
    run = mr.euler_maruyama(field, 1.0, np.ones(shape), steps=3, seed=1, save=save, threads=2)
    assert run.x.shape == ({"final": 1, "all": 4}[save], *shape)


@pytest.mark.parametrize("save", ["final", "all", 2])
def test_no_steps_give_x0(save):
    x0 = np.arange(6.0).reshape(3, 2)
    run = mr.euler_maruyama(lambda x, t: pytest.fail("was called"), 1.0, x0, steps=0, t=(0.0, 0.0), seed=1, save=save)
    assert run.x.shape == (1, 3, 2)
    assert (run.final == x0).all()


WIDE = {
    "constant": "mr.euler_maruyama(-0.5, 1.0, x0, paths=1, steps=2, seed=1, threads=2)",
    "callback": "mr.euler(lambda x, t: -x, x0, paths=1, steps=2, threads=2)",
    "callback-with-noise": "mr.euler_maruyama(lambda x, t: -x, 1.0, x0, paths=1, steps=2, seed=1, threads=2)",
    "brownian": "mr.brownian(1, steps=2, dim=x0.size, seed=1, save='final', threads=2)",
}


@linux
@pytest.mark.parametrize("name", WIDE)
def test_one_path_of_many_dimensions_takes_some_of_its_states(tmp_path, name):
    script = f"""
    x0 = np.ones(1000)
    {WIDE[name]}
    x0 = np.ones(2_000_000)
    before = peak()
    {WIDE[name]}
    print(peak() - before, x0.nbytes)
    """
    grown, state = measured(tmp_path, script)
    assert grown < 12 * state  # states, values and normals; 32 lanes of one of them would be more


@pytest.mark.parametrize("paths", [1, 3, 33, 70])
def test_wide_states_have_the_bits_of_narrow_ones(paths):
    """Of a constant drift, in rows beyond 4096 dimensions, and of a callback, which is always given rows."""
    wide = mr.euler_maruyama(0.25, 0.5, np.full(5000, 0.1), paths=paths, steps=3, seed=4, threads=2).final
    by_callback = mr.euler_maruyama(lambda x, t: np.full_like(x, 0.25), 0.5, np.full(5000, 0.1), paths=paths, steps=3,
                                    seed=4).final  # fmt: skip
    assert wide.tobytes() == by_callback.tobytes()


@linux
def test_what_the_core_cannot_have_is_a_memory_error_that_names_its_bytes(tmp_path):
    script = """
    x0 = np.ones(40_000_000)
    out = np.empty((1, x0.size))
    mr.euler(lambda x, t: -x, [1.0], paths=1000, steps=1, threads=1)
    limit = int(open("/proc/self/statm").read().split()[0]) * resource.getpagesize() + 100 * 2**20
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    try:
        mr.euler(lambda x, t: -x, x0, paths=1, steps=1, threads=1, out=out)
    except MemoryError as error:
        assert "needs 3.2e+08 bytes" in str(error), error
        print(1)
    """
    assert measured(tmp_path, script) == [1]
