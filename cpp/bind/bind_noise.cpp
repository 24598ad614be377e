// The noise by itself.
#include <pybind11/numpy.h>

#include <algorithm>

#include "base/buffer.hpp"
#include "bind/arrays.hpp"
#include "bind/bind.hpp"
#include "bind/outside.hpp"
#include "kernels/kernels.hpp"
#include "rng/seed.hpp"
#include "simd/float_control.hpp"

namespace maruyama {

namespace {

void noise(py::array out, std::uint64_t first_path, const Numbers& numbers, Key key, int threads) {
  require(out.ndim() == 3, "out is not (steps, paths, terms)");
  with_dtype_of(out, [&](auto type) {
    using T = decltype(type);
    const Size steps = out.shape(0), paths = out.shape(1), terms = out.shape(2);
    const PathNumbers rows = path_numbers(first_path, numbers, paths);
    T* values = write<T>(out, "out");
    Monitor monitor(outside(Py_None, 0));
    const WithoutGil released(monitor);
    fill_noise(values, steps, paths, terms, round_keys(key.first, key.second), rows, threads, monitor);
  });
}

void normals(py::array out, Key key, int threads) {
  const WithFloats standard(FloatControl::standard());
  with_dtype_of(out, [&](auto type) {
    using T = decltype(type);
    T* values = write<T>(out, "out");
    const Size count = out.size();
    const RoundKeys keys = round_keys(key.first, key.second);
    constexpr Size kAtOnce = 1 << 14;
    if (count <= kAtOnce) return kernels().of<T>().normals_along_path(keys, 0, 0, values, count);
    Monitor monitor(outside(Py_None, 0));
    const WithoutGil released(monitor);
    fill_normals(values, count, keys, threads, monitor);
  });
}

py::array_t<std::uint32_t> philox(const py::array_t<std::uint32_t, py::array::c_style>& counters, Key key) {
  require(counters.ndim() == 2 && counters.shape(1) == 4, "counters is not (n, 4)");
  py::array_t<std::uint32_t> words({counters.shape(0), counters.shape(1)});
  kernels().philox(round_keys(key.first, key.second), counters.data(), words.mutable_data(), counters.shape(0));
  return words;
}

// The words padded to whole vectors, and room for as many results.
template <class T>
struct Padded {
  explicit Padded(const py::array& words) : count(words.size()), padded(round_up(count, kLaneBlock)) {
    Word<T>* in = in_.at_least(padded);
    std::fill_n(std::copy_n(read<Word<T>>(words, "words"), count, in), padded - count, Word<T>{1});
    first_.at_least(padded);
    second_.at_least(padded);
  }
  static py::array_t<T> values(const Buffer<T>& buffer, Size count) {
    py::array_t<T> array(count);
    std::copy_n(buffer.data(), count, array.mutable_data());
    return array;
  }
  Size count, padded;
  Buffer<Word<T>> in_;
  Buffer<T> first_, second_;
};

template <class Use>
py::object with_type_of_words(const py::array& words, Use use) {
  const WithFloats standard(FloatControl::standard());
  if (py::isinstance<py::array_t<std::uint64_t>>(words)) return use(double{});
  require(py::isinstance<py::array_t<std::uint32_t>>(words), "words are neither uint64 nor uint32");
  return use(float{});
}

py::object radii(const py::array& words) {
  return with_type_of_words(words, [&](auto type) -> py::object {
    using T = decltype(type);
    const Padded<T> memory(words);
    kernels().of<T>().radii(memory.in_.data(), memory.first_.data(), memory.padded);
    return Padded<T>::values(memory.first_, memory.count);
  });
}

py::object directions(const py::array& words) {
  return with_type_of_words(words, [&](auto type) -> py::object {
    using T = decltype(type);
    const Padded<T> memory(words);
    kernels().of<T>().directions(memory.in_.data(), memory.first_.data(), memory.second_.data(), memory.padded);
    return py::make_tuple(Padded<T>::values(memory.first_, memory.count),
                          Padded<T>::values(memory.second_, memory.count));
  });
}

}  // namespace

void bind_noise(py::module_& m) {
  m.attr("STREAM_VERSION") = kStreamVersion;
  m.def("fill_noise", noise, py::kw_only(), py::arg("out"), py::arg("first_path"), py::arg("path_numbers"),
        py::arg("key"), py::arg("threads"), "z of every step and path, (steps, paths, terms).");
  m.def("fill_normals", normals, py::kw_only(), py::arg("out"), py::arg("key"), py::arg("threads"),
        "Normals number 0, 1, 2, ... of path 0.");
  m.def("radii", radii, py::arg("words"), "The radius that each radius word gives.");
  m.def("directions", directions, py::arg("words"), "The cosine and the sine that each angle word gives.");
  m.def("philox", philox, py::arg("counters"), py::arg("key"), "Philox4x32-10 of each counter.");
  m.def(
      "seed_words", [](std::uint64_t seed) { return SeedHash(seed).words<6>(); }, py::arg("seed"),
      "The first six words of SeedSequence(seed).");
}

}  // namespace maruyama
