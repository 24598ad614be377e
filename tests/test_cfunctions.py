"""C functions: the accepted signatures run, all others are refused by a sentence that names the signature."""

import ctypes
from ctypes import POINTER, c_double, c_float, c_int32, c_ssize_t, c_void_p

import numpy as np
import pytest

import maruyama as mr
from maruyama.cfunctions import SIGNATURE, c_pointer

scipy = pytest.importorskip("scipy")

X0 = np.arange(20_000.0).reshape(10_000, 2) / 1e4


def prototype(real=c_double, size=c_ssize_t, *, result=None, data=(c_void_p,), time=c_double):
    return ctypes.CFUNCTYPE(result, POINTER(real), time, POINTER(real), size, size, *data)


def decay(real=c_double, factor=-1.0):
    """A C function out = factor * x, by way of Python."""

    def function(x, t, out, paths, dim, data):
        scale = ctypes.cast(data, POINTER(c_double))[0] if data else factor
        values = np.ctypeslib.as_array(x, (paths, dim))
        np.ctypeslib.as_array(out, (paths, dim))[:] = values * np.asarray(scale, values.dtype)

    return prototype(real)(function)


@pytest.fixture(scope="module")
def numba_decay():
    numba = pytest.importorskip("numba")
    types = numba.types

    def make(real, time=types.float64, data=(types.voidptr,)):
        pointer = types.CPointer(real)
        arguments = (pointer, time, pointer, types.intp, types.intp, *data)

        if data:

            def function(x, t, out, paths, dim, data):
                for i in range(paths * dim):
                    out[i] = -x[i]
        else:

            def function(x, t, out, paths, dim):
                out[0] = x[0]

        return numba.cfunc(types.void(*arguments))(function)

    return make


EXPECTED = mr.euler_maruyama(lambda x, t: -x, 0.5, X0, steps=5, seed=7).final


def final(drift, x0=X0, diffusion=0.5):
    return mr.euler_maruyama(drift, diffusion, x0, steps=5, seed=7).final


def test_a_ctypes_function_runs():
    assert (final(decay()) == EXPECTED).all()


def test_a_low_level_callable_runs():
    assert (final(scipy.LowLevelCallable(decay())) == EXPECTED).all()


def test_a_low_level_callable_has_its_data():
    factor = c_double(-1.0)
    data = ctypes.cast(ctypes.pointer(factor), c_void_p)
    assert (final(scipy.LowLevelCallable(decay(factor=5.0), data)) == EXPECTED).all()


def test_a_numba_cfunc_runs(numba_decay):
    numba = pytest.importorskip("numba")
    assert (final(numba_decay(numba.float64)) == EXPECTED).all()
    assert (final(scipy.LowLevelCallable(numba_decay(numba.float64).ctypes)) == EXPECTED).all()


def test_a_numba_cfunc_of_floats_runs(numba_decay):
    numba = pytest.importorskip("numba")
    x0 = X0.astype(np.float32)
    assert (final(numba_decay(numba.float32), x0) == final(lambda x, t: -x, x0)).all()


def test_a_c_function_may_be_the_diffusion():
    assert (final(0.0, diffusion=decay()) == final(0.0, diffusion=lambda x, t: -x)).all()


def test_the_route_is_in_the_result():
    assert mr.euler(decay(), X0, steps=1).route == "c function"


@pytest.mark.parametrize(
    "signature",
    [
        "void (double *, double, double *, npy_intp, npy_intp, void *)",
        "void (const double *x, double t, double *out, intptr_t paths, intptr_t dim, void *data)",
        "void(double*,double,double*,ssize_t,ssize_t,void*)",
        "void (double const *, double, double *, Py_ssize_t, ptrdiff_t, void *)",
        SIGNATURE,
        SIGNATURE.replace("double *", "float *"),
    ],
)
def test_spellings_of_the_signature_are_accepted(signature):
    function = decay()
    pointer = c_pointer(scipy.LowLevelCallable(function, signature=signature), "drift")
    assert pointer.address == ctypes.cast(function, c_void_p).value
    assert pointer.dtype == (np.float32 if "float" in signature else np.float64)


@pytest.mark.parametrize(
    "function",
    [
        prototype(data=()),
        prototype(data=(c_void_p, c_void_p)),
        prototype(size=c_int32),
        prototype(result=c_double),
        prototype(time=c_float),
        prototype(real=c_int32),
        ctypes.CFUNCTYPE(None, c_void_p, c_double, c_void_p, c_ssize_t, c_ssize_t, c_void_p),
        ctypes.CFUNCTYPE(None, POINTER(c_float), c_double, POINTER(c_double), c_ssize_t, c_ssize_t, c_void_p),
    ],
)
def test_another_ctypes_signature_is_refused(function):
    with pytest.raises(TypeError, match=r"drift is a C function .*, expected 'void \(const double \*x, double t,"):
        final(function(lambda *args: None))


def test_a_ctypes_function_without_argtypes_is_refused():
    with pytest.raises(TypeError, match=r"without argtypes: set .restype and .argtypes"):
        final(ctypes.CDLL(None).qsort)


@pytest.mark.parametrize(
    "signature",
    [
        "double (double)",
        "void (double *, double, double *, int, int, void *)",
        "nonsense",
        SIGNATURE.replace("double t", "long double t"),
    ],
)
def test_another_low_level_callable_is_refused(signature):
    with pytest.raises(TypeError, match="expected 'void"):
        final(scipy.LowLevelCallable(decay(), signature=signature))


def test_another_numba_signature_is_refused(numba_decay):
    numba = pytest.importorskip("numba")
    with pytest.raises(TypeError, match=r"drift is a C function 'void \(double\*, double, double\*, int64, int64\)'"):
        final(numba_decay(numba.float64, data=()))


def test_the_function_must_compute_in_the_dtype_of_the_state():
    with pytest.raises(TypeError, match="C function of float64, but the state is float32: say dtype='float64'"):
        final(decay(), X0.astype(np.float32))


def test_general_noise_refuses_c_functions_with_the_remedy():
    with pytest.raises(TypeError, match="give a Python function or a constant"):
        mr.euler_maruyama(0.0, decay(), X0, steps=1, noise="general")


def test_a_null_pointer_is_refused():
    with pytest.raises(ValueError, match="null pointer"):
        final(prototype()())
