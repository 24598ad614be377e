"""The process: Ctrl-C, fork, multiprocessing, the interpreter's exit, and what an import leaves alone."""

import signal
import subprocess
import sys

import pytest

from apart import AT_MOST, command, run_apart
from c_fields import library_path

if sys.platform == "win32":
    pytest.skip("of POSIX processes", allow_module_level=True)

ANSWER_WITHIN = 0.3  # seconds of processor time, which a busy machine does not make longer

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
        field = {"constant": -1.0, "callback": lambda x, t: -x, "compiled": mr.compile(lambda x, t: -x)}[kind]

    def run_for_hours(progress=False):
        mr.euler_maruyama(
            field, 1.0, [0.0], paths=1_000_000, steps=1_000_000, seed=1, threads=threads, progress=progress
        )

    def works():
        return (mr.euler(lambda x, t: -x, [1.0], paths=100_000, steps=2, threads=2).final == 0.25).all()
"""
KINDS = ["callback", "c function", "constant", "compiled"]


def library_for(kind):
    return library_path() if kind == "c function" else "none"


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("kind", KINDS)
def test_ctrl_c_ends_a_run_and_the_library_goes_on(tmp_path, kind, threads):
    script = """
    started = []
    for _ in range(3):
        started.clear()
        try:
            run_for_hours(progress=lambda done, total: started or started.append(print("running", flush=True)))
        except KeyboardInterrupt:
            print("interrupted", flush=True)
    assert works()
    """
    with subprocess.Popen(
        command(tmp_path, INTERRUPTED + script, kind, threads, library_for(kind)), stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            for _ in range(3):
                assert process.stdout.readline() == "running\n"
                process.send_signal(signal.SIGINT)
                assert process.stdout.readline() == "interrupted\n"
            assert process.wait(timeout=AT_MOST) == 0
        finally:
            process.kill()


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("kind", KINDS)
def test_ctrl_c_is_answered_before_much_is_done(tmp_path, kind, threads):
    script = """
    sent_at, waits = 0.1, []
    signal.signal(signal.SIGPROF, signal.default_int_handler)
    for _ in range(3):
        begun = time.process_time()
        signal.setitimer(signal.ITIMER_PROF, sent_at)
        try:
            run_for_hours()
        except KeyboardInterrupt:
            waits.append(time.process_time() - begun - sent_at)
    assert works()
    print(min(waits))
    """
    assert float(run_apart(tmp_path, INTERRUPTED + script, kind, threads, library_for(kind))) < ANSWER_WITHIN


FORK = """
    import os, signal, sys, threading, time
    import numpy as np
    import maruyama as mr

    HERE, CALLER = os.getpid(), threading.get_ident()

    def work(paths=100_000, steps=3):
        return mr.euler_maruyama(lambda x, t: -x, 1.0, [0.0], paths=paths, steps=steps, seed=1, threads=2).final

    def on_caller():
        return threading.get_ident() == CALLER

    def code_of(pid):
        for _ in range(30_000):  # hundredths of a second, or more: only what hangs takes them all
            found, status = os.waitpid(pid, os.WNOHANG)
            if found:
                return os.waitstatus_to_exitcode(status)
            time.sleep(0.01)
        os.kill(pid, signal.SIGABRT)  # it writes what its threads are at
        os.waitpid(pid, 0)
        raise SystemExit("the child hangs: see above where")

    def end_of_script(children, wanted=3):
        # A child goes on after the run as real programs do: what the run left behind is destroyed, the library is used.
        assert (work() == expected).all()
        if os.getpid() != HERE:
            sys.exit(3)
        assert [code_of(child) for child in children] == [wanted] * len(children) != []

    class Enough(Exception):
        pass

    expected = work()
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
    def progress(done, total):
        started.set()
        if ended:
            raise Enough
    def run():
        try:
            mr.euler_maruyama({field}, 1.0, [0.0], paths=100_000, steps=10**9, threads=2, progress=progress)
        except Enough:
            ended.append("by Enough")
    started, ended = threading.Event(), []
    thread = threading.Thread(target=run)
    thread.start()
    started.wait()
    for leave in (os._exit, sys.exit):
        pid = os.fork()
        if pid == 0:
            right = (work() == expected).all()
            leave(0 if right and mr._core.runs_under_way() == 0 else 1)  # the exit waits for runs under way
        assert code_of(pid) == 0
    assert thread.is_alive() and mr._core.runs_under_way() == 1
    ended.append("now")
    thread.join()
    assert ended == ["now", "by Enough"]
    assert (work() == expected).all()
    """
    run_apart(tmp_path, FORK + script)


FORKING = {
    "the function": "def drift(x, t): fork_once(); return -x",
    "its result, as an array": """
    class Forks:
        def __init__(self, values): self.values = values
        def __array__(self, dtype=None, copy=None): fork_once(); return self.values
    def drift(x, t): return Forks(-x)""",
    "its result, when nobody wants it": """
    class Forks(np.ndarray):
        def __del__(self): fork_once()
    def drift(x, t): return (-x).view(Forks)""",
    "a run inside": """
    def inner(x, t): fork_once(); return -x
    def drift(x, t): return mr.euler(inner, x, steps=1, threads=2).final - x""",
}


@pytest.mark.parametrize("place", FORKING)
@pytest.mark.parametrize("options", ["threads=1", "threads=2", "threads=3, progress=True"])
def test_a_run_that_forks_on_the_callers_thread_goes_on_in_the_parent_alone(tmp_path, place, options):
    script = f"""
    children = []
    def fork_once():
        if on_caller() and not children:
            time.sleep(0.02)  # the others come to wait for their turn: a child would wait for them
            children.append(os.fork())
    {FORKING[place]}
    try:
        while not children:  # the other threads may do all of a run before the caller's comes to some of it
            run = mr.euler(drift, [1.0], paths=200_000, steps=10, {options})
    except RuntimeError as error:
        assert os.getpid() != HERE and "forked inside a run" in str(error)
    else:
        assert os.getpid() == HERE and (run.final == run.final[0]).all()
    end_of_script(children)
    """
    run_apart(tmp_path, FORK + script)


@pytest.mark.parametrize("threads", [1, 2])
def test_a_child_that_leaves_the_field_by_an_exception_leaves_the_run_by_it(tmp_path, threads):
    script = f"""
    children = []
    def drift(x, t):
        if on_caller() and not children:
            children.append(os.fork())
            if children == [0]:
                sys.exit(5)
        return -x
    while not children:
        mr.euler(drift, [1.0], paths=200_000, steps=10, threads={threads})
    end_of_script(children, wanted=5)
    """
    run_apart(tmp_path, FORK + script)


HANDLER = """
    handled, children = threading.Event(), []
    def fork(*_):
        children.append(os.fork())
        handled.set()
    def wait_for_handler():
        os.kill(HERE, signal.SIGUSR1)
        handled.wait()
    signal.signal(signal.SIGUSR1, fork)
