"""C functions as fields: the forms that are taken, the signatures that are refused, and how they run."""

import ctypes
import gc
import threading

import numpy as np
import pytest

import maruyama as mr
from c_fields import DOUBLES, FLOATS, c_field, library

PATHS = 50_000

WITH_C = {
    "ctypes": lambda: c_field("decay"),
    "ctypes in a LowLevelCallable": lambda: low_level(c_field("decay")),
    "capsule in a LowLevelCallable": lambda: low_level(
        capsule("decay", b"void (const double *, double, double *, intptr_t, intptr_t, void *)")
    ),
    "capsule with names": lambda: low_level(
        capsule("decay", b"void (const double *x, double t, double *out, intptr paths, intptr dim, void *data)")
    ),
}


def low_level(function, user_data=None):
    scipy = pytest.importorskip("scipy")
    return scipy.LowLevelCallable(function, user_data)


def capsule(name, signature):
    new = ctypes.pythonapi.PyCapsule_New
    new.restype, new.argtypes = ctypes.py_object, [ctypes.c_void_p] * 3
    kept = ctypes.create_string_buffer(signature)
    capsule.kept.append(kept)  # a capsule does not copy its name
    return new(ctypes.cast(library()[name], ctypes.c_void_p).value, ctypes.addressof(kept), None)


capsule.kept = []


def python_callback(argtypes):
    """A ctypes function that calls Python."""

    def decay(x, t, out, paths, dim, data):
        for i in range(paths * dim):
            out[i] = -x[i]

    return ctypes.CFUNCTYPE(None, *argtypes)(decay)


@pytest.fixture(scope="module")
def numba_decay():
    numba = pytest.importorskip("numba")
    types = numba.types
    pointer = types.CPointer(types.double)

    @numba.cfunc(types.void(pointer, types.double, pointer, types.intp, types.intp, types.voidptr))
    def decay(x, t, out, paths, dim, data):
        for i in range(paths * dim):
            out[i] = -x[i]

    return decay


def states(dtype=np.float64):
    return (np.arange(2 * PATHS, dtype=dtype).reshape(PATHS, 2) % 1001 - 500) / 8


def euler_maruyama(drift, diffusion=0.5, x0=None, **options):
    x0 = states() if x0 is None else x0
    return mr.euler_maruyama(drift, diffusion, x0, **{"steps": 3, "seed": 1, "threads": 2, **options})


@pytest.mark.parametrize("form", WITH_C)
def test_gives_the_bits_of_the_python_function_as(form):
    run = euler_maruyama(WITH_C[form]())
    assert run.route == "drift: c function, diffusion: constant"
    assert (run.final == euler_maruyama(lambda x, t: -x).final).all()


def test_gives_the_bits_of_the_python_function_as_a_numba_cfunc(numba_decay):
    run = euler_maruyama(numba_decay)
    assert run.route == "drift: c function, diffusion: constant"
    assert (run.final == euler_maruyama(lambda x, t: -x).final).all()


def test_a_ctypes_callback_into_python_is_a_c_function():
    x0 = states()[:500]
    assert (euler_maruyama(python_callback(DOUBLES), x0=x0).final == euler_maruyama(lambda x, t: -x, x0=x0).final).all()


def test_states_of_float32_take_a_function_of_floats():
    x0 = states(np.float32)
    run = euler_maruyama(c_field("decay_of_floats", FLOATS), x0=x0)
    assert run.final.dtype == np.float32
    assert (run.final == euler_maruyama(lambda x, t: -x, x0=x0).final).all()


def test_diffusion_may_be_a_c_function():
    run = euler_maruyama(lambda x, t: -x, c_field("decay"))
    assert run.route == "drift: callback, diffusion: c function"
    assert (run.final == euler_maruyama(lambda x, t: -x, lambda x, t: -x).final).all()


def test_it_is_given_the_time_and_the_dimensions_row_by_row():
    run = mr.euler(c_field("time_and_place"), np.zeros((1000, 3)), steps=4, t=(0.0, 2.0), threads=2)
    assert (run.final == [0.5 * (0.0 + 0.5 + 1.0 + 1.5), 2.0, 4.0]).all()


def test_user_data_of_a_low_level_callable_is_handed_over():
    factor = (ctypes.c_double * 1)(-0.5)
    function = low_level(c_field("times_data"), ctypes.cast(factor, ctypes.c_void_p))
    assert (mr.euler(function, states(), steps=1).final == 0.5 * states()).all()


def test_the_function_is_kept_alive_during_the_run():
    def with_nobody_else_to_hold_it():
        def drift(x, t, out, paths, dim, data):
            gc.collect()
            out[0] = -x[0]

        return ctypes.CFUNCTYPE(None, *DOUBLES)(drift)

    assert (mr.euler(with_nobody_else_to_hold_it(), [[1.0]], steps=4).final == 0.75**4).all()


@pytest.mark.parametrize("threads", [1, 2, 5])
def test_results_do_not_depend_on_threads(threads):
    one = euler_maruyama(c_field("decay"), c_field("decay"), threads=1).final
    assert (euler_maruyama(c_field("decay"), c_field("decay"), threads=threads).final == one).all()


def test_another_python_thread_goes_on_meanwhile():
    ticks, ended = ctypes.c_int.in_dll(library(), "ticks"), threading.Event()

    def tick():
        while not ended.wait(0.001):
            ticks.value += 1

    ticking = threading.Thread(target=tick)
    ticking.start()
    run = mr.euler(c_field("waits_for_a_tick"), [1.0], paths=1, steps=5, threads=1)
    ended.set()
    ticking.join()
    assert run.final == 6.0, "one for each step in which another thread ticked"


