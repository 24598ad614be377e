// maruyama._core
#include "bind/bind.hpp"

PYBIND11_MODULE(_core, m) {
  m.doc() = "The C++ core of maruyama: checked arrays in, filled arrays out.";
  maruyama::bind_process(m);
  maruyama::bind_noise(m);
  maruyama::bind_fields(m);
  maruyama::bind_program(m);
  maruyama::bind_integrate(m);
}
