// Products with constant matrices. The order of the terms is that of their numbers.
#pragma once

#include "kernels/groups.hpp"
#include "simd/lanes.hpp"

namespace maruyama::MARUYAMA_LEVEL {
namespace {

// A panel's outputs for `vectors` vectors of lanes, the sums in registers.
template <int outputs, int vectors, class T>
MARUYAMA_INLINE void product_panel(const ProductGroup<T>& group, std::int32_t first, const T* weights,
                                   std::int64_t lane) {
  using V = typename Lanes<T>::Real;
  constexpr int width = Lanes<T>::count;
  V sums[outputs][vectors] = {};
#pragma GCC unroll 4
  for (std::int32_t k = 0; k < group.terms; ++k, weights += outputs) {
    const T* in = group.in[k] + lane;
    V values[vectors];
    for (int v = 0; v < vectors; ++v) values[v] = load<V>(in + v * width);
#pragma GCC unroll 6
    for (int j = 0; j < outputs; ++j) {
      const V weight = splat<V>(weights[j]);
#pragma GCC unroll 4
      for (int v = 0; v < vectors; ++v) sums[j][v] = fused_multiply_add(values[v], weight, sums[j][v]);
    }
  }
  // Unrolled like the sums themselves: an array that is indexed by a variable would lie in memory.
#pragma GCC unroll 6
  for (int j = 0; j < outputs; ++j) {
    const V bias = group.bias ? splat<V>(*group.bias[first + j]) : V{};
#pragma GCC unroll 4
    for (int v = 0; v < vectors; ++v)
      store(group.out[first + j] + lane + v * width, group.bias ? sums[j][v] + bias : sums[j][v]);
  }
}

template <int vectors, class T>
MARUYAMA_INLINE void product_lanes(const ProductGroup<T>& group, std::int64_t lane) {
  std::int32_t first = 0;
  for (; first + kPanel <= group.count; first += kPanel)
    product_panel<kPanel, vectors>(group, first, group.weights + static_cast<std::int64_t>(first) * group.terms, lane);
  const T* weights = group.weights + static_cast<std::int64_t>(first) * group.terms;
  switch (group.count - first) {
    case 1: return product_panel<1, vectors>(group, first, weights, lane);
    case 2: return product_panel<2, vectors>(group, first, weights, lane);
    case 3: return product_panel<3, vectors>(group, first, weights, lane);
    case 4: return product_panel<4, vectors>(group, first, weights, lane);
    case 5: return product_panel<5, vectors>(group, first, weights, lane);
    default: return;
  }
}

// From `lane` on, by so many vectors at a time, and the rest by half as many.
template <int vectors, class T>
MARUYAMA_INLINE void product_from(const ProductGroup<T>& group, std::int64_t lane) {
  constexpr int width = Lanes<T>::count;
  for (; lane + vectors * width <= group.lanes; lane += vectors * width) product_lanes<vectors>(group, lane);
  if constexpr (vectors > 1) product_from<vectors / 2>(group, lane);
}

template <class T>
void product(const ProductGroup<T>& group) {
  product_from<kProductVectors>(group, 0);
}

}  // namespace
}  // namespace maruyama::MARUYAMA_LEVEL
