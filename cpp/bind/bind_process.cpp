// The process: what it was built with, the instruction sets, the end.

#include <pybind11/stl.h>

#include <optional>

#include "bind/bind.hpp"
#include "bind/gil.hpp"
#include "kernels/kernels.hpp"
#include "simd/float_control.hpp"
#include "threads/pool.hpp"

namespace maruyama {

namespace {

std::vector<std::string> levels() {
  std::vector<std::string> names;
  for (const Kernels* table : built_in())
    if (has(table->isa)) names.emplace_back(name(table->isa));
  return names;
}

void shutdown() {
  py::gil_scoped_release release;
  Monitor::stop_all_and_wait();
  Pool::stop();
}

// A context manager of Python's.
class StandardFloats {
 public:
  void enter() { floats_.emplace(FloatControl::standard()); }
  void exit(const py::args&) { floats_.reset(); }

 private:
  std::optional<WithFloats> floats_;
};

}  // namespace

void bind_process(py::module_& m) {
#if defined(__clang__)
  m.attr("compiler") = "Clang " __clang_version__;
#else
  m.attr("compiler") = "GCC " __VERSION__;
#endif
  try {
    kernels();
  } catch (const std::runtime_error& error) {
    throw py::import_error(error.what());
  }
  py::class_<StandardFloats>(m, "StandardFloats", "With it a thread computes in the standard way of IEEE 754.")
      .def(py::init())
      .def("__enter__", &StandardFloats::enter)
      .def("__exit__", &StandardFloats::exit);
  m.def("levels", levels, "The instruction sets that are built in and that this processor has, the smallest first.");
  m.def("level", [] { return name(kernels().isa); }, "The instruction set in use.");
  m.def("runs_under_way", Monitor::under_way, "How many runs this process has begun and not ended.");
  m.def("shutdown", shutdown, "Stop running jobs and the threads; for the interpreter's exit.");
}

}  // namespace maruyama
