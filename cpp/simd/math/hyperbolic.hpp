// tanh, sinh, cosh, from the parts of the exponential.
#pragma once

#include "simd/math/exp.hpp"

namespace maruyama::MARUYAMA_LEVEL {
namespace {

// tanh(x)/x = 1 + v (c0 + c1 v + ...), v = x^2, |x| <= 0.55, relative error 2^-24.7; from scripts/minimax_math.py
constexpr float tanh_tail[] = {-0x1.555452p-2f, 0x1.10cefcp-3f, -0x1.af7d38p-5f, 0x1.0d517ep-6f};

// tanh(a) = 1 - 2/(exp(2a) + 1), a = |x|, and the polynomial where that would cancel. It is 1 from 9.1 on. With exp(2a)
// = 2^k (1 + w) the sum (2^k + 1) + 2^k w rounds once.
// Error 1.35 ulp; 42 instructions.
MARUYAMA_INLINE F32 tanh_of(F32 x) {
  const F32 a = at_most(magnitude(x), 10.0f), v = a * a;
  const ExpParts<F32> parts = exp_parts(a + a);
  const F32 power = power_of_2(parts.k);
  const F32 large = 1.0f - 2.0f / ((power + 1.0f) + power * (parts.r + parts.tail));
  return with_sign_of(where(a < 0.55f, a + a * v * polynomial(v, tanh_tail), large), x);
}

// tanh(a) = (exp(2a) - 1)/(exp(2a) + 1), both sides as pairs; it is 1 from 19.1 on.
// Error 0.98 ulp; 76 instructions.
MARUYAMA_INLINE F64 tanh_of(F64 x) {
  const F64 a = at_most(magnitude(x), 20.0);
  const ExpParts<F64> parts = exp_parts(a + a);
  const F64 power = power_of_2(parts.k - 1.0);
  const Pair<F64> top = half_exp_plus(parts.r, parts.tail, power, -0.5),
                  bottom = half_exp_plus(parts.r, parts.tail, power, 0.5);
  return with_sign_of(sum(quotient(quick_sum(top.hi, top.lo), quick_sum(bottom.hi, bottom.lo))), x);
}

// Coefficients from scripts/minimax_math.py, for |r| <= ln(2)/2, v = r^2.
template <class V>
struct Hyperbolic;
template <>
struct Hyperbolic<F64> {
  // sinh(r)/r = 1 + v (c0 + c1 v + ...), relative error 2^-61.7
  static constexpr double sinh_tail[] = {0x1.5555555555559p-3, 0x1.111111110f624p-7, 0x1.a01a01b025118p-13,
                                         0x1.71ddf79dfbba9p-19, 0x1.af601cbb074f3p-26};
  // cosh(r) = 1 + v/2 + v^2 (c0 + c1 v + ...), relative error 2^-57.4
  static constexpr double cosh_tail[] = {0x1.55555555531bfp-5, 0x1.6c16c17cdbafep-10, 0x1.a019aadc05b3cp-16,
                                         0x1.289fdee5e94a1p-22};
  static constexpr double most = 710.6, linear = 0x1p-27;  // infinite above; sinh(x) = x for |x| below
};
template <>
struct Hyperbolic<F32> {
  // relative error 2^-34.3
  static constexpr float sinh_tail[] = {0x1.555556p-3f, 0x1.110fbep-7f, 0x1.a2e31p-13f};
  // relative error 2^-33.3
  static constexpr float cosh_tail[] = {0x1.5554e6p-5f, 0x1.6d4f3cp-10f};
  static constexpr float most = 89.5f, linear = 0x1p-13f;
};

// With x = k ln 2 + r, a = (2^k + 2^-k)/4 and b = (2^k - 2^-k)/4:
//
//   sinh(x)/2 = b cosh(r) + a sinh(r),  cosh(x)/2 = a cosh(r) + b sinh(r)
//
// so both are first + second + small, with `first` one of a and b, and the product of the other with r exact in its
// leading part. The factor 1/2 keeps a in range where the result is.
template <class V>
MARUYAMA_INLINE V half_hyperbolic(V r, V low, Pair<V> first, V other) {
  using C = Hyperbolic<V>;
  using T = ScalarOf<V>;
  const V whole = r + low, v = whole * whole, r_short = short_of(r);
  const V sinh_rest = ((r - r_short) + low) + whole * v * polynomial(v, C::sinh_tail);
  const V cosh_rest = v * T{0.5} + v * v * polynomial(v, C::cosh_tail);
  const Pair<V> sum = quick_sum(first.hi, r_short * other);
  return sum.hi + (sum.lo + (other * sinh_rest + (first.hi * cosh_rest + first.lo)));
}

// Error 0.91 ulp in float64, 0.93 in float32; 65 and 56 instructions.
template <class V>
MARUYAMA_INLINE V sinh_of(V x) {
  using T = ScalarOf<V>;
  const V a = at_most(magnitude(x), Hyperbolic<V>::most), k = rint_of(a * Exp<V>::log2_e);
  const V up = power_of_2(k - T{2}), down = power_of_2(-at_most(k, T{100}) - T{2});
  const V half = half_hyperbolic(a - k * Exp<V>::ln2_hi, k * -Exp<V>::ln2_lo, quick_sum(up, -down), up + down);
  return where(magnitude(x) < Hyperbolic<V>::linear, x, with_sign_of(half * T{2}, x));
}
// Error 0.90 ulp in float64, 0.93 in float32; 58 and 50 instructions.
template <class V>
MARUYAMA_INLINE V cosh_of(V x) {
  using T = ScalarOf<V>;
  const V a = at_most(magnitude(x), Hyperbolic<V>::most), k = rint_of(a * Exp<V>::log2_e);
  const V up = power_of_2(k - T{2}), down = power_of_2(-at_most(k, T{100}) - T{2});
  return half_hyperbolic(a - k * Exp<V>::ln2_hi, k * -Exp<V>::ln2_lo, quick_sum(up, down), up - down) * T{2};
}

}  // namespace
}  // namespace maruyama::MARUYAMA_LEVEL
