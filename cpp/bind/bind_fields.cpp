// The forms of a field: Constant, Callback, CFunction.
#include <pybind11/numpy.h>

#include "bind/arrays.hpp"
#include "bind/bind.hpp"
#include "bind/callback.hpp"
#include "integrate/c_function.hpp"
#include "integrate/constant.hpp"

namespace maruyama {

void bind_fields(py::module_& m) {
  py::class_<Field>(m, "Field", "A coefficient of the equation.");

  py::class_<Constant, Field>(m, "Constant", "The same values for every path and every time.")
      .def(py::init([](const py::array& values) {
             const double* first = read<double>(values, "values");
             return Constant(std::vector<double>(first, first + values.size()));
           }),
           py::arg("values"));

  py::class_<Callback, Field>(m, "Callback", "A Python function of blocks of rows.")
      .def(py::init<py::object, py::object, py::object, std::vector<Size>>(), py::arg("function"), py::arg("conform"),
           py::arg("arguments"), py::arg("tail"));

  py::class_<CFunction, Field>(m, "CFunction", "A C function of blocks of rows.", py::dynamic_attr())
      .def(py::init([](std::uintptr_t address, std::uintptr_t data, const std::string& dtype, const py::object&) {
             require(address != 0, "the address of the function is null");
             const std::size_t bytes = with_dtype_named(dtype, [](auto type) { return sizeof type; });
             return CFunction(address, data, bytes);
           }),
           py::arg("address"), py::arg("data"), py::arg("dtype"), py::arg("owner"), py::keep_alive<1, 5>());
}

}  // namespace maruyama
