"""Fields written in C, compiled once for the tests that want them."""

import ctypes
import functools
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

POINTER, FLOAT_POINTER = ctypes.POINTER(ctypes.c_double), ctypes.POINTER(ctypes.c_float)
DOUBLES = (POINTER, ctypes.c_double, POINTER, ctypes.c_ssize_t, ctypes.c_ssize_t, ctypes.c_void_p)
FLOATS = (FLOAT_POINTER, ctypes.c_double, FLOAT_POINTER, ctypes.c_ssize_t, ctypes.c_ssize_t, ctypes.c_void_p)

SOURCE = r"""
#include <stdint.h>
#include <time.h>

void decay(const double *x, double t, double *out, intptr_t paths, intptr_t dim, void *data) {
  (void)t; (void)data;
  for (intptr_t i = 0; i < paths * dim; ++i) out[i] = -x[i];
}
void decay_of_floats(const float *x, double t, float *out, intptr_t paths, intptr_t dim, void *data) {
  (void)t; (void)data;
  for (intptr_t i = 0; i < paths * dim; ++i) out[i] = -x[i];
}
/* The time in the first dimension, the number of the dimension in all others. */
void time_and_place(const double *x, double t, double *out, intptr_t paths, intptr_t dim, void *data) {
  (void)x; (void)data;
  for (intptr_t path = 0; path < paths; ++path)
    for (intptr_t i = 0; i < dim; ++i) out[path * dim + i] = i == 0 ? t : (double)i;
}
void times_data(const double *x, double t, double *out, intptr_t paths, intptr_t dim, void *data) {
  (void)t;
  for (intptr_t i = 0; i < paths * dim; ++i) out[i] = *(const double *)data * x[i];
}
/* Waits, for two minutes at most, until another thread has counted `ticks` on: 5 (in five steps: 1), or else 0. */
volatile int ticks = 0;
void waits_for_a_tick(const double *x, double t, double *out, intptr_t paths, intptr_t dim, void *data) {
  const struct timespec some = {0, 1000000};
  const int before = ticks;
  (void)x; (void)t; (void)data;
  for (int i = 0; i < 120000 && ticks == before; ++i) nanosleep(&some, 0);
  for (intptr_t i = 0; i < paths * dim; ++i) out[i] = ticks == before ? 0.0 : 5.0;
}
/* The register that says how the thread rounds and what becomes of its subnormal numbers; and the bits of one mode. */
#if defined(__x86_64__)
unsigned get_floats(void) { return __builtin_ia32_stmxcsr() & ~0x3fu; } /* without what has happened so far */
void set_floats(unsigned bits) { __builtin_ia32_ldmxcsr(bits); }
unsigned flush_to_zero(void) { return 0x1f80 | 0x8040; }
unsigned trapping(void) { return 0x1f80 & ~(0x80 | 0x200 | 0x400); }
#else
unsigned get_floats(void) { uint64_t bits; __asm__ volatile("mrs %0, fpcr" : "=r"(bits)); return (unsigned)bits; }
void set_floats(unsigned bits) { uint64_t all = bits; __asm__ volatile("msr fpcr, %0" ::"r"(all)); }
unsigned flush_to_zero(void) { return 1u << 24; }
unsigned trapping(void) { return 7u << 8; }
#endif
unsigned seen_floats[2]; /* the least and the largest that a call of `sees_floats` met */
void sees_floats(const double *x, double t, double *out, intptr_t paths, intptr_t dim, void *data) {
  const unsigned now = get_floats();
  if (now < seen_floats[0]) seen_floats[0] = now;
  if (now > seen_floats[1]) seen_floats[1] = now;
  decay(x, t, out, paths, dim, data);
}
/* Waits, for two minutes at most, until two calls are under way at once; `met` says whether that was so. */
int met = 0;
void meet(const double *x, double t, double *out, intptr_t paths, intptr_t dim, void *data) {
  static int inside = 0;
  const struct timespec some = {0, 1000000};
  __sync_add_and_fetch(&inside, 1);
  for (int i = 0; i < 120000 && !__sync_add_and_fetch(&met, 0); ++i) {
    if (__sync_add_and_fetch(&inside, 0) >= 2) __sync_lock_test_and_set(&met, 1);
    else nanosleep(&some, 0);
  }
  __sync_sub_and_fetch(&inside, 1);
  decay(x, t, out, paths, dim, data);
}
"""


@functools.cache
def library_path():
    """The compiled library; the test is skipped where there is no C compiler."""
    compiler = next(filter(None, map(shutil.which, ["cc", "gcc", "clang"])), None)
    if compiler is None:
        pytest.skip("no C compiler")
    folder = tempfile.TemporaryDirectory(prefix="c_fields")
    library_path.folder = folder  # removed with the process
    source, library = Path(folder.name, "fields.c"), Path(folder.name, "fields.so")
    source.write_text(SOURCE)
    subprocess.run([compiler, "-O1", "-shared", "-fPIC", "-o", library, source], check=True)
    return library


@functools.cache
def library():
    return ctypes.CDLL(str(library_path()))


def c_field(name, argtypes=DOUBLES, restype=None):
    """A new ctypes function of the library."""
    function = ctypes.CDLL(str(library_path()))[name]
    function.argtypes, function.restype = argtypes, restype
    return function
