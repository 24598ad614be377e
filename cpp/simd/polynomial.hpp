// Polynomials on vectors of lanes, or on several.
#pragma once

#include "simd/several.hpp"

namespace maruyama::MARUYAMA_LEVEL {
namespace {

// c[0] + c[1] v + ..., by Horner's rule.
template <class V, class T, int terms>
MARUYAMA_INLINE V polynomial(V v, const T (&c)[terms]) {
  V sum = Everywhere<V>::of(c[terms - 1]);
#pragma GCC unroll 32
  for (int i = terms - 2; i >= 0; --i) {
    sum = sum * v;
    keep_in_step(sum);
    sum = sum + c[i];
    keep_in_step(sum);
  }
  return sum;
}

// Two of them in step.
template <class V, class T, int terms>
MARUYAMA_INLINE void polynomials(V v, const T (&a)[terms], const T (&b)[terms], V& of_a, V& of_b) {
  of_a = Everywhere<V>::of(a[terms - 1]);
  of_b = Everywhere<V>::of(b[terms - 1]);
#pragma GCC unroll 32
  for (int i = terms - 2; i >= 0; --i) {
    of_a = of_a * v;
    of_b = of_b * v;
    keep_in_step(of_a);
    keep_in_step(of_b);
    of_a = of_a + a[i];
    of_b = of_b + b[i];
    keep_in_step(of_a);
    keep_in_step(of_b);
  }
}

// The same in two interleaved halves, in v^2: half the latency for one more product.
template <class V, class T, int terms>
MARUYAMA_INLINE V quick_polynomial(V v, V square, const T (&c)[terms]) {
  constexpr int last = terms - 1;
  V even = splat<V>(c[last % 2 == 0 ? last : last - 1]), odd = splat<V>(c[last % 2 == 0 ? last - 1 : last]);
#pragma GCC unroll 32
  for (int i = last - 2; i >= 0; --i) (i % 2 == 0 ? even : odd) = (i % 2 == 0 ? even : odd) * square + c[i];
  return odd * v + even;
}

}  // namespace
}  // namespace maruyama::MARUYAMA_LEVEL
