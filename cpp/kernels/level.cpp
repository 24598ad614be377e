// Compiled once for each level, with that level's flags: the same sources in the level's own namespace.
//
// A level's object must define no symbol that another object could use in its place: plain pointers, PODs, internal
// linkage, and nothing instantiated from std. tests/test_objects.py reads the symbols.
#include MARUYAMA_LANES

#include "kernels/apart.hpp"
#include "kernels/circle.hpp"
#include "kernels/elementwise.hpp"
#include "kernels/fold.hpp"
#include "kernels/kernels.hpp"
#include "kernels/lookup.hpp"
#include "kernels/noise.hpp"
#include "kernels/update.hpp"

namespace maruyama::MARUYAMA_LEVEL {
namespace {

void philox_words(const RoundKeys& keys, const std::uint32_t* counters, std::uint32_t* words, std::int64_t count) {
  for (std::int64_t i = 0; i < count; ++i) {
    const std::uint32_t* c = counters + 4 * i;
    const std::uint64_t block = c[0] | std::uint64_t{c[1]} << 32, path = c[2] | std::uint64_t{c[3]} << 32;
    Words w[] = {{splat<U64>(block), splat<U64>(block >> 32), splat<U64>(path), splat<U64>(path >> 32)}};
    philox(w, lane_keys(keys));
    const U64 x[4] = {w[0].x0, w[0].x1, w[0].x2, w[0].x3};
    for (int j = 0; j < 4; ++j) words[4 * i + j] = static_cast<std::uint32_t>(x[j][0]);
  }
}

template <class T>
constexpr KernelsOf<T> kernels_of() {
  return {normals_across,
          normals_along,
          radii<T>,
          directions<T>,
          rows_from_lanes<T>,
          euler<T>,
          euler_maruyama<T>,
          euler_maruyama_general<T>,
          euler_maruyama_general_lanes<T>,
          {
#define MARUYAMA_LOOP(name, operands, kind) elementwise<T, Operation::name, loop_for(Operation::name, operands, kind)>
#define MARUYAMA_OPERATION(name, operands, result)                                                       \
  {MARUYAMA_LOOP(name, operands, 0), MARUYAMA_LOOP(name, operands, 1), MARUYAMA_LOOP(name, operands, 2), \
   MARUYAMA_LOOP(name, operands, 3), MARUYAMA_LOOP(name, operands, 4), MARUYAMA_LOOP(name, operands, 5)},
              MARUYAMA_OPERATIONS(MARUYAMA_OPERATION)
#undef MARUYAMA_OPERATION
#undef MARUYAMA_LOOP
          },
          {fold_values<T, Fold::sum>, fold_values<T, Fold::product>, fold_values<T, Fold::minimum_reduce>,
           fold_values<T, Fold::maximum_reduce>},
          product_of,
          sine_and_cosine<T>,
          {search<T, false>, search<T, true>},
          take<T>,
          pick<T>};
}

}  // namespace

extern const Kernels table;
const Kernels table = {Isa::MARUYAMA_LEVEL, kernels_of<double>(), kernels_of<float>(), philox_words};

}  // namespace maruyama::MARUYAMA_LEVEL
