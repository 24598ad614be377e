// The exceptions that the core throws on its own account.
#pragma once

#include <cstdio>
#include <exception>
#include <new>
#include <stdexcept>

#include "base/sizes.hpp"

namespace maruyama {

// The state in `row` (of the run, not of the tile) was no longer finite after `step`.
struct NonFinite : std::exception {
  NonFinite(Size row_, Size step_) : row(row_), step(step_) {}
  const char* what() const noexcept override { return "a state is not finite"; }
  Size row, step;
};

// Somebody else asked the run to stop. It never reaches the caller while another exception explains why.
struct Stopped : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// The system has no memory. It says of how many bytes without asking for any.
class NoMemory : public std::bad_alloc {
 public:
  explicit NoMemory(Size bytes) {
    std::snprintf(text_, sizeof text_,
                  "the work memory of a thread needs %.1e bytes, which the system does not give: run with fewer "
                  "dimensions, or fewer threads (threads=1)",
                  static_cast<double>(bytes));
  }
  const char* what() const noexcept override { return text_; }

 private:
  char text_[160];
};

constexpr const char* kForked = "the process was forked inside a run; the run goes on in the parent only";

}  // namespace maruyama
