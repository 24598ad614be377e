// What a run looks at outside: signals, and the progress that somebody wants to hear of.
#pragma once

#include "bind/gil.hpp"

namespace maruyama {

// For Monitor: called without Python's lock, on the thread that started the run. It counts no references: whoever
// starts the run holds one to `progress`. What it calls computes as the caller does, not as the run.
inline std::function<void(Size)> outside(py::handle progress, Size path_steps) {
  return [progress, path_steps, callers = FloatControl::now()](Size done) {
    Gil gil;
    const WithFloats floats(callers);
    if (PyErr_CheckSignals() != 0) throw py::error_already_set();
    if (!progress.is_none()) progress(done, path_steps);
  };
}

}  // namespace maruyama
