// NumPy arrays as the core wants them: of one dtype, C-contiguous, aligned. The Python side has seen to that; here it
// is checked, not mended.
#pragma once

#include <pybind11/numpy.h>
#include <pybind11/stl.h>

#include <optional>
#include <string>

#include "base/sizes.hpp"
#include "integrate/noise.hpp"

namespace maruyama {

namespace py = pybind11;

inline void require(bool fine, const char* what) {
  if (!fine) throw py::value_error(std::string("maruyama._core: ") + what);
}

template <class T>
void require_plain(const py::array& array, const char* name) {
  const bool plain = py::isinstance<py::array_t<T, py::array::c_style>>(array) &&
                     reinterpret_cast<std::uintptr_t>(array.data()) % alignof(T) == 0;
  require(plain, (std::string(name) + " is not a C-contiguous, aligned array of the run's dtype").c_str());
}

template <class T>
const T* read(const py::array& array, const char* name) {
  require_plain<T>(array, name);
  return static_cast<const T*>(array.data());
}

template <class T>
T* write(py::array& array, const char* name) {
  require_plain<T>(array, name);
  require(array.writeable(), (std::string(name) + " is read-only").c_str());
  return static_cast<T*>(array.mutable_data());
}

// Calls use(T{}) with the array's dtype.
template <class Use>
auto with_dtype_of(const py::array& array, Use use) {
  if (py::isinstance<py::array_t<double>>(array)) return use(double{});
  require(py::isinstance<py::array_t<float>>(array), "the dtype is neither float64 nor float32");
  return use(float{});
}

template <class Use>
auto with_dtype_named(const std::string& dtype, Use use) {
  if (dtype == "float64") return use(double{});
  require(dtype == "float32", "the dtype is neither float64 nor float32");
  return use(float{});
}

using Numbers = std::optional<py::array>;

inline PathNumbers path_numbers(std::uint64_t first, const Numbers& numbers, Size paths) {
  if (!numbers) return {first};
  require(numbers->size() == paths, "path_numbers has not one number for each path");
  return {first, read<std::uint64_t>(*numbers, "path_numbers")};
}

using Key = std::pair<std::uint32_t, std::uint32_t>;

}  // namespace maruyama
