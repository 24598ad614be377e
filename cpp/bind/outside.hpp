// What a run looks at outside: signals, and the progress that somebody wants to hear of.
#pragma once

#include "bind/gil.hpp"

namespace maruyama {

// For Monitor: called without Python's lock, on the thread that started the run.
inline std::function<void(Size)> outside(py::object progress, Size path_steps) {
  return [progress = std::move(progress), path_steps](Size done) {
    Gil gil;
    if (PyErr_CheckSignals() != 0) throw py::error_already_set();
    if (!progress.is_none()) progress(done, path_steps);
  };
}

}  // namespace maruyama
