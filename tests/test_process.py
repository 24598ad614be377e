"""The process: Ctrl-C, fork, multiprocessing, the interpreter's exit, and what an import leaves alone."""

import signal
import subprocess
import sys
import threading
import time

import pytest

from apart import command, run_apart
from c_fields import library_path

if sys.platform == "win32":
    pytest.skip("of POSIX processes", allow_module_level=True)

ANSWER_WITHIN = 0.3  # seconds

INTERRUPTED = """
    import ctypes, signal, sys, time
    import numpy as np
    import maruyama as mr

    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background jobs ignore it
    kind, threads, library = sys.argv[1], int(sys.argv[2]), sys.argv[3]
    if kind == "c function":
        field = ctypes.CDLL(library).decay
        pointer = ctypes.POINTER(ctypes.c_double)
        field.restype = None
        field.argtypes = [pointer, ctypes.c_double, pointer, ctypes.c_ssize_t, ctypes.c_ssize_t, ctypes.c_void_p]
    else:
        field = -1.0 if kind == "constant" else lambda x, t: -x
    for _ in range(3):
        print("running", flush=True)
        try:
            mr.euler_maruyama(field, 1.0, [0.0], paths=1_000_000, steps=1_000_000, seed=1, threads=threads)
        except KeyboardInterrupt:
            print(time.monotonic(), flush=True)
    run = mr.euler(lambda x, t: -x, [1.0], paths=100_000, steps=2, threads=2)
    assert (run.final == 0.25).all()
"""


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("kind", ["callback", "c function", "constant"])
def test_ctrl_c_is_answered_soon_and_the_library_goes_on(tmp_path, kind, threads):
    library = library_path() if kind == "c function" else "none"
    delays = []
    with subprocess.Popen(
        command(tmp_path, INTERRUPTED, kind, threads, library), stdout=subprocess.PIPE, text=True
    ) as process:
        limit = threading.Timer(20, process.kill)
        limit.start()
        try:
            for _ in range(3):
                assert process.stdout.readline() == "running\n"
                time.sleep(0.15)
                sent = time.monotonic()
                process.send_signal(signal.SIGINT)
                delays.append(float(process.stdout.readline()) - sent)
            assert process.wait(timeout=20) == 0
        finally:
            limit.cancel()
            process.kill()
    assert min(delays) < ANSWER_WITHIN  # a busy machine can only make it later


FORK = """
    import os, sys, threading, time
    import numpy as np
    import maruyama as mr

    def work(paths=100_000, steps=3):
        return mr.euler_maruyama(lambda x, t: -x, 1.0, [0.0], paths=paths, steps=steps, seed=1, threads=2).final

    def code_of(pid, seconds=20.0):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            found, status = os.waitpid(pid, os.WNOHANG)
            if found:
                return os.waitstatus_to_exitcode(status)
            time.sleep(0.005)
        os.kill(pid, 9)
        raise SystemExit("the child hangs")
"""


def test_a_fork_while_idle_leaves_both_processes_a_working_library(tmp_path):
    script = """
    expected = work()
    for _ in range(3):
        pid = os.fork()
        if pid == 0:
            os._exit(0 if (work() == expected).all() else 1)
        assert code_of(pid) == 0
        assert (work() == expected).all()
    """
    run_apart(tmp_path, FORK + script)


def test_a_forked_child_forks_again(tmp_path):
    script = """
    work()
    pid = os.fork()
    if pid == 0:
        work()
        grandchild = os.fork()
        if grandchild == 0:
            work()
            os._exit(0)
        os._exit(code_of(grandchild))
    assert code_of(pid) == 0
    """
    run_apart(tmp_path, FORK + script)


@pytest.mark.parametrize("field", ["0.0", "lambda x, t: -x"])
def test_a_fork_during_a_call_of_another_thread_leaves_the_child_a_working_library(tmp_path, field):
    script = f"""
    expected = work()
    started = threading.Event()
    def run():
        mr.euler_maruyama({field}, 1.0, [0.0], paths=100_000, steps=20_000, threads=2,
                          progress=lambda done, total: started.set() or (ended and 1 / 0))
    ended = []
    thread = threading.Thread(target=run)
    threading.excepthook = lambda args: None
    thread.start()
    assert started.wait(20)
    for leave in (os._exit, sys.exit):
        pid = os.fork()
        if pid == 0:
            right = (work() == expected).all()
            begun = time.monotonic()
            import atexit
            leave(0 if right else 1)
        begun = time.monotonic()
        assert code_of(pid) == 0
        assert time.monotonic() - begun < 4, "the child waited for a run that is not its own"
    assert thread.is_alive()
    ended.append(True)
    thread.join()
    assert (work() == expected).all()
    """
    run_apart(tmp_path, FORK + script)


def test_a_field_that_forks_goes_on_in_the_parent_alone(tmp_path):
    script = """
    here, caller, child = os.getpid(), threading.get_ident(), []
    def drift(x, t):
        if not child and threading.get_ident() == caller:
            child.append(os.fork())
        return -x
    try:
        run = mr.euler(drift, [1.0], paths=200_000, steps=10, threads=2)
    except RuntimeError as error:
        assert "forked inside a run" in str(error)
        os._exit(3 if os.getpid() != here else 1)
    assert os.getpid() == here
    assert (run.final == run.final[0]).all()
    assert code_of(child[0]) == 3
    """
    run_apart(tmp_path, FORK + script)


