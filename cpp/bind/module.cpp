// maruyama._core
#include "bind/bind.hpp"

namespace {

// The threads of a run find Python by PyGILState_Ensure, which knows the main interpreter alone.
bool is_main_interpreter() { return PyInterpreterState_Get() == PyInterpreterState_Main(); }

constexpr const char* kRefusal =
    "maruyama works in Python's main interpreter alone, and this is a subinterpreter: import it in the main one, or "
    "use "
    "processes (multiprocessing, concurrent.futures.ProcessPoolExecutor)";

}  // namespace

// The start of the module lies behind a look at the interpreter, for pybind11 asks for Python's lock in it, and a
// subinterpreter of Python 3.11 would wait for ever. From 3.13 on it is called in the main interpreter, and only what
// fills the module in the other.
#define PyInit__core start_in_main_interpreter
PYBIND11_MODULE(_core, m) {
  if (!is_main_interpreter()) throw pybind11::import_error(kRefusal);
  m.doc() = "The C++ core of maruyama: checked arrays in, filled arrays out.";
  maruyama::bind_process(m);
  maruyama::bind_noise(m);
  maruyama::bind_fields(m);
  maruyama::bind_program(m);
  maruyama::bind_integrate(m);
}
#undef PyInit__core

extern "C" PYBIND11_EXPORT PyObject* PyInit__core() {
  if (is_main_interpreter()) return start_in_main_interpreter();
  PyErr_SetString(PyExc_ImportError, kRefusal);
  return nullptr;
}
