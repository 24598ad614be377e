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
  for (int j = 0; j < outputs; ++j) {
    if (group.bias)
      for (int v = 0; v < vectors; ++v) sums[j][v] = sums[j][v] + *group.bias[first + j];
    for (int v = 0; v < vectors; ++v) store(group.out[first + j] + lane + v * width, sums[j][v]);
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

template <class T>
void product(const ProductGroup<T>& group) {
  constexpr int width = Lanes<T>::count;
  std::int64_t lane = 0;
  for (; lane + kProductVectors * width <= group.lanes; lane += kProductVectors * width)
    product_lanes<kProductVectors>(group, lane);
  for (; lane < group.lanes; lane += width) product_lanes<1>(group, lane);
}

}  // namespace
}  // namespace maruyama::MARUYAMA_LEVEL