def test_a_child_forked_by_the_handler_of_a_signal_goes_on_without_the_run(tmp_path):
    script = """
    import signal
    here, caller, child = os.getpid(), threading.get_ident(), []
    def field(x, t):
        if threading.get_ident() != caller:
            came.append(True)
            time.sleep(0.5)
        elif not came:
            time.sleep(0.01)
        return -x
    came = []
    signal.signal(signal.SIGALRM, lambda *_: child.append(os.fork()))
    signal.setitimer(signal.ITIMER_REAL, 0.2)
    try:
        run = mr.euler(field, [1.0], paths=20_000, steps=1, threads=2)
    except RuntimeError as error:
        assert "forked" in str(error) and os.getpid() != here
        assert (work() == work()).all()
        os._exit(3)
    assert os.getpid() == here and (run.final == 0.0).all()
    assert code_of(child[0]) == 3
    """
    run_apart(tmp_path, FORK + script)


def test_a_child_forked_by_a_field_on_another_thread_ends(tmp_path):
    script = """
    here, caller, child = os.getpid(), threading.get_ident(), []
    def drift(x, t):
        if not child and threading.get_ident() != caller:
            child.append(os.fork())
        if not child:
            time.sleep(0.001)
        return -x
    run = mr.euler(drift, [1.0], paths=200_000, steps=200, threads=4)
    assert os.getpid() == here
    assert (run.final == run.final[0]).all()
    assert code_of(child[0]) == 1
    """
    run_apart(tmp_path, FORK + script)


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_no_thread_of_an_idle_pool_is_there_after_a_fork(tmp_path):
    # The scripts make every warning an error: os.fork() warns of threads from Python 3.12 on.
    script = """
    os.environ["OPENBLAS_NUM_THREADS"] = "1"
    counts = []
    os.register_at_fork(after_in_parent=lambda: counts.append(len(os.listdir("/proc/self/task"))))
    mr.euler(1.0, [0.0], paths=100_000, steps=3, threads=4)
    before = len(os.listdir("/proc/self/task"))
    pid = os.fork()
    if pid == 0:
        os._exit(0)
    assert code_of(pid) == 0
    assert before >= 4, before
    assert counts == [before - 3], (before, counts)
    """
    run_apart(tmp_path, FORK.replace("import numpy", "os.environ['OPENBLAS_NUM_THREADS'] = '1'; import numpy") + script)


@pytest.mark.parametrize("method", ["fork", "spawn", "forkserver"])
def test_multiprocessing_works_by(tmp_path, method):
    script = """
    import multiprocessing, sys
    import numpy as np
    import maruyama as mr

    def rows(lo, hi):
        return mr.euler_maruyama(lambda x, t: -x, 1.0, [0.0], paths=range(lo, hi), steps=3, seed=1, threads=2).final

    if __name__ == "__main__":
        expected = rows(0, 40_000)
        with multiprocessing.get_context(sys.argv[1]).Pool(2) as pool:
            parts = pool.starmap_async(rows, [(0, 20_000), (20_000, 40_000)]).get(timeout=40)
        assert (np.concatenate(parts) == expected).all()
        assert (rows(0, 40_000) == expected).all()
    """
    run_apart(tmp_path, script, method)


@pytest.mark.parametrize("field", ["0.0", "lambda x, t: -x", "lambda x, t: 1e-9 * mr.euler(0.0, x, steps=1).final"])
def test_a_daemon_thread_in_a_run_does_not_trouble_the_exit(tmp_path, field):
    script = f"""
    import threading, time
    import numpy as np
    import maruyama as mr

    started = threading.Event()
    def run():
        mr.euler_maruyama({field}, 1.0, [0.0], paths=100_000, steps=1_000_000, threads=2,
                          progress=lambda done, total: started.set())
    threading.excepthook = lambda args: print(args.exc_value)
    threading.Thread(target=run, daemon=True).start()
    assert started.wait(20)
    print(time.monotonic(), flush=True)
    """
    printed = run_apart(tmp_path, script, seconds=20).split("\n")
    assert time.monotonic() - float(printed[0]) < 4, "it was waited for until the limit"


@pytest.mark.parametrize("work", ["mr.standard_normal(3_000_000, seed=1, threads=2)",
                                  "mr.euler(lambda x, t: -x, [1.0], paths=50_000, steps=3, threads=2)"])  # fmt: skip
def test_daemon_threads_that_run_again_and_again_do_not_trouble_the_exit(tmp_path, work):
    script = f"""
    import os, sys, threading, time
    import maruyama as mr
    def run():
        while True:
            try:
                {work}
            except BaseException:
                pass
    for _ in range(3):
        threading.Thread(target=run, daemon=True).start()
    time.sleep(0.2)
    """
    for _ in range(5):
        assert run_apart(tmp_path, script, seconds=20) == ""


def test_a_process_with_idle_threads_exits_at_once(tmp_path):
    script = """
    import time
    import maruyama as mr
    for threads in (1, 2, 8):
        mr.euler(lambda x, t: -x, [1.0], paths=100_000, steps=3, threads=threads)
    print(time.monotonic(), flush=True)
    """
    printed = run_apart(tmp_path, script)
    assert time.monotonic() - float(printed) < 3


def test_import_and_runs_leave_subnormals_alone(tmp_path):
    script = """
    import sys
    smallest = float(sys.argv[1])
    import numpy as np
    import maruyama as mr
    assert smallest * 1.0 != 0
    kept = mr.euler(lambda x, t: x, [smallest], paths=100_000, steps=1, t=(0.0, 0.0001), threads=2).final
    assert (kept == smallest).all()
    assert (mr.euler(0.0, [smallest], paths=100_000, steps=1, threads=2).final == smallest).all()
    assert smallest * 1.0 != 0
    assert np.full(100, smallest).sum() == 100 * smallest != 0
    """
    run_apart(tmp_path, script, "5e-324")
