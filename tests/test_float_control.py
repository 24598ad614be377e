"""Rounding modes, flush-to-zero and traps of the calling thread: runs do not depend on them; callbacks see them."""

import contextlib
import ctypes
import ctypes.util
import os
import signal
import threading

import numpy as np
import pytest

import maruyama as mr
from apart import run_apart
from c_fields import c_field, library, library_path
from maruyama import _core

PATHS = 200_000  # a dozen blocks
UPWARD = {"x86_64": 0x800, "aarch64": 0x400000}
SMALL = np.full((PATHS, 1), 1e-308)
SMALL_FLOATS = np.full((PATHS, 1), 1e-38, np.float32)
THIRDS = np.full((PATHS, 1), 1 / 3)


@contextlib.contextmanager
def flush_to_zero():
    before = library().get_floats()
    library().set_floats(library().flush_to_zero())
    try:
        yield
    finally:
        library().set_floats(before)


@contextlib.contextmanager
def rounding_upward():
    libm = ctypes.CDLL(ctypes.util.find_library("m"))
    before = libm.fegetround()
    assert libm.fesetround(UPWARD[os.uname().machine]) == 0
    try:
        yield
    finally:
        libm.fesetround(before)


def decay(x, t):
    return -x


compiled_decay = mr.compile(lambda x, t: -0.3 * x * np.exp(-x) + 1e-310)
flow = mr.FlowModel(compiled_decay, init=1)

NATIVE = {  # computed by the core alone
    "constant": lambda threads: mr.euler(0.1, THIRDS, steps=9, threads=threads).final,
    "compiled": lambda threads: mr.euler(compiled_decay, SMALL, steps=64, t=(0.0, 3.2), threads=threads).final,
    "compiled-float32": lambda threads: (
        mr.euler(compiled_decay, SMALL_FLOATS, steps=64, t=(0.0, 3.2), threads=threads).final
    ),
    "noise-of-a-run": lambda threads: mr.euler_maruyama(0.1, 1e-300, SMALL, steps=9, seed=3, threads=threads).final,
    "general-noise": lambda threads: (
        mr.euler_maruyama(
            compiled_decay, np.full((1, 3), 0.1), THIRDS, noise="general", steps=5, seed=3, threads=threads
        ).final
    ),
    "brownian": lambda threads: mr.brownian(PATHS, steps=5, seed=3, threads=threads).x,
    "brownian-float32": lambda threads: mr.brownian(PATHS, steps=5, seed=3, threads=threads, dtype="float32").x,
    "noise": lambda _: mr.noise(3, paths=PATHS, steps=2, dim=2),
    "few-normals": lambda threads: mr.standard_normal(1000, seed=3, threads=threads),
    "normals": lambda threads: mr.standard_normal(PATHS, seed=3, threads=threads, dtype="float32"),
    "call": lambda _: compiled_decay(SMALL, 0.1),
    "operation": lambda _: _core.apply("multiply", SMALL[:99, 0], THIRDS[:99, 0]),
    "function": lambda _: _core.apply("exp", THIRDS[:99, 0]),
    "radii": lambda _: _core.radii(np.arange(1, 99, dtype=np.uint64) << np.uint64(50)),
}
OF_THE_USER = {  # NumPy or C of the user's computes some of it
    "callback": lambda threads: mr.euler(decay, SMALL, steps=64, t=(0.0, 3.2), threads=threads).final,
    "callback-with-noise": lambda threads: (
        mr.euler_maruyama(decay, 0.1, THIRDS, steps=5, seed=3, threads=threads).final
    ),
    "c-function": lambda threads: (
        mr.euler(c_field("decay"), SMALL, steps=64, t=(0.0, 3.2), threads=threads).final
    ),
    "model": lambda threads: flow.sample(PATHS, steps=5, seed=3, threads=threads),
    "process": lambda threads: mr.processes.CIR().simulate(0.3, paths=PATHS, steps=5, seed=3, threads=threads).final,
}  # fmt: skip
MODES = [flush_to_zero, rounding_upward]


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("name", NATIVE)
def test_the_bits_of_the_core_are_those_of_the_standard_mode(name, mode):
    compute = NATIVE[name]
    expected = compute(1)
    for threads in (1, 2):
        with mode():
            got = compute(threads)
        assert got.tobytes() == expected.tobytes()


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("name", OF_THE_USER)
def test_the_bits_of_a_run_do_not_depend_on_threads_in_any_mode(name, mode):
    compute = OF_THE_USER[name]
    with mode():
        one, two = compute(1), compute(2)
    assert one.tobytes() == two.tobytes()


@pytest.mark.parametrize("mode", MODES)
def test_the_steps_around_a_callback_are_in_the_standard_mode(mode):
    def zero(x, t):
        return np.zeros_like(x)

    with mode():
        final = mr.euler_maruyama(zero, 1e-300, SMALL, steps=3, seed=1, threads=2).final
    assert final.tobytes() == mr.euler_maruyama(zero, 1e-300, SMALL, steps=3, seed=1).final.tobytes()


