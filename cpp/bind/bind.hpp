// One function for each concept that Python sees; module.cpp calls them.
#pragma once

#include <pybind11/pybind11.h>

namespace maruyama {

void bind_fields(pybind11::module_& m);
void bind_integrate(pybind11::module_& m);
void bind_noise(pybind11::module_& m);
void bind_program(pybind11::module_& m);
void bind_process(pybind11::module_& m);

}  // namespace maruyama
