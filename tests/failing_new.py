"""An `operator new` that fails when it is told to, put before the library's own by LD_PRELOAD."""

import functools
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

SOURCE = r"""
#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

#include <atomic>
#include <new>

// Counts down with every allocation of the core's C++ (or of libstdc++ for it), and fails once at 0. Those of others,
// as NumPy and Python, are not counted.
static std::atomic<long> left{-1};
extern "C" void fail_the(long which) { left = which; }
extern "C" long stop_failing() { return left.exchange(-1); }

static bool fails(void *caller) {
  if (left.load() < 0) return false;
  Dl_info info;
  if (!dladdr(caller, &info) || !info.dli_fname) return false;
  if (!strstr(info.dli_fname, "_core.") && !strstr(info.dli_fname, "libstdc++")) return false;
  long now = left.load();
  while (now >= 0 && !left.compare_exchange_weak(now, now - 1)) {}
  return now == 0;
}
static void *get(size_t size, size_t alignment, void *caller) {
  if (fails(caller)) return nullptr;
  void *memory = nullptr;
  if (alignment <= sizeof(void *)) return malloc(size ? size : 1);
  return posix_memalign(&memory, alignment, size ? size : 1) == 0 ? memory : nullptr;
}
static void *or_throw(void *memory) {
  if (!memory) throw std::bad_alloc();
  return memory;
}
#define CALLER __builtin_return_address(0)
void *operator new(size_t size) { return or_throw(get(size, 0, CALLER)); }
void *operator new[](size_t size) { return or_throw(get(size, 0, CALLER)); }
void *operator new(size_t size, std::align_val_t a) { return or_throw(get(size, (size_t)a, CALLER)); }
void *operator new[](size_t size, std::align_val_t a) { return or_throw(get(size, (size_t)a, CALLER)); }
void *operator new(size_t size, const std::nothrow_t &) noexcept { return get(size, 0, CALLER); }
void *operator new[](size_t size, const std::nothrow_t &) noexcept { return get(size, 0, CALLER); }
void *operator new(size_t size, std::align_val_t a, const std::nothrow_t &) noexcept {
  return get(size, (size_t)a, CALLER);
}
void *operator new[](size_t size, std::align_val_t a, const std::nothrow_t &) noexcept {
  return get(size, (size_t)a, CALLER);
}
void operator delete(void *memory) noexcept { free(memory); }
void operator delete[](void *memory) noexcept { free(memory); }
void operator delete(void *memory, size_t) noexcept { free(memory); }
void operator delete[](void *memory, size_t) noexcept { free(memory); }
void operator delete(void *memory, std::align_val_t) noexcept { free(memory); }
void operator delete[](void *memory, std::align_val_t) noexcept { free(memory); }
void operator delete(void *memory, size_t, std::align_val_t) noexcept { free(memory); }
void operator delete[](void *memory, size_t, std::align_val_t) noexcept { free(memory); }
"""


@functools.cache
def library_path():
    """The compiled library; the test is skipped where there is no C++ compiler."""
    compiler = next(filter(None, map(shutil.which, ["c++", "g++", "clang++"])), None)
    if compiler is None:
        pytest.skip("no C++ compiler")
    folder = tempfile.TemporaryDirectory(prefix="failing_new")
    library_path.folder = folder  # removed with the process
    source, library = Path(folder.name, "failing_new.cpp"), Path(folder.name, "failing_new.so")
    source.write_text(SOURCE)
    command = [compiler, "-O1", "-std=c++17", "-shared", "-fPIC", "-o", library, source, "-ldl"]
    subprocess.run(command, check=True, capture_output=True)
    return library
