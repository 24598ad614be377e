// arcsin and arccos.
#pragma once

#include "simd/math/pair.hpp"

namespace maruyama::MARUYAMA_LEVEL {
namespace {

// Coefficients from scripts/minimax_math.py: arcsin(s)/s = 1 + z (c0 + c1 z + ...), z = s^2 <= 1/4.
template <class V>
struct Arcsin;
template <>
struct Arcsin<F64> {
  static constexpr double half_pi_hi = 0x1.921fb54442d18p+0, half_pi_lo = 0x1.1a62633145c07p-54;
  // relative error 2^-59.9
  static constexpr double tail[] = {
      0x1.5555555555577p-3, 0x1.333333332e135p-4,  0x1.6db6db721229dp-5, 0x1.f1c71a950d886p-6, 0x1.6e8bdedd05d5ap-6,
      0x1.1c49f09ba5b42p-6, 0x1.ca1f8721fb25dp-7,  0x1.7585c09e1462fp-7, 0x1.613b45db37947p-7, 0x1.e609e26afdd46p-9,
      0x1.6395ef4b78c1bp-6, -0x1.57f3d3d3368d5p-6, 0x1.0b439632ac042p-5};
};
template <>
struct Arcsin<F32> {
  static constexpr float half_pi_hi = 0x1.921fb6p+0f, half_pi_lo = -0x1.777a5cp-25f;
  // relative error 2^-27.6
  static constexpr float tail[] = {0x1.5555c8p-3f, 0x1.330204p-4f, 0x1.747bbap-5f, 0x1.8c3e2cp-6f, 0x1.595c88p-5f};
};

// arcsin(a) for 0 <= a <= 1/2, and 2 arcsin(sqrt((1 - a)/2)) = arccos(a) above, as pairs (K. Ng, FDLIBM e_asin.c): the
// root is a short part and the rest. NaN for a > 1.
template <class V>
MARUYAMA_INLINE Pair<V> arcsin_or_arccos(V a, MaskOf<V> above) {
  using T = ScalarOf<V>;
  const V z = where(above, (T{1} - a) * T{0.5}, a * a);
  const Pair<V> root = pair_root(Pair<V>{z, V{}});
  const V s = where(above, (root.hi + root.lo) * T{2}, a), tail = s * z * polynomial(z, Arcsin<V>::tail);
  return {where(above, root.hi * T{2}, a), where(above, root.lo * T{2} + tail, tail)};
}

// Error 0.64 ulp in float64, 0.72 in float32; 56 and 40 instructions.
template <class V>
MARUYAMA_INLINE V arcsin_of(V x) {
  using C = Arcsin<V>;
  const V a = magnitude(x);
  const MaskOf<V> above = a > ScalarOf<V>{0.5};
  const Pair<V> angle = arcsin_or_arccos(a, above), from = quick_sum(splat<V>(C::half_pi_hi), -angle.hi);
  const V large = from.hi + (from.lo + (C::half_pi_lo - angle.lo));
  return with_sign_of(where(above, large, sum(angle)), x);
}

// Error 0.62 ulp in float64, 0.69 in float32; 64 and 48 instructions.
template <class V>
MARUYAMA_INLINE V arccos_of(V x) {
  using C = Arcsin<V>;
  using T = ScalarOf<V>;
  const V a = magnitude(x), zero = {}, one = splat<V>(T{1});
  const MaskOf<V> above = a > T{0.5}, left = x < zero;
  const Pair<V> angle = arcsin_or_arccos(a, above);
  // n pi/2 + sign angle
  const V n = where(above, where(left, one + one, zero), one);
  const V sign = where(above, where(left, -one, one), where(left, one, -one));
  const Pair<V> from = quick_sum(n * C::half_pi_hi, sign * angle.hi);
  return from.hi + (from.lo + (n * C::half_pi_lo + sign * angle.lo));
}

}  // namespace
}  // namespace maruyama::MARUYAMA_LEVEL