"""


def test_a_handler_that_forks_while_the_caller_waits_for_its_turn_leaves_the_child_without_the_run(tmp_path):
    script = """
    def field(x, t):
        if not on_caller() and not handled.is_set():
            wait_for_handler()
        if on_caller() and handled.is_set():
            raise Enough
        time.sleep(0.001)
        return -x
    try:
        mr.euler(field, [1.0], paths=20_000, steps=10**9, threads=2)
    except Enough:
        assert os.getpid() == HERE
    except RuntimeError as error:
        assert os.getpid() != HERE and "forked inside a run" in str(error)
    end_of_script(children)
    """
    run_apart(tmp_path, FORK + HANDLER + script)


def test_a_handler_that_forks_while_the_caller_waits_for_the_end_leaves_the_child_without_the_run(tmp_path):
    script = """
    def field(x, t):
        if len(x) > 8:  # a block, not some rows of it that are looked at once more
            calls.append(on_caller())
        if not on_caller() and calls.count(True) == 20 and not children:  # the caller is through with its block of two
            time.sleep(0.1)  # it comes to give back what it has
            wait_for_handler()
        time.sleep(0.001)
        return -x
    while not children:
        calls = []
        try:
            mr.euler(field, [1.0], paths=20_000, steps=20, threads=2)
        except RuntimeError as error:
            assert os.getpid() != HERE and "forked inside a run" in str(error)
    end_of_script(children)
    """
    run_apart(tmp_path, FORK + HANDLER + script)


@pytest.mark.parametrize("call", ["mr.standard_normal(2**24, seed=1, threads=2)",
                                  "mr.noise(1, paths=2**24, steps=1, dim=1)",
                                  "compiled(x, 0.0)"])  # fmt: skip
def test_a_handler_that_forks_in_a_call_without_a_python_field_leaves_the_child_without_it(tmp_path, call):
    script = f"""
    def fork(*_):
        children.append(os.fork())
    signal.signal(signal.SIGPROF, fork)
    os.environ["MARUYAMA_NUM_THREADS"] = "2"
    compiled, x = mr.compile(lambda x, t: np.sin(np.exp(np.cos(x)))), np.ones((2**24, 1))
    compiled(x[:9], 0.0)
    code = None
    while code != 3:  # until it was forked inside
        children = []
        signal.setitimer(signal.ITIMER_PROF, 0.03)
        try:
            {call}
        except RuntimeError as error:
            assert os.getpid() != HERE and "forked inside a run" in str(error)
            end_of_script(children)
        while not children:
            pass
        if os.getpid() != HERE:
            os._exit(4)
        code = code_of(children[0])
        assert code in (3, 4)
    assert (work() == expected).all()
    """
    run_apart(tmp_path, FORK + script)


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("field", ["0.0", "lambda x, t: -x", "mr.compile(lambda x, t: -x)"])
def test_progress_that_forks_leaves_the_child_without_the_run(tmp_path, field, threads):
    script = f"""
    children = []
    def progress(done, total):
        if children:
            raise Enough
        children.append(os.fork())
    try:
        mr.euler_maruyama({field}, 1.0, [1.0], paths=200_000, steps=10**9, threads={threads}, progress=progress)
    except Enough:
        assert os.getpid() == HERE
    except RuntimeError as error:
        assert os.getpid() != HERE and "forked inside a run" in str(error)
    end_of_script(children)
    """
    run_apart(tmp_path, FORK + script)


def test_a_child_forked_by_a_field_on_another_thread_ends(tmp_path):
    script = """
    children = []
    def drift(x, t):
        if on_caller() and children:
            raise Enough
        if not on_caller() and not children:
            children.append(os.fork())
        time.sleep(0.001)
        return -x
    try:
        mr.euler(drift, [1.0], paths=200_000, steps=10**9, threads=4)
    except Enough:
        assert os.getpid() == HERE
    end_of_script(children, wanted=1)
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
            parts = pool.starmap_async(rows, [(0, 20_000), (20_000, 40_000)]).get()
        assert (np.concatenate(parts) == expected).all()
        assert (rows(0, 40_000) == expected).all()
    """
    run_apart(tmp_path, script, method)


# What is in `after` is called when the library's own part of the exit is over.
EXIT = """
    import atexit, os, sys, threading, time
    after = []
    atexit.register(lambda: [each() for each in after])
    import numpy as np
    import maruyama as mr
    threading.excepthook = lambda args: None