def test_two_threads_call_at_once():
    ctypes.c_int.in_dll(library(), "met").value = 0
    mr.euler(c_field("meet"), [1.0], paths=PATHS, steps=3, threads=2)
    assert ctypes.c_int.in_dll(library(), "met").value == 1


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        [*DOUBLES[:5]],
        [*DOUBLES, ctypes.c_void_p],
        [ctypes.c_double, *DOUBLES[1:]],
        [DOUBLES[0], ctypes.c_float, *DOUBLES[2:]],
        [*DOUBLES[:3], ctypes.c_int, ctypes.c_int, ctypes.c_void_p],
        [*DOUBLES[:3], ctypes.c_size_t, ctypes.c_size_t, ctypes.c_void_p],
        [DOUBLES[0], ctypes.c_double, FLOATS[0], *DOUBLES[3:]],
        [ctypes.POINTER(ctypes.c_longdouble), ctypes.c_double, ctypes.POINTER(ctypes.c_longdouble), *DOUBLES[3:]],
        [ctypes.c_void_p, ctypes.c_double, ctypes.c_void_p, *DOUBLES[3:]],
    ],
    ids=[
        "none", "no data", "one more", "a double for x", "a float for t", "ints", "unsigned", "mixed", "long double",
        "void pointers",
    ],
)  # fmt: skip
def test_other_arguments_are_refused_and_the_right_ones_named(arguments):
    with pytest.raises(TypeError, match=r"drift is a C function.*expected 'void \(const double \*x, double t"):
        euler_maruyama(c_field("decay", arguments))


@pytest.mark.parametrize("restype", [ctypes.c_int, ctypes.c_double, ctypes.c_void_p])
def test_a_function_that_returns_something_is_refused(restype):
    with pytest.raises(TypeError, match="drift is a C function"):
        euler_maruyama(c_field("decay", restype=restype))


def test_a_function_without_argtypes_is_refused_with_the_remedy():
    with pytest.raises(TypeError, match=r"set \.restype and \.argtypes"):
        euler_maruyama(c_field("decay", argtypes=None))


@pytest.mark.parametrize(
    "signature",
    [
        b"void (double *, double, double *, int, int, void *)",
        b"double (double *, double, double *, intptr, intptr, void *)",
        b"void (double, double *, double *, intptr, intptr, void *)",
        b"void (double **, double, double *, intptr, intptr, void *)",
        b"void (long double *, double, long double *, intptr, intptr, void *)",
        b"double (int, double *)",
        b"nonsense",
        b"",
    ],
)
def test_a_capsule_of_another_signature_is_refused(signature):
    with pytest.raises(TypeError, match=r"diffusion is a C function.*expected 'void"):
        euler_maruyama(0.0, low_level(capsule("decay", signature)))


@pytest.mark.parametrize(
    "make", [mr.compile, mr.pointwise, lambda c: mr.guided(c, 2.0, null=0), lambda c: mr.with_noise(c, c, 1.0, init=1)]
)
def test_a_c_function_is_no_python_function_to_make_something_of(make, numba_decay):
    with pytest.raises(
        TypeError, match=r"is a C function, expected a Python function of \(x, t\): a C function is a field"
    ):
        make(numba_decay)


def test_a_numba_cfunc_of_another_signature_is_refused():
    numba = pytest.importorskip("numba")

    @numba.cfunc("float64(float64)")
    def square(x):
        return x * x

    with pytest.raises(TypeError, match=r"velocity is a C function 'double \(double\)', expected 'void"):
        mr.euler(square, [1.0], paths=1, steps=1)


@pytest.mark.parametrize(
    ("name", "argtypes", "dtype"), [("decay", DOUBLES, "float32"), ("decay_of_floats", FLOATS, "float64")]
)
def test_a_function_of_the_other_dtype_is_refused_with_the_remedy(name, argtypes, dtype):
    other = {"float32": "float64", "float64": "float32"}[dtype]
    with pytest.raises(TypeError, match=f"the state is {dtype}: say dtype='{other}'"):
        euler_maruyama(c_field(name, argtypes), dtype=dtype)


def test_a_null_pointer_is_refused():
    with pytest.raises(ValueError, match="drift is a null pointer"):
        euler_maruyama(ctypes.CFUNCTYPE(None, *DOUBLES)())


def test_general_noise_refuses_a_c_function_as_diffusion():
    with pytest.raises(TypeError, match="noise='general' does not take a C function"):
        euler_maruyama(0.0, c_field("decay"), noise="general")


def test_general_noise_takes_a_c_function_as_drift():
    g = np.array([[1.0, 0.5, 0.25], [0.0, 2.0, 1.0]])
    run = euler_maruyama(c_field("decay"), g, noise="general")
    assert (run.final == euler_maruyama(lambda x, t: -x, g, noise="general").final).all()


def test_args_that_no_coefficient_could_take_are_refused():
    with pytest.raises(ValueError, match="no coefficient is a Python function"):
        euler_maruyama(c_field("decay"), args=(1.0,))


def test_a_state_that_is_not_finite_is_found():
    factor = (ctypes.c_double * 1)(1e300)
    function = low_level(c_field("times_data"), ctypes.cast(factor, ctypes.c_void_p))
    with pytest.raises(mr.NonFiniteError, match="path 2 is no longer finite at step 2"):
        mr.euler(function, [[0.0], [0.0], [1.0]], steps=4)
