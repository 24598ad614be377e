// ndtr, log_ndtr and erfcx: the normal distribution, its logarithm, and what both are far out.
#pragma once

#include "simd/in_double.hpp"
#include "simd/math/error_function.hpp"
#include "simd/math/log.hpp"

namespace maruyama::MARUYAMA_LEVEL {
namespace {

// sqrt(1/2), short and the rest, and the |x| from which on ndtr(-|x|) is 0.
template <class V>
struct Normal;
template <>
struct Normal<F64> {
  static constexpr double root_half = 0x1.6a09e68p-1, root_half_rest = -0x1.80c4336f74d05p-29, most = 39.5;
};
template <>
struct Normal<F32> {
  static constexpr float root_half = 0x1.6ap-1f, root_half_rest = 0x1.3cccfep-14f, most = 14.8f;
};

// x sqrt(1/2): the rounded x sqrt(1/2) would be squared in an exponential.
template <class V>
MARUYAMA_INLINE Pair<V> over_root_2(V x) {
  const V x_short = short_of(x), rest = x - x_short;
  return quick_sum(x_short * Normal<V>::root_half, rest * Normal<V>::root_half + x * Normal<V>::root_half_rest);
}

// (1 + erf(x sqrt(1/2)))/2; for |x| > 1.06 by exp(-x^2/2) erfcx(|x| sqrt(1/2))/2, which is large_erfc with the exact
// square of x, halved.
// Error 1.1 ulp in float64, 1.0 in float32.
template <class V>
MARUYAMA_INLINE V ndtr_of(V x) {
  using T = ScalarOf<V>;
  const V a = at_most(magnitude(x), Normal<V>::most);
  const Pair<V> z = over_root_2(a), signed_z = {with_sign_of(z.hi, x), where(x < T{0}, -z.lo, z.lo)};
  const Pair<V> center = quick_sum(splat<V>(T{0.5}), signed_z.hi * T{0.5});
  const V small = center.hi + (center.lo + (signed_z.lo + erf_tail(signed_z.hi)) * T{0.5});
  const MaskOf<V> large = z.hi > T{0.75};
  if (!any(large)) return small;
  const Pair<V> square = exact_square(a), divisor = quick_sum(z.hi + z.hi, splat<V>(T{1}));
  const Pair<V> exponent = {square.hi * T{0.5}, square.lo * T{0.5}};
  const V far = large_erfc(z.hi, exponent, Pair<V>{divisor.hi, divisor.lo + (z.lo + z.lo)}, T{-1});
  return where(large, where(x < T{0}, far, T{1} - far), small);
}

// Coefficients from scripts/minimax_special.py.
struct Erfcx {
  // (1 + 2x) erfcx(x) = 5/4 + (c0 + c1 t + ...), t = (x - 3)/(x + 3), x >= 0, relative error 2^-56.2
  static constexpr double tail[] = {
      0x1.8a45afc930e57p-9,  -0x1.15c084bb9e8f3p-3,  -0x1.85a15c58aa4adp-5,  0x1.098366a5b46afp-3,
      -0x1.e88b803a4af8fp-4, 0x1.17ca2877f16d9p-4,   -0x1.8574c40b47515p-6,  0x1.4b884e4359b27p-9,
      0x1.ef1bdcf8bcfedp-10, -0x1.98db50fec4611p-11, -0x1.b9125ba164c1fp-14, 0x1.065a36b0aa277p-13,
      0x1.4c20b0eb83de1p-18, -0x1.513b8104e1091p-16, -0x1.8837de4646444p-21, 0x1.d2126695a12f6p-19,
      0x1.7d886bcf59f25p-22, -0x1.4b1e218f54f48p-21, -0x1.2cae0bd2a5a11p-23, 0x1.b5da78ce8391cp-24,
      0x1.5e0c5caeeb012p-25, -0x1.caf44fff61ce2p-27, -0x1.162c10498a5eep-27, 0x1.113fd49f5fa6ep-30,
      0x1.c215ef5bea7a4p-31};
  static constexpr double far = 0x1p30, root_of_pi = 0x1.20dd750429b6dp-1;  // 1/sqrt(pi)
};

// exp(x^2) erfc(x) for 0 <= x <= 2^30 as a pair, hi short. `low` is what x leaves off.
MARUYAMA_INLINE Pair<F64> erfcx_pair(F64 x, F64 low) {
  const F64 t = (x - 3.0) / (x + 3.0);
  const Pair<F64> top = quick_sum(splat<F64>(1.25), polynomial(t, Erfcx::tail));
  const Pair<F64> bottom = exact_sum(x + x, splat<F64>(1.0));
  return quotient(top, Pair<F64>{bottom.hi, bottom.lo + (low + low)});
}

// exp(x^2) erfc(x); below 0 it is 2 exp(x^2) - erfcx(-x), with the exact square.
// Error 3.4 ulp in float64, just above 0; 0.50 in float32.
MARUYAMA_INLINE F64 erfcx_of(F64 x) {
  using C = Exp<F64>;
  const F64 a = magnitude(x);
  const Pair<F64> right = erfcx_pair(at_most(a, Erfcx::far), F64{});
  const F64 result = where(a > Erfcx::far, Erfcx::root_of_pi / a, sum(right));
  const I64 negative = x < 0.0;
  if (!any(negative)) return result;
  const Pair<F64> square = exact_square(at_most(a, 27.0));
  const F64 k = rint_of(square.hi * C::log2_e), r = square.hi - k * C::ln2_hi;
  const Pair<F64> e = mantissa(ExpParts<F64>{k, r, exp_tail(r, square.lo - k * C::ln2_lo, C::tail)});
  const F64 twice = times_power_of_2(e.hi, k + 1.0), rest = times_power_of_2(e.lo, k + 1.0);
  const Pair<F64> left = quick_sum(twice, -right.hi);
  return where(negative, where(twice < infinity<F64>(), left.hi + (left.lo + (rest - right.lo)), twice), result);
}

// log(ndtr(x)): log(1 - ndtr(-x)) from 0 on, and log(erfcx(-x sqrt(1/2))/2) - x^2/2 below.
// Error 3.3 ulp in float64, just below 0; 0.50 in float32.
MARUYAMA_INLINE F64 log_ndtr_of(F64 x) {
  const I64 negative = x < 0.0;
  const F64 above = log1p_of(-ndtr_of(-magnitude(x)));
  if (!any(negative)) return above;
  const F64 a = at_most(magnitude(x), 0x1p29);
  const Pair<F64> z = over_root_2(a), scaled = erfcx_pair(z.hi, z.lo), square = exact_square(a);
  const Pair<F64> log = log_pair(log_parts(scaled.hi * 0.5));
  const Pair<F64> first = exact_sum(square.hi * -0.5, log.hi);
  const F64 near = first.hi + (first.lo + ((log.lo + scaled.lo / scaled.hi) - square.lo * 0.5));
  return where(negative, where(x < -0x1p29, x * (x * -0.5), near), above);
}

struct ErfcxOf {
  static MARUYAMA_INLINE F64 of(F64 x) { return erfcx_of(x); }
};
struct LogNdtrOf {
  static MARUYAMA_INLINE F64 of(F64 x) { return log_ndtr_of(x); }
};
MARUYAMA_INLINE F32 erfcx_of(F32 x) { return in_double<ErfcxOf>(x); }
MARUYAMA_INLINE F32 log_ndtr_of(F32 x) { return in_double<LogNdtrOf>(x); }

}  // namespace
}  // namespace maruyama::MARUYAMA_LEVEL
