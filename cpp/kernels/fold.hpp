// Folds over features. The order of the terms is that of their numbers.
#pragma once

#include "kernels/groups.hpp"
#include "kernels/operations.hpp"
#include "simd/truth.hpp"

namespace maruyama::MARUYAMA_LEVEL {
namespace {

template <Fold fold, class V>
MARUYAMA_INLINE V folded(V a, V b) {
  if constexpr (fold == Fold::sum) return a + b;
  if constexpr (fold == Fold::product) return a * b;
  if constexpr (fold == Fold::minimum_reduce) return where(either(a < b, a != a), a, b);
  if constexpr (fold == Fold::maximum_reduce) return where(either(a > b, a != a), a, b);
}

template <class T, Fold fold>
void fold_values(const FoldGroup<T>& group) {
  using V = typename Lanes<T>::Real;
  constexpr int width = Lanes<T>::count, together = 2;
  static_assert(32 % (width * together) == 0, "lanes come in multiples of 32");
  for (std::int32_t i = 0; i < group.count; ++i) {
    const T* const* in = group.in + static_cast<std::int64_t>(i) * group.terms;
    for (std::int64_t lane = 0; lane < group.lanes; lane += width * together) {
      V sums[together];
      for (int v = 0; v < together; ++v) sums[v] = load<V>(in[0] + lane + v * width);
      for (std::int32_t k = 1; k < group.terms; ++k)
        for (int v = 0; v < together; ++v) sums[v] = folded<fold>(sums[v], load<V>(in[k] + lane + v * width));
      for (int v = 0; v < together; ++v) store(group.out[i] + lane + v * width, sums[v]);
    }
  }
}

}  // namespace
}  // namespace maruyama::MARUYAMA_LEVEL