"""


@pytest.mark.parametrize("field", ["0.0", "lambda x, t: -x", "lambda x, t: 1e-9 * mr.euler(0.0, x, steps=1).final"])
def test_a_daemon_thread_in_a_run_does_not_trouble_the_exit(tmp_path, field):
    script = f"""
    started = threading.Event()
    def run():
        mr.euler_maruyama({field}, 1.0, [0.0], paths=100_000, steps=1_000_000, threads=2,
                          progress=lambda done, total: started.set())
    threading.Thread(target=run, daemon=True).start()
    started.wait()
    after.append(lambda: print(mr._core.runs_under_way(), "under way"))
    print(mr._core.runs_under_way() > 0, flush=True)
    """
    assert run_apart(tmp_path, EXIT + script) == "True\n0 under way\n", "it was waited for until the limit"


@pytest.mark.parametrize("work", ["mr.standard_normal(3_000_000, seed=1, threads=2)",
                                  "mr.euler(lambda x, t: -x, [1.0], paths=50_000, steps=3, threads=2)"])  # fmt: skip
def test_daemon_threads_that_run_again_and_again_do_not_trouble_the_exit(tmp_path, work):
    script = f"""
    def run():
        while True:
            try:
                {work}
            except BaseException:
                pass
            ran.release()
    ran = threading.Semaphore(0)
    for _ in range(3):
        threading.Thread(target=run, daemon=True).start()
    for _ in range(6):
        ran.acquire()
    """
    for _ in range(5):
        assert run_apart(tmp_path, EXIT + script) == ""


@pytest.mark.parametrize("on_main", [True, False])
@pytest.mark.parametrize("call", ["mr.euler(never, [1.0], paths=100_000, steps=3, threads=2)",
                                  "mr.standard_normal(100_000, seed=1, threads=2)"])  # fmt: skip
def test_a_run_that_begins_after_the_exit_has_waited_is_refused(tmp_path, call, on_main):
    script = f"""
    def never(x, t):
        os._exit(1)
    def run():
        exiting.wait()
        try:
            {call}
        except RuntimeError as error:
            print(error, flush=True)
        refused.set()
    def exit():
        exiting.set()
        if {on_main}:
            run()
        refused.wait()
    exiting, refused = threading.Event(), threading.Event()
    if not {on_main}:
        threading.Thread(target=run, daemon=True).start()
    after.append(exit)
    """
    assert run_apart(tmp_path, EXIT + script) == "the interpreter is shutting down\n"


NEVER_ENDING = {
    "a field that sleeps": "mr.euler(forever, x0, steps=1, threads=THREADS)",
    "a field that computes": "mr.euler(computes, x0, steps=1, threads=THREADS)",
    "a run inside a run": "mr.euler(lambda x, t: mr.euler(forever, x, steps=1).final, x0, steps=1, threads=THREADS)",
    "a C function in Python": "mr.euler(c_function(forever), x0, steps=1, threads=THREADS)",
    "one beside a callback": "mr.euler_maruyama(lambda x, t: -x, c_function(forever), x0, steps=1, threads=THREADS)",
    "a result that becomes an array": "mr.euler(lambda x, t: Late(), x0, steps=1, threads=THREADS)",
    "progress": "mr.euler(-1.0, x0, steps=10**9, threads=THREADS, progress=forever)",
    "progress of a callback": "mr.euler(lambda x, t: -x, x0, steps=10**9, threads=THREADS, progress=forever)",
}


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("call", NEVER_ENDING)
def test_what_never_ends_on_a_daemon_thread_does_not_trouble_the_exit(tmp_path, call, threads):
    script = f"""
    import ctypes
    def came():
        started.set()
        return 1
    def forever(*_):
        while came():
            time.sleep(0.001)
    def computes(x, t):
        while came():
            np.sin(x)
    def c_function(function):
        numbers, size = ctypes.POINTER(ctypes.c_double), ctypes.c_ssize_t
        return ctypes.CFUNCTYPE(None, numbers, ctypes.c_double, numbers, size, size, ctypes.c_void_p)(function)
    class Late:
        __array__ = forever
    started, x0, THREADS = threading.Event(), np.ones((100_000, 1)), {threads}
    threading.Thread(target=lambda: {NEVER_ENDING[call]}, daemon=True).start()
    started.wait()
    """
    assert run_apart(tmp_path, EXIT + script) == ""


def test_a_process_with_idle_threads_exits_without_waiting_for_them(tmp_path):
    script = """
    for threads in (1, 2, 8):
        mr.euler(lambda x, t: -x, [1.0], paths=100_000, steps=3, threads=threads)
    after.append(lambda: print(mr._core.runs_under_way()))
    """
    assert run_apart(tmp_path, EXIT + script) == "0\n"


IMPORTED = {
    "import": """
