// Products with constant matrices. The order of the terms is that of their numbers.
#pragma once

#include "kernels/groups.hpp"
#include "simd/lanes.hpp"

namespace maruyama::MARUYAMA_LEVEL {
namespace {

// Terms of a product: all of them, or, where the weights are many, so few that those of a panel and the lanes' values
// of them stay in the first-level cache. The sums wait in the outputs from one block of terms to the next.
struct Terms {
  std::int32_t from, to;
};

// Where term k of some vectors of lanes lies: by the group's pointers, or copied side by side.
template <class T>
struct Scattered {
  const T* const* in;
  std::int64_t lane;
  MARUYAMA_INLINE const T* operator[](std::int32_t k) const { return in[k] + lane; }
};
template <class T>
struct SideBySide {
  const T* first_term;
  std::int32_t first;
  std::int64_t step;
  MARUYAMA_INLINE const T* operator[](std::int32_t k) const { return first_term + (k - first) * step; }
};

// A panel's outputs for `vectors` vectors of lanes, the sums in registers.
template <int outputs, int vectors, class T, class In>
MARUYAMA_INLINE void product_panel(const ProductGroup<T>& group, Terms terms, In values_of, std::int32_t first,
                                   std::int64_t lane) {
  using V = typename Lanes<T>::Real;
  constexpr int width = Lanes<T>::count;
  const std::int64_t before = std::int64_t{terms.from} * group.count + std::int64_t{first} * (terms.to - terms.from);
  const T* weights = group.weights + before;
  V sums[outputs][vectors] = {};
  // Unrolled like the sums themselves: an array that is indexed by a variable would lie in memory.
  if (terms.from > 0) {
#pragma GCC unroll 6
    for (int j = 0; j < outputs; ++j)
#pragma GCC unroll 4
      for (int v = 0; v < vectors; ++v) sums[j][v] = load<V>(group.out[first + j] + lane + v * width);
  }
#pragma GCC unroll 4
  for (std::int32_t k = terms.from; k < terms.to; ++k, weights += outputs) {
    const T* in = values_of[k];
    V values[vectors];
    for (int v = 0; v < vectors; ++v) values[v] = load<V>(in + v * width);
#pragma GCC unroll 6
    for (int j = 0; j < outputs; ++j) {
      const V weight = splat<V>(weights[j]);
#pragma GCC unroll 4
      for (int v = 0; v < vectors; ++v) sums[j][v] = fused_multiply_add(values[v], weight, sums[j][v]);
    }
  }
  const bool biased = group.bias && terms.to == group.terms;
#pragma GCC unroll 6
  for (int j = 0; j < outputs; ++j) {
    const V bias = biased ? splat<V>(*group.bias[first + j]) : V{};
#pragma GCC unroll 4
    for (int v = 0; v < vectors; ++v)
      store(group.out[first + j] + lane + v * width, biased ? sums[j][v] + bias : sums[j][v]);
  }
}

// The panel whose first output is `first`: the last one may be narrower than the others.
template <int vectors, class T, class In>
MARUYAMA_INLINE void panel_from(const ProductGroup<T>& group, Terms terms, In values, std::int32_t first,
                                std::int64_t lane) {
  switch (group.count - first) {
    case 1: return product_panel<1, vectors>(group, terms, values, first, lane);
    case 2: return product_panel<2, vectors>(group, terms, values, first, lane);
    case 3: return product_panel<3, vectors>(group, terms, values, first, lane);
    case 4: return product_panel<4, vectors>(group, terms, values, first, lane);
    case 5: return product_panel<5, vectors>(group, terms, values, first, lane);
    default: return product_panel<kPanel, vectors>(group, terms, values, first, lane);
  }
}

// All panels for some lanes after the other: the lanes' values stay in the first-level cache and the weights pass by.
template <int vectors, class T>
MARUYAMA_INLINE void by_lanes(const ProductGroup<T>& group, std::int64_t lane) {
  constexpr int width = Lanes<T>::count;
  for (; lane + vectors * width <= group.lanes; lane += vectors * width)
    for (std::int32_t first = 0; first < group.count; first += kPanel)
      panel_from<vectors>(group, {0, group.terms}, Scattered<T>{group.in, lane}, first, lane);
  if constexpr (vectors > 1) by_lanes<vectors / 2>(group, lane);
}

// Some terms of all panels, for the lanes from `lane` to `end`: the terms of a panel stay in the first-level cache
// while the lanes pass by. Their values are copied first: as they lie, a power of 2 apart, few of them would fit the
// sets of a cache.
constexpr std::int64_t kLanesAtOnce = 64;

template <int vectors, class T>
MARUYAMA_INLINE void by_panels(const ProductGroup<T>& group, Terms terms, std::int64_t lane, std::int64_t end) {
  using V = typename Lanes<T>::Real;
  constexpr int width = Lanes<T>::count, together = vectors * width;
  alignas(V) T values[kTermsAtOnce<T> * kLanesAtOnce];
  T* next = values;
  std::int64_t rest = lane;
  for (; rest + together <= end; rest += together)
    for (std::int32_t k = terms.from; k < terms.to; ++k)
      for (int v = 0; v < vectors; ++v, next += width) store(next, load<V>(group.in[k] + rest + v * width));
  for (std::int32_t first = 0; first < group.count; first += kPanel) {
    SideBySide<T> side_by_side = {values, terms.from, together};
    for (std::int64_t i = lane; i < rest; i += together, side_by_side.first_term += (terms.to - terms.from) * together)
      panel_from<vectors>(group, terms, side_by_side, first, i);
  }
  if constexpr (vectors > 1) {
    if (rest < end) by_panels<vectors / 2>(group, terms, rest, end);
  }
}

template <class T>
void product(const ProductGroup<T>& group) {
  const std::int32_t at_once = terms_at_once<T>(group.terms, group.count);
  if (at_once == group.terms) return by_lanes<kProductVectors>(group, 0);
  for (std::int64_t lane = 0; lane < group.lanes; lane += kLanesAtOnce)
    for (std::int32_t from = 0; from < group.terms; from += at_once)
      by_panels<kProductVectors>(group, {from, from + at_once < group.terms ? from + at_once : group.terms}, lane,
                                 lane + kLanesAtOnce < group.lanes ? lane + kLanesAtOnce : group.lanes);
}

}  // namespace
}  // namespace maruyama::MARUYAMA_LEVEL
