"""What surrounds tracing: a fork, NumPy's error state, numba's functions, a user's folder named as a library."""

import importlib.util
import os

import numpy as np
import pytest

import maruyama as mr
from apart import run_apart

FORK = """
import os, threading, warnings
import maruyama as mr

tracing, go_on = threading.Event(), threading.Event()

def slow(x, t):
    tracing.set()
    go_on.wait()
    return -x

thread = threading.Thread(target=lambda: mr.compile(slow)([[1.0]], 0.0))
thread.start()
tracing.wait()
warnings.simplefilter("ignore")  # Python warns of every fork beside a thread
child = os.fork()
if child == 0:
    os._exit(0 if mr.compile(lambda x, t: -2 * x)([[1.0]], 0.0) == -2.0 else 1)
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
go_on.set()
thread.join()
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_a_child_forked_while_another_thread_traces_can_trace(tmp_path):
    assert run_apart(tmp_path, FORK).split() == ["0"]


@pytest.mark.parametrize(("value", "expected"), [(1e-50, 1.0), (1e50, np.inf)])
def test_constants_that_float32_does_not_hold_are_traced_where_numpy_raises(value, expected):
    with np.errstate(all="raise"):
        result = mr.compile(lambda x, t: x + value)(np.ones((1, 1), np.float32), 0.0)
    assert result == expected


def test_a_callback_may_return_what_float32_does_not_hold_where_numpy_raises():
    with np.errstate(all="raise"):
        run = mr.euler(lambda x, t: np.full(x.shape, 1e-50), np.ones((2, 1), np.float32), steps=1)
    assert (run.final == 1.0).all()


def test_a_function_of_numba_is_told_its_python_function():
    numba = pytest.importorskip("numba")
    helper = numba.njit(lambda v: 2 * v)
    with pytest.raises(mr.TracingError, match=r"test_tracing_surprises\.py:\d+: .*helper\(x\)[^#]*py_func"):  # the line
        mr.compile(lambda x, t: helper(x))([[1.0]], 0.0)
    assert mr.compile(lambda x, t: helper.py_func(x))([[1.0]], 0.0) == 2.0


def test_the_line_in_a_folder_named_as_a_library_is_named(tmp_path):
    folder = tmp_path / "scipy"
    folder.mkdir()
    (folder / "mine.py").write_text("def field(x, t):\n    return x if x > 0 else -x  # here\n")
    spec = importlib.util.spec_from_file_location("mine", folder / "mine.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    with pytest.raises(mr.TracingError, match=r"mine\.py:2: return x if x > 0 else -x  # here"):
        mr.compile(module.field)([[1.0]], 0.0)


NAMED = """
import sys
import maruyama as mr

def field(x, t):
    return x if x > 0 else -x  # here

assert "scipy" not in sys.modules
try:
    mr.compile(field)([[1.0]], 0.0)
except mr.TracingError as error:
    print(error.line)
"""


def test_the_line_is_named_where_scipy_is_not_imported(tmp_path):
    assert "return x if x > 0 else -x  # here" in run_apart(tmp_path, NAMED)


def test_a_table_of_pandas_with_objects_is_told_to_numpy():
    class Table:
        def __array__(self, dtype=None, copy=None):
            return np.array([[1.0]], object)

        def to_numpy(self, dtype):
            return np.ones((1, 1), dtype)

    with pytest.raises(TypeError, match=r"write table\.to_numpy\(float\)"):
        mr.euler(-1.0, Table(), steps=1)


WAITING = """
import concurrent.futures
import maruyama as mr

pool = concurrent.futures.ThreadPoolExecutor(1)
inner = mr.compile(lambda x, t: -x)

@mr.compile
def waits(x, t):
    rate = pool.submit(lambda: mr.euler(inner, [1.0], paths=1, steps=2).final[0, 0]).result()
    return -rate * x

print(mr.euler(waits, [1.0], paths=1, steps=1).final)
"""


def test_a_traced_function_may_wait_for_a_thread_that_traces(tmp_path):
    assert run_apart(tmp_path, WAITING).split() == ["[[0.75]]"]


IMPORTING = """
import maruyama as mr

@mr.compile
def field(x, t):
    from scipy.special import {name}
    return {call}

import sys
assert "scipy.special" not in sys.modules
print(mr.euler(field, [[1.0, 2.0]], steps=2).final.shape)
"""


@pytest.mark.parametrize(
    ("name", "call"),
    [("softmax", "softmax(x, axis=1)"), ("logsumexp", "x - logsumexp(x, axis=1, keepdims=True)"), ("erf", "erf(x)")],
)
def test_functions_of_scipy_may_be_imported_inside(tmp_path, name, call):
    assert run_apart(tmp_path, IMPORTING.format(name=name, call=call)) == "(1, 2)\n"