def drift(x, t):
    time.sleep(0.001)
    import asks_for_itself
    return asks_for_itself.RATE * x
""",
    "import by name": """
import importlib
def drift(x, t):
    time.sleep(0.001)
    return importlib.import_module("asks_for_itself").RATE * x
""",
    "import where the result becomes an array": """
class Late:
    def __init__(self, x):
        self.x = x
    def __array__(self, *_, **__):
        import asks_for_itself
        return asks_for_itself.RATE * self.x
def drift(x, t):
    time.sleep(0.001)
    return Late(x)
""",
    "import in a C function": """
import ctypes
NUMBERS, SIZE = ctypes.POINTER(ctypes.c_double), ctypes.c_ssize_t
@ctypes.CFUNCTYPE(None, NUMBERS, ctypes.c_double, NUMBERS, SIZE, SIZE, ctypes.c_void_p)
def drift(x, t, out, paths, dim, data):
    import asks_for_itself
    for i in range(paths * dim):
        out[i] = asks_for_itself.RATE * x[i]
""",
}


@pytest.mark.parametrize("module", ["asks_for_itself", "importlib.reload(asks_for_itself)"])
@pytest.mark.parametrize("way", IMPORTED)
def test_a_module_may_run_a_field_that_imports_it(tmp_path, way, module):
    run = "run = mr.euler(drift, [1.0], paths=100_000, steps=4, threads=4)"  # other threads have time to come
    (tmp_path / "asks_for_itself.py").write_text(
        f"import time\nimport maruyama as mr\nRATE = -1.0\n{IMPORTED[way]}\n{run}\n"
    )
    script = f"""
    import importlib
    import asks_for_itself
    assert ({module}.run.final == 0.75**4).all()
    """
    run_apart(tmp_path, script)


@pytest.mark.parametrize("before", ["", "import maruyama"])
@pytest.mark.parametrize("kind", ["isolated", "legacy"])
def test_a_subinterpreter_is_refused_the_library_in_a_sentence(tmp_path, kind, before):
    script = f"""
    {before}
    try:
        import _interpreters
        create = lambda: _interpreters.create("{kind}")
    except ImportError:
        import inspect, _xxsubinterpreters as _interpreters
        create = lambda: _interpreters.create(isolated="{kind}" == "isolated")
    source = (
        "try:\\n    import maruyama\\n"
        "except ImportError as error:\\n    import os\\n    os.write(1, str(error).encode())\\n"
    )
    _interpreters.run_string(create(), source)
    import maruyama as mr
    assert (mr.euler(lambda x, t: -x, [1.0], paths=100_000, steps=2, threads=2).final == 0.25).all()
    """
    assert "subinterpreter" in run_apart(tmp_path, script)


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
