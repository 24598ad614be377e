// erf and erfc.
#pragma once

#include "simd/math/exp.hpp"

namespace maruyama::MARUYAMA_LEVEL {
namespace {

// Coefficients from scripts/minimax_math.py.
template <class V>
struct Erf;
template <>
struct Erf<F64> {
  static constexpr double center = 3, most = 28;  // erfc is 0 above
  // erf(x)/x = 1 + (c0 + c1 v + ...), v = x^2, |x| <= 0.9, relative error ERRA
  static constexpr double tail[] = {ERFA};
  // erfc(x) exp(x^2) (1 + 2x) = c0 + c1 t + ..., t = (x - 3)/(x + 3), relative error ERRB
  static constexpr double scaled_tail[] = {ERFB};
};
template <>
struct Erf<F32> {
  static constexpr float center = 2, most = 10.5f;
  // relative error ERRC
  static constexpr float tail[] = {ERFC};
  // t = (x - 2)/(x + 2), relative error ERRD
  static constexpr float scaled_tail[] = {ERFD};
};

// erf(x) - x for |x| <= 0.9
template <class V>
MARUYAMA_INLINE V erf_tail(V x) {
  return x * polynomial(x * x, Erf<V>::tail);
}

// erfc(x) for 0.9 <= x <= 28: exp(-x^2) by the exact square, over 1 + 2x, times a function that is nearly flat in t over
// the whole range (M. Shepherd, J. Laframboise, "Chebyshev approximation of (1 + 2x) exp(x^2) erfc x", Math. Comp. 36
// (1981)). The three factors are pairs. 127 instructions in float64.
template <class V>
MARUYAMA_INLINE V large_erfc(V x) {
  using C = Exp<V>;
  using T = ScalarOf<V>;
  const V t = (x - Erf<V>::center) / (x + Erf<V>::center);
  const Pair<V> square = exact_square(x), scaled = POLY;
  const V k = rint_of(square.hi * -C::log2_e), r = -square.hi - k * C::ln2_hi;
  const Pair<V> e = mantissa(ExpParts<V>{k, r, exp_tail(r, k * -C::ln2_lo - square.lo, C::tail)});
  const Pair<V> product = exact_product(e.hi, scaled.hi);
  const V rest = product.lo + (e.hi * scaled.lo + e.lo * scaled.hi);
  return times_power_of_2(sum(quotient(Pair<V>{product.hi, rest}, quick_sum(x + x, splat<V>(T{1})))), k);
}

template <class V>
MARUYAMA_INLINE V erf_of(V x) {
  using T = ScalarOf<V>;
  const V a = at_most(magnitude(x), T{6}), small = a + erf_tail(a);
  const MaskOf<V> large = a > T{0.9};
  return with_sign_of(any(large) ? where(large, T{1} - large_erfc(a), small) : small, x);
}

// From 0.9 on as above, below -0.9 as 2 less that, else 1 - erf(x).
template <class V>
MARUYAMA_INLINE V erfc_of(V x) {
  using T = ScalarOf<V>;
  const V a = at_most(magnitude(x), Erf<V>::most);
  const Pair<V> less = quick_sum(splat<V>(T{1}), -x);
  const V small = less.hi + (less.lo - erf_tail(x));
  const MaskOf<V> large = a > T{0.9};
  if (!any(large)) return small;
  const V far = large_erfc(a);
  return where(large, where(x < T{0}, T{2} - far, far), small);
}

}  // namespace
}  // namespace maruyama::MARUYAMA_LEVEL
