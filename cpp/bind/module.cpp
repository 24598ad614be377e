// maruyama._core
#include "bind/bind.hpp"

// The start of the module lies behind a look at the interpreter, for pybind11 asks for Python's lock in it, and a
// subinterpreter would wait for ever.
#define PyInit__core start_in_main_interpreter
PYBIND11_MODULE(_core, m) {
  m.doc() = "The C++ core of maruyama: checked arrays in, filled arrays out.";
  maruyama::bind_process(m);
  maruyama::bind_noise(m);
  maruyama::bind_fields(m);
  maruyama::bind_program(m);
  maruyama::bind_integrate(m);
}
#undef PyInit__core

// The threads of a run find Python by PyGILState_Ensure, which knows the main interpreter alone.
extern "C" PYBIND11_EXPORT PyObject* PyInit__core() {
  if (PyInterpreterState_Get() == PyInterpreterState_Main()) return start_in_main_interpreter();
  PyErr_SetString(PyExc_ImportError,
                  "maruyama works in Python's main interpreter alone, and this is a subinterpreter: import it in the "
                  "main one, or use processes (multiprocessing, concurrent.futures.ProcessPoolExecutor)");
  return nullptr;
}
