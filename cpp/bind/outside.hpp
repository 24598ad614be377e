// What a run looks at outside: signals, and the progress that somebody wants to hear of.
#pragma once

#include "bind/gil.hpp"

namespace maruyama {

// For Monitor: called without Python's lock, on the thread that started the run. It counts no references: whoever
// starts the run holds one to `progress`. What it calls computes as the caller does, not as the run.
// A path is `rows_of_path` of the rows that are counted.
inline std::function<void(Size)> outside(py::handle progress, Size path_steps, Size rows_of_path = 1) {
  return [progress, path_steps, rows_of_path, callers = FloatControl::now()](Size done) {
    Gil gil;
    const WithFloats floats(callers);
    check_signals();
    if (progress.is_none()) return;
    const py::int_ now(done / rows_of_path), all(path_steps);
    call_python(progress, {now.ptr(), all.ptr()});
  };
}

}  // namespace maruyama
