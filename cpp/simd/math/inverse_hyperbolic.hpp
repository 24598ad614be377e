// arcsinh, arccosh, arctanh: log(1 + u) with u as a pair.
#pragma once

#include "simd/math/log.hpp"

namespace maruyama::MARUYAMA_LEVEL {
namespace {

// Above this, sqrt(x^2 + 1) is x to every bit that matters, and the logarithm is that of 2 x.
template <class V>
constexpr ScalarOf<V> straight = static_cast<ScalarOf<V>>(sizeof(ScalarOf<V>) == 8 ? 0x1p30 : 0x1p15);

// log(2^shift (1 + u)), where a large x has u = x - 1 and shift = 1
template <class V>
MARUYAMA_INLINE V log_of_sum(V x, Pair<V> u) {
  const MaskOf<V> large = x > straight<V>;
  const Pair<V> less_1 = quick_sum(x, splat<V>(ScalarOf<V>{-1}));
  const Pair<V> chosen = {where(large, less_1.hi, u.hi), where(large, less_1.lo, u.lo)};
  return where(x < infinity<V>(), sum(log1p_pair(quick_sum(chosen.hi, chosen.lo), truth(large))), x);
}

// a = |x|: log(a + sqrt(a^2 + 1)) = log(1 + a + a^2/(1 + sqrt(a^2 + 1)))
// Error 0.93 ulp in float64, 0.93 in float32; 120 and 112 instructions.
template <class V>
MARUYAMA_INLINE V arcsinh_of(V x) {
  const V a = magnitude(x), one = splat<V>(ScalarOf<V>{1});
  const Pair<V> square = exact_square(a), sum = exact_sum(one, square.hi);
  const Pair<V> root = pair_root(Pair<V>{sum.hi, sum.lo + square.lo});
  const Pair<V> more = quotient(square, quick_sum(one + root.hi, root.lo)), u = quick_sum(a, more.hi);
  return with_sign_of(log_of_sum(a, Pair<V>{u.hi, u.lo + more.lo}), x);
}

// t = x - 1: log(x + sqrt(x^2 - 1)) = log(1 + t + sqrt(t (x + 1)))
// Error 0.88 ulp in float64, 0.89 in float32; 106 and 98 instructions.
template <class V>
MARUYAMA_INLINE V arccosh_of(V x) {
  using T = ScalarOf<V>;
  const V t = x - T{1};
  const Pair<V> above = quick_sum(x, splat<V>(T{1})), square = exact_product(t, above.hi);
  const Pair<V> root = pair_root(Pair<V>{square.hi, square.lo + t * above.lo}), u = quick_sum(root.hi, t);
  const V nan = splat<V>(static_cast<T>(__builtin_nan("")));
  return where(x < T{1}, nan, log_of_sum(x, Pair<V>{u.hi, u.lo + root.lo}));
}

// a = |x|: log((1 + a)/(1 - a))/2 = log(1 + 2 a/(1 - a))/2
// Error 0.92 ulp in float64, 0.93 in float32; 86 and 78 instructions.
template <class V>
MARUYAMA_INLINE V arctanh_of(V x) {
  using T = ScalarOf<V>;
  const V a = magnitude(x), one = splat<V>(T{1});
  const Pair<V> q = quotient(Pair<V>{a + a, V{}}, quick_sum(one, -a)), u = quick_sum(q.hi, q.lo);
  const V result = where(a == one, infinity<V>(), sum(log1p_pair(u)) * T{0.5});
  return with_sign_of(where(a > one, splat<V>(static_cast<T>(__builtin_nan(""))), result), x);
}

}  // namespace
}  // namespace maruyama::MARUYAMA_LEVEL
