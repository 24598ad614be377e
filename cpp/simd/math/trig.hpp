// sin, cos, tan: x = k pi/2 + r with |r| <= pi/4, then a polynomial for the quarter of the circle.
//
// Up to the `near` bound pi/2 is taken in three parts whose first two have exact products with k (Cody and Waite, 1980,
// chapter 8), and r is kept as a pair, so that its cancelled bits are there. Beyond it, see simd/math/far_angle.hpp.
#pragma once

#include "simd/math/far_angle.hpp"
#include "simd/math/pair.hpp"

namespace maruyama::MARUYAMA_LEVEL {
namespace {

// Coefficients from scripts/minimax_math.py.
template <class V>
struct Circle;

template <>
struct Circle<F64> {
  static constexpr double near = 0x1p15, magic = 0x1.8p52;
  static constexpr double two_over_pi = 0x1.45f306dc9c883p-1;
  static constexpr double half_pi[] = {0x1.921fb5444p+0, 0x1.68c234c4cp-39, 0x1.98a2e03707345p-77};
  // sin(r) = r + r v (c0 + c1 v + ...), v = r^2, relative error 2^-57.9
  static constexpr double sin_tail[] = {-0x1.5555555555548p-3, 0x1.111111110f731p-7,   -0x1.a01a019be960ap-13,
                                        0x1.71de35557e532p-19, -0x1.ae5e4bdd224aep-26, 0x1.5d8b7764da53cp-33};
  // cos(r) = 1 - v/2 + v^2 (c0 + c1 v + ...), relative error 2^-63.9
  static constexpr double cos_tail[] = {0x1.555555555554bp-5,   -0x1.6c16c16c1500dp-10, 0x1.a01a019c8dd17p-16,
                                        -0x1.27e4f7f04fb55p-22, 0x1.1ee9dacb4fd4ap-29,  -0x1.8fa5ec7bb6badp-37};
};

template <>
struct Circle<F32> {
  static constexpr float near = 0x1p8f, magic = 0x1.8p23f;
  static constexpr float two_over_pi = 0x1.45f306p-1f;
  static constexpr float half_pi[] = {0x1.922p+0f, -0x1.2aeep-18f, -0x1.e973dcp-35f};
  // relative error 2^-27.9
  static constexpr float sin_tail[] = {-0x1.555546p-3f, 0x1.110776p-7f, -0x1.9952f8p-13f};
  // relative error 2^-33.0
  static constexpr float cos_tail[] = {0x1.55554ap-5f, -0x1.6c0c28p-10f, 0x1.99e80cp-16f};
};

// a = (4 n + quarter) pi/2 + r.hi + r.lo; of `quarter` only the last two bits count.
template <class V>
struct Angle {
  Pair<V> r;
  UnsignedOf<V> quarter;
};

// For 0 <= a <= near. 14 instructions.
template <class V>
MARUYAMA_INLINE Angle<V> near_angle(V a) {
  using C = Circle<V>;
  const V moved = a * C::two_over_pi + C::magic, k = moved - C::magic;
  const V first = a - k * C::half_pi[0], second = k * C::half_pi[1], r = first - second;
  const V low = ((first - r) - second) - k * C::half_pi[2], whole = r + low;
  return {{whole, (r - whole) + low}, (UnsignedOf<V>)moved};
}

// The bit that says "odd quarter" as a sign bit.
MARUYAMA_INLINE U64 odd(U64 quarter) { return quarter << 63; }
MARUYAMA_INLINE U32 odd(U32 quarter) { return quarter << 31; }

// sin(r + quarter pi/2) but for its sign. The coefficients are chosen by the quarter: cheaper than two polynomials.
template <class V>
MARUYAMA_INLINE V quarter_sine(Angle<V> angle) {
  using C = Circle<V>;
  using T = ScalarOf<V>;
  const auto is_odd = odd(angle.quarter);
  const V r = angle.r.hi, low = angle.r.lo, v = r * r, half = v * T{0.5}, line = T{1} - half;
  constexpr int terms = sizeof C::sin_tail / sizeof C::sin_tail[0];
  V tail = choose(is_odd, splat<V>(C::cos_tail[terms - 1]), splat<V>(C::sin_tail[terms - 1]));
#pragma GCC unroll 8
  for (int i = terms - 2; i >= 0; --i)
    tail = tail * v + choose(is_odd, splat<V>(C::cos_tail[i]), splat<V>(C::sin_tail[i]));
  const V head = choose(is_odd, line, r);
  const V rest = choose(is_odd, ((T{1} - line) - half) - r * low, low * line);
  return head + (v * choose(is_odd, v, r) * tail + rest);
}

// The sign bit where the quarter is the third or the fourth.
template <class V>
MARUYAMA_INLINE UnsignedOf<V> half_turn(UnsignedOf<V> quarter) {
  constexpr int to_sign = 8 * sizeof(ScalarOf<V>) - 2;
  return (quarter << to_sign) & splat<UnsignedOf<V>>(BitsOf<V>::sign);
}

// a's sine (turn 0) or cosine (turn 1), with the sign turned by `sign`
template <class V>
MARUYAMA_INLINE V turned_sine(Angle<V> angle, std::uint32_t turn, UnsignedOf<V> sign) {
  angle.quarter += turn;
  return (V)((UnsignedOf<V>)quarter_sine(angle) ^ half_turn<V>(angle.quarter) ^ sign);
}

// sin/cos of r, or -cos/sin in an odd quarter, as a quotient of pairs.
template <class V>
MARUYAMA_INLINE V tan_of_angle(Angle<V> angle) {
  using C = Circle<V>;
  using T = ScalarOf<V>;
  const V r = angle.r.hi, low = angle.r.lo, v = r * r, half = v * T{0.5}, line = T{1} - half;
  const Pair<V> sine = quick_sum(r, r * v * polynomial(v, C::sin_tail) + low * line);
  const Pair<V> cosine = quick_sum(line, v * v * polynomial(v, C::cos_tail) + (((T{1} - line) - half) - r * low));
  const auto is_odd = odd(angle.quarter);
  const Pair<V> top = {choose(is_odd, -cosine.hi, sine.hi), choose(is_odd, -cosine.lo, sine.lo)};
  const Pair<V> bottom = {choose(is_odd, sine.hi, cosine.hi), choose(is_odd, sine.lo, cosine.lo)};
  return sum(quotient(top, bottom));
}

// The three functions by way of an angle.
struct Sine {
  template <class V>
  static MARUYAMA_INLINE V at(Angle<V> angle, V x) {
    return turned_sine(angle, 0, sign_part(x));
  }
};
struct Cosine {
  template <class V>
  static MARUYAMA_INLINE V at(Angle<V> angle, V) {
    return turned_sine(angle, 1, UnsignedOf<V>{});
  }
};
struct Tangent {
  template <class V>
  static MARUYAMA_INLINE V at(Angle<V> angle, V x) {
    return (V)((UnsignedOf<V>)tan_of_angle(angle) ^ sign_part(x));
  }
};

// Angles of any size, for float32 by way of float64. Out of line: few vectors hold one that is not near.
template <class F>
MARUYAMA_INLINE F64 at_any(F64 x) {
  const F64 a = magnitude(x);
  Angle<F64> angle = near_angle(a);
  put_far_angles(a, Circle<F64>::near, angle.r.hi, angle.r.lo, angle.quarter);
  return F::at(angle, x);
}
template <class F>
__attribute__((noinline)) F64 at_far(F64 x) {
  return at_any<F>(x);
}
template <class F>
__attribute__((noinline)) F32 at_far(F32 x) {
  F64 low, high;
  widen(x, low, high);
  return narrow(at_any<F>(low), at_any<F>(high));
}
template <class F, class V>
MARUYAMA_INLINE V of_angle(V x) {
  const V a = magnitude(x), result = F::at(near_angle(a), x);
  const MaskOf<V> far = a > Circle<V>::near;
  return __builtin_expect(any(far), 0) ? where(far, at_far<F>(x), result) : result;
}

// Both of the same angle, with the bits of sin_of and cos_of: each polynomial is computed once, and none is chosen.
template <class V>
struct SineAndCosine {
  V sine, cosine;
};
template <class V>
MARUYAMA_INLINE SineAndCosine<V> near_sine_and_cosine(V x) {
  using C = Circle<V>;
  using T = ScalarOf<V>;
  const Angle<V> angle = near_angle(magnitude(x));
  const V r = angle.r.hi, low = angle.r.lo, v = r * r, half = v * T{0.5}, line = T{1} - half;
  const V along = line + (v * v * polynomial(v, C::cos_tail) + (((T{1} - line) - half) - r * low));
  const V across = r + (v * r * polynomial(v, C::sin_tail) + low * line);
  const auto is_odd = odd(angle.quarter);
  return {(V)((UnsignedOf<V>)choose(is_odd, along, across) ^ half_turn<V>(angle.quarter) ^ sign_part(x)),
          (V)((UnsignedOf<V>)choose(is_odd, across, along) ^ half_turn<V>(angle.quarter + 1))};
}
template <class V>
MARUYAMA_INLINE SineAndCosine<V> sine_and_cosine_of(V x) {
  const SineAndCosine<V> result = near_sine_and_cosine(x);
  const MaskOf<V> far = magnitude(x) > Circle<V>::near;
  if (__builtin_expect(!any(far), 1)) return result;
  return {where(far, at_far<Sine>(x), result.sine), where(far, at_far<Cosine>(x), result.cosine)};
}

// Error 0.78 ulp in float64, 0.80 in float32; 59 and 49 instructions.
template <class V>
MARUYAMA_INLINE V sin_of(V x) {
  return of_angle<Sine>(x);
}
// Error 0.79 ulp in float64, 0.80 in float32; 59 and 49 instructions.
template <class V>
MARUYAMA_INLINE V cos_of(V x) {
  return of_angle<Cosine>(x);
}
// Error 1.02 ulp in float64, 1.05 in float32; 87 and 75 instructions.
template <class V>
MARUYAMA_INLINE V tan_of(V x) {
  return of_angle<Tangent>(x);
}

}  // namespace
}  // namespace maruyama::MARUYAMA_LEVEL
