// arctan and arctan2.
#pragma once

#include "simd/math/pair.hpp"

namespace maruyama::MARUYAMA_LEVEL {
namespace {

// Coefficients from scripts/minimax_math.py: arctan(t)/t = 1 + v (c0 + c1 v + ...), v = t^2, |t| <= sqrt(2) - 1.
template <class V>
struct Arctan;
template <>
struct Arctan<F64> {
  static constexpr double eighth_hi = 0x1.921fb54442d18p-1, eighth_lo = 0x1.1a62633145c07p-55;  // pi/4
  static constexpr double tan_sixteenth = 0x1.a827999fcef32p-2;                                 // tan(pi/8)
  static constexpr double most = 0x1p60;                                                        // arctan is pi/2 above
  // arctan2 scales both numbers down where one is large, up where one is small and none larger than `medium`
  static constexpr double large = 0x1p900, down = 0x1p-100, small = 0x1p-900, up = 0x1p120, medium = 0x1p700;
  // relative error 2^-59.4
  static constexpr double tail[] = {-0x1.555555555553cp-2, 0x1.999999999564dp-3,  -0x1.24924922a05c3p-3,
                                    0x1.c71c70e1015e8p-4,  -0x1.745cf84ad2c11p-4, 0x1.3b110ef197b61p-4,
                                    -0x1.10eb43f22c2fap-4, 0x1.df08a19f7a4c8p-5,  -0x1.9cb47a8c595bdp-5,
                                    0x1.378821bc8e8e4p-5,  -0x1.24bf2ca383df2p-6};
};
template <>
struct Arctan<F32> {
  static constexpr float eighth_hi = 0x1.921fb8p-1f, eighth_lo = -0x1.5dde98p-24f;
  static constexpr float tan_sixteenth = 0x1.a8279ap-2f;
  static constexpr float most = 0x1p60f;
  static constexpr float large = 0x1p100f, down = 0x1p-20f, small = 0x1p-100f, up = 0x1p40f, medium = 0x1p80f;
  // relative error 2^-30.4
  static constexpr float tail[] = {-0x1.55554ap-2f, 0x1.9991ep-3f, -0x1.23b964p-3f, 0x1.b21fbap-4f, -0x1.f2ca1cp-5f};
};

// The angle of the point (x, y) of the upper half plane, y >= 0, `left` where x is to be taken as -|x|; b = |x|.
//
//   y <= b: arctan(t), t = y/b            y > b: pi/2 - arctan(b/y)            left: pi minus it
//   and with t > tan(pi/8) each time:     arctan(t) = pi/4 + arctan((t - 1)/(t + 1)),
//
// with t as the quotient of exact pairs, and a multiple of pi/4 as a pair.
template <class V>
MARUYAMA_INLINE V angle_of_point(V y, V b, MaskOf<V> left) {
  using C = Arctan<V>;
  using T = ScalarOf<V>;
  const V zero = {};
  const MaskOf<V> steep = y > b;
  const V less = where(steep, b, y), more = where(steep, y, b);
  const MaskOf<V> turned = less > more * C::tan_sixteenth;
  const V turned_by = where(turned, more, zero), added = where(turned, less, zero);
  const Pair<V> top = exact_sum(less, -turned_by), bottom = quick_sum(more, added);
  const Pair<V> t = quotient(top, bottom);
  const V whole = sum(t), v = whole * whole, rest = t.lo + whole * v * polynomial(v, C::tail);
  // base + sign t with base = n pi/4
  const V first = where(turned, splat<V>(T{1}), where(steep, splat<V>(T{2}), zero));
  const V n = where(left, T{4} - first, first);
  const auto sign = (UnsignedOf<V>)(steep ^ left) & splat<UnsignedOf<V>>(BitsOf<V>::sign);
  const Pair<V> angle = quick_sum(n * C::eighth_hi, (V)((UnsignedOf<V>)t.hi ^ sign));
  return angle.hi + (angle.lo + ((V)((UnsignedOf<V>)rest ^ sign) + n * C::eighth_lo));
}

// Error 0.70 ulp in float64, 0.74 in float32; 75 and 62 instructions.
template <class V>
MARUYAMA_INLINE V arctan_of(V x) {
  const V a = at_most(magnitude(x), Arctan<V>::most);
  return with_sign_of(angle_of_point(a, splat<V>(ScalarOf<V>{1}), MaskOf<V>{}), x);
}

// As C and NumPy: of infinite numbers only the direction counts, and (0, -0) lies on the left.
// Error 0.75 ulp in float64, 0.75 in float32; 94 and 82 instructions.
template <class V>
MARUYAMA_INLINE V arctan2_of(V y, V x) {
  using C = Arctan<V>;
  using T = ScalarOf<V>;
  V a = magnitude(y), b = magnitude(x);
  const MaskOf<V> longer = a > b;
  const V most = where(longer, a, b), least = where(longer, b, a);
  if (__builtin_expect(any(~((least > C::small) & (most < C::large))), 0)) {
    const V one = splat<V>(T{1}), zero = {}, up = where((least < C::small) & (most < C::medium), splat<V>(C::up), one);
    const V scale = where(most > C::large, splat<V>(C::down), up);
    const MaskOf<V> infinite = most == infinity<V>();
    a = where(infinite, where(a != a, a, truth(a == infinity<V>())), a * scale);
    b = where(infinite, where(b != b, b, truth(b == infinity<V>())), where(most == zero, one, b * scale));
  }
  return with_sign_of(where(a != a, a, angle_of_point(a, b, sign_bit(x))), y);
}

}  // namespace
}  // namespace maruyama::MARUYAMA_LEVEL
