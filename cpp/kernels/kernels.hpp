// Kernels: what the core does at the processor's speed, as plain functions on plain pointers. One table for each level;
// the table is chosen once, at load. A call is made per tile and step, never per lane.
#pragma once

#include <cstdint>

#include "kernels/groups.hpp"
#include "kernels/operations.hpp"
#include "rng/counter.hpp"
#include "simd/isa.hpp"

namespace maruyama {

// Normals are made for this many paths at a time; arrays of path numbers and of normals are padded to a multiple.
constexpr std::int64_t kLaneBlock = 32;

// An array, or one value that stands for all of an array.
template <class T>
struct Values {
  const T* data;
  bool uniform;
};

// The words that the normals of T are made of.
template <class T>
struct WordOf;
template <>
struct WordOf<double> {
  using type = std::uint64_t;
};
template <>
struct WordOf<float> {
  using type = std::uint32_t;
};
template <class T>
using Word = typename WordOf<T>::type;

template <class T>
struct KernelsOf {
  // The normals of one block for each path: out[i*stride + lane], i < kNormalsPerBlock<T>; lanes % kLaneBlock == 0.
  void (*normals_across_paths)(const RoundKeys& keys, const std::uint64_t* paths, std::int64_t lanes,
                               std::uint64_t block, T* out, std::int64_t stride);

  // `count` consecutive normals of one path, the first of them the first of `block`.
  void (*normals_along_path)(const RoundKeys& keys, std::uint64_t path, std::uint64_t block, T* out,
                             std::int64_t count);

  // The two halves of the transform by themselves, for proofs: the radius of each radius word; cosine and sine of each
  // angle word. count % kLaneBlock == 0.
  void (*radii)(const Word<T>* words, T* r, std::int64_t count);
  void (*directions)(const Word<T>* words, T* cosine, T* sine, std::int64_t count);

  // out[row*terms + j] = lanes[j*stride + row]
  void (*rows_from_lanes)(const T* lanes, std::int64_t stride, std::int64_t terms, std::int64_t rows, T* out);

  // x = x + dt*u; true where every new x is finite.
  bool (*euler)(T* x, Values<T> u, T dt, std::int64_t count);

  // x = (x + dt*u) + g*(root*z)
  bool (*euler_maruyama)(T* x, Values<T> u, Values<T> g, const T* z, T dt, T root, std::int64_t count);

  // x = (x + dt*u) + sum over j of g[.., j]*(root*z[row, j]), in order; g is (rows, dim, terms), or (dim, terms)
  // where g_row_stride is 0. z is used up.
  bool (*euler_maruyama_general)(T* x, Values<T> u, const T* g, std::int64_t g_row_stride, T* z, T dt, T root,
                                 std::int64_t rows, std::int64_t dim, std::int64_t terms);

  // The same for x: (dim, lanes), z: (terms, lanes) and g: (dim, terms, lanes), or one number for all.
  bool (*euler_maruyama_general_lanes)(T* x, Values<T> u, Values<T> g, T* z, T dt, T root, std::int64_t lanes,
                                       std::int64_t dim, std::int64_t terms);

  // The program's operations, folds and products: see kernels/groups.hpp.
  void (*elementwise[kOperationCount][kUniformKinds])(const ElementwiseGroup<T>&);
  void (*folds[kFoldCount])(const FoldGroup<T>&);
  void (*product)(const ProductGroup<T>&);
  void (*sine_and_cosine)(const CircleGroup<T>&);
  void (*searches[kSearchCount])(const SearchGroup<T>&);
  void (*take)(const TakeGroup<T>&);
  void (*pick)(const PickGroup<T>&);
};

struct Kernels {
  Isa isa;
  KernelsOf<double> float64;
  KernelsOf<float> float32;
  // Philox of count counters (4 words each), for known answers.
  void (*philox)(const RoundKeys& keys, const std::uint32_t* counters, std::uint32_t* words, std::int64_t count);

  template <class T>
  const KernelsOf<T>& of() const {
    if constexpr (sizeof(T) == sizeof(double)) return float64;
    else return float32;
  }
};

// The table in use: the highest level of this processor, or what MARUYAMA_ISA names. Throws std::runtime_error where
// that is unknown, not built or not to be had here.
const Kernels& kernels();

// Every table that is built in, the lowest level first.
struct Tables {
  const Kernels* const* begin_;
  const Kernels* const* end_;
  const Kernels* const* begin() const { return begin_; }
  const Kernels* const* end() const { return end_; }
};
Tables built_in();

}  // namespace maruyama
