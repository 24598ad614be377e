// exp, exp2, expm1, expit: x = k ln 2 + r with |r| <= ln(2)/2, then a polynomial in r, then 2^k.
//
// W. Cody, W. Waite, Software Manual for the Elementary Functions (1980), chapter 6. Errors are the largest seen, in
// units in the last place, float64 / float32; scripts/prove_math.py measures them.
#pragma once

#include "simd/math/pair.hpp"

namespace maruyama::MARUYAMA_LEVEL {
namespace {

// Coefficients from scripts/minimax_math.py; log2_e rounded; ln2_hi has so few bits that its product with k is exact.
template <class V>
struct Exp;

template <>
struct Exp<F64> {
  static constexpr double log2_e = 0x1.71547652b82fep+0, ln2_hi = 0x1.62e42fefa4p-1, ln2_lo = -0x1.8432a1b0e2634p-43;
  // 2^r: the product of the short part of r with this is exact
  static constexpr double ln2_short = 0x1.62e43p-1, ln2_rest = -0x1.05c610ca86c39p-29;
  // (exp(r) - 1)/r = 1 + r (c0 + c1 r + ...), |r| <= ln(2)/2, relative error 2^-55.5
  static constexpr double tail[] = {0x1.0000000000005p-1,  0x1.5555555555539p-3,  0x1.5555555551fddp-5,
                                    0x1.1111111118e5dp-7,  0x1.6c16c17fa4beap-10, 0x1.a01a0176ebf64p-13,
                                    0x1.a019a4f08e1a2p-16, 0x1.71de805111c15p-19, 0x1.28a477cd3370fp-22,
                                    0x1.ae7e049875af2p-26};
  // (exp(r) - 1)/r = 1 + r/2 + r^2 (c0 + c1 r + ...), relative error 2^-61.5
  static constexpr double fine_tail[] = {0x1.5555555555559p-3,  0x1.5555555555549p-5,  0x1.111111110f5a5p-7,
                                         0x1.6c16c16c1c45ap-10, 0x1.a01a01b07b278p-13, 0x1.a01a01877acbep-16,
                                         0x1.71ddf67e059f2p-19, 0x1.27e51dd21cfa4p-22, 0x1.af627958e7c27p-26,
                                         0x1.1f0f7c8969a67p-29};
  static constexpr double least = -746, most = 710;                  // exp is 0 below, infinite above
  static constexpr double least_binary = -1080, most_binary = 1030;  // exp2 likewise
  static constexpr double least_less_1 = -40;                        // expm1 is -1 below
  static constexpr double linear = 0x1p-54;                          // expm1(x) = x for |x| below
};

template <>
struct Exp<F32> {
  static constexpr float log2_e = 0x1.715476p+0f, ln2_hi = 0x1.62e8p-1f, ln2_lo = -0x1.e8082ep-16f;
  static constexpr float ln2_short = 0x1.62ep-1f, ln2_rest = 0x1.0bfbe8p-15f;
  // relative error 2^-25.8
  static constexpr float tail[] = {0x1.fffffep-2f, 0x1.5554bp-3f, 0x1.555674p-5f, 0x1.1227acp-7f, 0x1.6bec1ap-10f};
  // relative error 2^-31.1
  static constexpr float fine_tail[] = {0x1.555554p-3f, 0x1.5554f2p-5f, 0x1.11133ep-7f, 0x1.6d4056p-10f,
                                        0x1.9d9edap-13f};
  static constexpr float least = -104, most = 89;
  static constexpr float least_binary = -152, most_binary = 130;
  static constexpr float least_less_1 = -18;
  static constexpr float linear = 0x1p-25f;
};

// exp(x) = 2^k (1 + (r + tail)): r is exact, and what is lost below it is in the tail.
template <class V>
struct ExpParts {
  V k, r, tail;
};

// exp(r + low) - 1 - r, low far smaller, by coefficients c.
template <class V, class T, int terms>
MARUYAMA_INLINE V exp_tail(V r, V low, const T (&c)[terms]) {
  const V whole = r + low, square = whole * whole;
  return square * quick_polynomial(whole, square, c) + low;
}

template <class V>
MARUYAMA_INLINE ExpParts<V> exp_parts(V x) {
  using C = Exp<V>;
  const V k = rint_of(x * C::log2_e), r = x - k * C::ln2_hi;
  return {k, r, exp_tail(r, k * -C::ln2_lo, C::tail)};
}

// 1 + (r + tail) as a pair: 7 instructions.
template <class V>
MARUYAMA_INLINE Pair<V> mantissa(ExpParts<V> parts) {
  const Pair<V> sum = quick_sum(splat<V>(ScalarOf<V>{1}), parts.r);
  return quick_sum(sum.hi, sum.lo + parts.tail);
}

template <class V>
MARUYAMA_INLINE V value(ExpParts<V> parts) {
  return times_power_of_2((parts.r + parts.tail) + ScalarOf<V>{1}, parts.k);
}

// Error 0.95 ulp in float64, 0.97 in float32; 32 and 22 instructions.
template <class V>
MARUYAMA_INLINE V exp_of(V x) {
  using C = Exp<V>;
  return value(exp_parts(at_least(at_most(x, C::most), C::least)));
}

// 2^x = exp(r ln 2) 2^k, r = x - k: r ln 2 as the exact product of the short parts and the rest.
// Error 0.95 ulp in float64, 0.95 in float32; 36 and 26 instructions.
template <class V>
MARUYAMA_INLINE V exp2_of(V x) {
  using C = Exp<V>;
  x = at_least(at_most(x, C::most_binary), C::least_binary);
  const V k = rint_of(x), r = x - k, r_short = short_of(r);
  const V hi = r_short * C::ln2_short, lo = (r - r_short) * C::ln2_short + r * C::ln2_rest;
  return value(ExpParts<V>{k, hi, exp_tail(hi, lo, C::tail)});
}

// (1 + r + tail) 2^(k-1) + half as a pair whose lo is up to a tenth of hi, for half_power = 2^(k-1) and half = 1/2 or
// -1/2: (exp(x) + 1)/2 and (exp(x) - 1)/2.
template <class V>
MARUYAMA_INLINE Pair<V> half_exp_plus(V r, V tail, V half_power, ScalarOf<V> half) {
  const V base = half_power + half, lost = (half_power - base) + half;
  const Pair<V> sum = quick_sum(base, half_power * r);
  return {sum.hi, half_power * tail + (sum.lo + lost)};
}

// Where k = 1 the tail's error counts twice: its largest part r^2/2 is kept apart, which stays below 1 ulp.
// Error 0.90 ulp in float64, 0.91 in float32; 52 and 42 instructions.
template <class V>
MARUYAMA_INLINE V expm1_of(V x) {
  using C = Exp<V>;
  using T = ScalarOf<V>;
  const V clamped = at_least(at_most(x, C::most), C::least_less_1), k = rint_of(clamped * C::log2_e);
  const V r = clamped - k * C::ln2_hi, low = k * -C::ln2_lo, whole = r + low, square = whole * whole;
  const V tail = square * T{0.5} + square * whole * polynomial(whole, C::fine_tail);
  const V half_power = power_of_2(k - T{1});
  const Pair<V> half = half_exp_plus(r, low, half_power, T{-0.5});
  return where(magnitude(x) < C::linear, x, (half.hi + (half_power * tail + half.lo)) * T{2});
}

// 1/(1 + exp(-x)) with exp(-x) = 2^k (1 + w): the sum (1 + 2^k) + 2^k w rounds once. Both sides are scaled by 2^-24, so
// that the result may be subnormal.
// Error 1.75 ulp; 32 instructions.
MARUYAMA_INLINE F32 expit_of(F32 x) {
  const ExpParts<F32> parts = exp_parts(at_least(at_most(-x, -Exp<F32>::least), -20.0f));
  const F32 power = power_of_2(parts.k - 24.0f), base = power + 0x1p-24f, lost = (power - base) + 0x1p-24f;
  return 0x1p-24f / (base + (power * (parts.r + parts.tail) + lost));
}
// By e = exp(-|x|) <= 1: 1/(1 + e) or e/(1 + e), as pairs.
// Error 0.77 ulp; 62 instructions.
MARUYAMA_INLINE F64 expit_of(F64 x) {
  const ExpParts<F64> parts = exp_parts(at_least(-magnitude(x), Exp<F64>::least));
  const Pair<F64> m = mantissa(parts), e = {times_power_of_2(m.hi, parts.k), times_power_of_2(m.lo, parts.k)};
  const Pair<F64> one = {splat<F64>(1.0), splat<F64>(0.0)}, plus = quick_sum(one.hi, e.hi);
  const I64 negative = x < 0.0;
  const Pair<F64> top = {where(negative, e.hi, one.hi), where(negative, e.lo, one.lo)};
  return sum(quotient(top, Pair<F64>{plus.hi, plus.lo + e.lo}));
}

}  // namespace
}  // namespace maruyama::MARUYAMA_LEVEL
