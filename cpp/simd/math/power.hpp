// x^y and the cube root.
#pragma once

#include "simd/math/exp.hpp"
#include "simd/math/log.hpp"

namespace maruyama::MARUYAMA_LEVEL {
namespace {

// Coefficients from scripts/minimax_math.py, for |s| <= 3 - 2 sqrt(2), v = s^2.
struct Power {
  // 3 artanh(s)/s = 3 + v + v^2 (c0 + c1 v + ...), relative error 2^-66.3
  static constexpr double log_tail[] = {0x1.3333333333463p-1, 0x1.b6db6db683f95p-2, 0x1.555555a1e7a5dp-2,
                                        0x1.1745af7683dbbp-2, 0x1.d8ae5df868c87p-3, 0x1.97403905e1623p-3,
                                        0x1.9560e17e82b43p-3};
  // 2/(3 ln 2) in a short part and the rest
  static constexpr double scale_short = 0x1.ec709ep-1, scale_rest = -0x1.e2fe0145b01f5p-28;
  // For float32: 2 artanh(s)/s = 2 + v (c0 + c1 v + ...), relative error 2^-37.6
  static constexpr double brief_log_tail[] = {0x1.555554fdd983bp-1, 0x1.999a7a2b6934fp-2, 0x1.2438ecda0f4c9p-2,
                                              0x1.e2f388c2c7829p-3};
  // 2^r = 1 + r (c0 + c1 r + ...), |r| <= 1/2, relative error 2^-28.9
  static constexpr double brief_exp2_tail[] = {0x1.62e430af6501dp-1, 0x1.ebfbdc3b7c464p-3,  0x1.c6aee83bac5a1p-5,
                                               0x1.3b2d4d2aa2c27p-7, 0x1.5f3e7d24e084fp-10, 0x1.41fbd0b629447p-13};
  static constexpr double log2_e = 0x1.71547652b82fep+0;
};

// log2(x) of a normal x > 0 with a relative error of 2^-65, hi a short part: K. Ng, FDLIBM e_pow.c (1993), with
// s = (m - 1)/(m + 1) for one interval of m.
MARUYAMA_INLINE Pair<F64> accurate_log2(LogParts<F64> x) {
  const F64 zero = {};
  const Pair<F64> s = quotient(Pair<F64>{x.f, zero}, quick_sum(splat<F64>(2.0), x.f));  // s.hi is short
  const F64 square = s.hi * s.hi, whole = s.hi + s.lo, v = whole * whole;
  const F64 rest = v * v * polynomial(v, Power::log_tail) + s.lo * (s.hi + whole);
  const F64 t = short_of((square + 3.0) + rest), t_rest = rest - ((t - 3.0) - square);
  const F64 product = s.hi * t, product_rest = s.lo * t + whole * t_rest;
  const F64 p = short_of(product + product_rest), p_rest = product_rest - (p - product);
  const Pair<F64> sum = quick_sum(x.k, p * Power::scale_short);
  const F64 low = (p * Power::scale_rest + p_rest * (Power::scale_short + Power::scale_rest)) + sum.lo;
  const F64 hi = short_of(sum.hi + low);
  return {hi, low - (hi - sum.hi)};
}

// 2^(y log2(x)) for a normal x > 0
MARUYAMA_INLINE F64 ordinary_power(LogParts<F64> x, F64 y) {
  using C = Exp<F64>;
  y = at_least(at_most(y, 0x1p66), -0x1p66);
  const Pair<F64> log = accurate_log2(x);
  const F64 y_short = short_of(y), product = y_short * log.hi, rest = (y - y_short) * log.hi + y * log.lo;
  const F64 z = at_least(at_most(product, C::most_binary), C::least_binary), z_rest = where(z == product, rest, F64{});
  const F64 k = rint_of(z + z_rest), hi = z - k, r = hi + z_rest, r_short = short_of(r);
  const F64 r_rest = (hi - r_short) + z_rest;
  const F64 large = r_short * C::ln2_short, small = r_rest * C::ln2_short + r * C::ln2_rest;
  return value(ExpParts<F64>{k, large, exp_tail(large, small, C::tail)});
}

MARUYAMA_INLINE F64 brief_power(F64 x, F64 y) {
  const LogParts<F64> parts = log_parts(x);
  const F64 s = parts.f / (parts.f + 2.0), v = s * s;
  const F64 log2 = parts.k + s * (v * polynomial(v, Power::brief_log_tail) + 2.0) * Power::log2_e;
  const F64 z = at_least(at_most(y * log2, 1000.0), -1000.0), k = rint_of(z), r = z - k;
  return times_power_of_2(r * polynomial(r, Power::brief_exp2_tail) + 1.0, k);
}
MARUYAMA_INLINE F32 ordinary_power(F32 x, F32 y) {
  F64 x_low, x_high, y_low, y_high;
  widen(x, x_low, x_high);
  widen(y, y_low, y_high);
  return narrow(brief_power(x_low, y_low), brief_power(x_high, y_high));
}

// What C and NumPy give where x is 0, negative, infinite or NaN or y infinite or NaN, from |x|^y.
template <class V>
MARUYAMA_INLINE V rare_power(V x, V y, V power) {
  using T = ScalarOf<V>;
  const V zero = {}, one = splat<V>(T{1}), nan = splat<V>(static_cast<T>(__builtin_nan(""))), a = magnitude(x);
  const V half = y * T{0.5};
  const MaskOf<V> whole = rint_of(y) == y, odd = whole & (rint_of(half) != half);
  power = where(a == one, one, power);
  power = where(a == zero, where(y < zero, infinity<V>(), zero), power);
  power = where(a == infinity<V>(), where(y < zero, zero, infinity<V>()), power);
  power = where(sign_bit(x) & odd, -power, power);
  power = where((x < zero) & (a < infinity<V>()) & ~whole, nan, power);
  power = where((x != x) | (y != y), nan, power);
  return where((y == zero) | (x == one), one, power);
}

template <class V>
MARUYAMA_INLINE MaskOf<V> is_rare_for_power(V x, V y) {
  return is_rare_for_log(x) | ~(magnitude(y) < infinity<V>());
}
// Error 1.14 ulp; 140 instructions.
MARUYAMA_INLINE F64 power_of(F64 x, F64 y) {
  const I64 rare = is_rare_for_power(x, y);
  const F64 power = ordinary_power(log_parts_of_any(magnitude(x), rare), y);
  return __builtin_expect(any(rare), 0) ? where(rare, rare_power(x, y, power), power) : power;
}
// Error 0.54 ulp; 115 instructions.
MARUYAMA_INLINE F32 power_of(F32 x, F32 y) {
  const I32 rare = is_rare_for_power(x, y);
  const F32 power = ordinary_power(magnitude(x), y);
  return __builtin_expect(any(rare), 0) ? where(rare, rare_power(x, y, power), power) : power;
}

}  // namespace
}  // namespace maruyama::MARUYAMA_LEVEL