@pytest.mark.parametrize("mode", MODES)
def test_what_is_traced_in_a_mode_is_what_is_traced_without_it(mode):
    third = np.array(1.0)

    def field(x, t):
        return x * (third / 3.0) + third * 1e-308 / 7.0

    with mode():
        traced = mr.compile(field)
        traced(np.ones((1, 1)), 0.0)
    assert traced(np.ones((1, 1)), 0.0).tobytes() == mr.compile(field)(np.ones((1, 1)), 0.0).tobytes()


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("mode", MODES)
def test_callbacks_on_every_thread_see_what_the_caller_has_set(mode, threads):
    seen, done = set(), set()

    def field(x, t):
        seen.add(library().get_floats())
        done.add(threading.get_ident())
        return -x

    with mode():
        wanted = library().get_floats()
        mr.euler_maruyama(field, field, THIRDS, steps=50, seed=1, threads=threads, progress=lambda *_: seen.add(
            library().get_floats()))  # fmt: skip
        assert library().get_floats() == wanted
    assert seen == {wanted}


@pytest.mark.parametrize("threads", [1, 2])
def test_c_functions_on_every_thread_see_what_the_caller_has_set(threads):
    seen = (ctypes.c_uint * 2).in_dll(library(), "seen_floats")
    seen[:] = [2**32 - 1, 0]
    with flush_to_zero():
        mr.euler(c_field("sees_floats"), THIRDS, steps=9, threads=threads)
        wanted = library().get_floats()
    assert seen[:] == [wanted, wanted]


def test_what_a_callback_sets_holds_for_its_call_alone():
    def field(x, t):
        if len(x) > 8:  # not in the second call of some steps, which looks at eight rows
            seen.add(library().get_floats())
        library().set_floats(library().flush_to_zero())
        return -x

    seen, before = set(), library().get_floats()
    final = mr.euler(field, SMALL, steps=64, t=(0.0, 3.2), threads=2).final
    assert seen == {before}
    assert library().get_floats() == before
    assert final.tobytes() == mr.euler(decay, SMALL, steps=64, t=(0.0, 3.2)).final.tobytes()


@pytest.mark.parametrize("error", [ValueError, mr.NonFiniteError])
def test_a_run_that_fails_gives_the_mode_back(error):
    def field(x, t):
        if error is ValueError:
            raise error
        return np.full_like(x, np.inf)

    with flush_to_zero():
        before = library().get_floats()
        with pytest.raises(error):
            mr.euler(field, THIRDS, steps=9, threads=2)
        assert library().get_floats() == before


def test_the_handler_of_a_signal_sees_what_the_caller_has_set():
    def handler(*_):
        seen.append(library().get_floats())

    def field(x, t):
        if not sent:
            sent.append(signal.raise_signal(signal.SIGUSR1))
        return -x

    sent, seen, before = [], [], signal.signal(signal.SIGUSR1, handler)
    try:
        with flush_to_zero():
            mr.euler(field, THIRDS, steps=9, threads=2)
            assert seen == [library().get_floats()]
    finally:
        signal.signal(signal.SIGUSR1, before)


def test_threads_that_are_started_in_a_mode_do_not_keep_it(tmp_path):
    script = """
    import ctypes, sys
    import numpy as np
    import maruyama as mr

    library = ctypes.CDLL(sys.argv[1])
    def run(threads):
        return mr.euler(mr.compile(lambda x, t: -x), x0, steps=64, t=(0.0, 3.2), threads=threads).final.tobytes()
    x0 = np.full((200_000, 1), 1e-308)
    expected, before = run(1), library.get_floats()
    library.set_floats(library.flush_to_zero())
    inside = [run(2) for _ in range(3)]  # the pool is made here
    library.set_floats(before)
    assert inside + [run(2) for _ in range(3)] == [expected] * 6
    """
    run_apart(tmp_path, script, library_path())


@pytest.mark.skipif(os.uname().machine != "x86_64", reason="ARM's processors need not trap")
def test_traps_of_the_calling_thread_do_not_end_the_process(tmp_path):
    script = """
    import ctypes, sys
    import numpy as np
    import maruyama as mr

    library = ctypes.CDLL(sys.argv[1])
    field = mr.compile(lambda x, t: np.where(x > 0, np.log(x), 1.0 / x))
    def run(threads):
        return mr.euler(field, np.zeros((50_000, 1)), steps=2, threads=threads, nonfinite="propagate").final.tobytes()
    expected = run(1)
    library.set_floats(library.trapping())
    got = [run(1), run(2)]
    library.set_floats(0x1f80)
    assert got == [expected] * 2
    """
    run_apart(tmp_path, script, library_path())
