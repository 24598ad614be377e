// Two words become two normals: G. Box, M. Muller, "A note on the generation of random normal deviates" (1958).
//
//   z0 = r cos(theta), z1 = r sin(theta), r = sqrt(-2 ln u), u from one word and theta from the other.
//
// Only + - * / sqrt and integer operations, each rounded once, so that every level gives the same bits. Coefficients
// and their errors come from scripts/minimax.py; the largest errors here are of the whole, in units in the last place,
// once the word is rounded to u and d. Those of r, sin and cos are seen by enumeration (float32) and at 10^8 words
// (float64), those of z are the largest found: docs/noise-proof.md, by scripts/prove_transform.py.
//
//             r      sin    cos    z
//   float64   1.05   1.27   1.14   3.49
//   float32   1.07   1.31   1.13   3.52
#pragma once

#include "rng/counter.hpp"
#include "simd/polynomial.hpp"

namespace maruyama::MARUYAMA_LEVEL {
namespace {

template <class T>
struct Gauss;

template <>
struct Gauss<double> {
  static constexpr double minus_2_ln2_hi = -0x1.62e42ffp+0;  // times an integer below 2^24: exact
  static constexpr double minus_2_ln2_lo = 0x1.718432a1b0e26p-34;
  static constexpr double half_pi = 0x1.921fb54442d18p+0;
  // -2 ln((1+s)/(1-s)) = -4 s + s v (c0 + c1 v + ...), v = s^2 <= (3 - 2 sqrt(2))^2, relative error 2^-59.5
  static constexpr double log_tail[] = {-0x1.5555555555592p+0, -0x1.999999997ff62p-1, -0x1.24924941db5c8p-1,
                                        -0x1.c71c521a07878p-2, -0x1.74663ba71adc4p-2, -0x1.39a20b4210c19p-2,
                                        -0x1.2f025558d578p-2};
  // sin(d pi/2) = d (half_pi + (c0 + c1 v + ...)), v = d^2 <= 1/4, relative error 2^-58.0
  static constexpr double sin_tail[] = {0x1.0260f805254b1p-54, -0x1.4abbce625be41p-1, 0x1.466bc6775878p-4,
                                        -0x1.32d2cce2dcd6cp-8, 0x1.50782fd0e64ffp-13, -0x1.e300691cf9d8dp-19,
                                        0x1.e3f08cd19c87dp-25};
  // cos(d pi/2) = 1 + v (c0 + c1 v + ...), relative error 2^-61.4
  static constexpr double cos_tail[] = {-0x1.3bd3cc9be45dep+0, 0x1.03c1f081b5a52p-2,  -0x1.55d3c7e3bfe55p-6,
                                        0x1.e1f50675b1d7ap-11, -0x1.a6d1e238afffp-16, 0x1.f9c4ad81beb96p-22,
                                        -0x1.b03447dd802dep-28};
};

template <>
struct Gauss<float> {
  static constexpr float minus_2_ln2_hi = -0x1.62e4p+0f;  // times an integer below 2^9: exact
  static constexpr float minus_2_ln2_lo = -0x1.7f7d1cp-19f;
  static constexpr float half_pi = 0x1.921fb6p+0f;
  // v <= 1/9, relative error 2^-27.7
  static constexpr float log_tail[] = {-0x1.555502p+0f, -0x1.99d1ccp-1f, -0x1.1ec03ep-1f, -0x1.1eca32p-1f};
  // relative error 2^-28.0
  static constexpr float sin_tail[] = {-0x1.a32db2p-25f, -0x1.4abbb8p-1f, 0x1.465e16p-4f, -0x1.2d7948p-8f};
  // relative error 2^-31.0
  static constexpr float cos_tail[] = {-0x1.3bd3ccp+0f, 0x1.03c1bp-2f, -0x1.55b2b6p-6f, 0x1.d4f7eep-11f};
};

// A radius word on its way: u = (1 + f) 2^k, f2 = 2 f and s = f/(2 + f). The division stands apart from what follows
// it, because kernels/noise.hpp takes each part for many words at a time.
template <class V>
struct Reduced {
  V k, f2, s;
};

// -2 ln u = -2 (k ln 2 + ln(1 + f)): ln(1 + f) = 2 artanh(s), and 4 s = 2 f - 2 f s puts the exact 2 f where the
// rounded 4 s would be.
template <class T, class V>
MARUYAMA_INLINE V squared_radius(const Reduced<V>& u) {
  using C = Gauss<T>;
  const V v = u.s * u.s;
  const V tail = u.s * (u.f2 + v * polynomial(v, C::log_tail));
  return u.k * C::minus_2_ln2_hi + ((tail + u.k * C::minus_2_ln2_lo) - u.f2);
}

// cos and sin of d pi/2, |d| <= 1/2.
template <class V>
struct Direction {
  V cosine, sine;
};

template <class T, class V>
MARUYAMA_INLINE Direction<V> direction(V d) {
  using C = Gauss<T>;
  const V v = d * d;
  V cosine, sine;
  polynomials(v, C::cos_tail, C::sin_tail, cosine, sine);
  return {v * cosine + T{1}, d * (sine + C::half_pi)};
}

// The quarter of the circle by the two highest bits of b: exchanged where the second is set, and both turned by the
// first, by way of r. That covers the circle once.
template <class V, class B>
MARUYAMA_INLINE void turn(V squared_r, V cosine, V sine, B b, B sign, V& z0, V& z1) {
  const V r = (V)masked_xor((B)square_root(squared_r), b, sign);
  z0 = r * choose_by_second(b, sine, cosine);
  z1 = r * choose_by_second(b, cosine, sine);
}

// u = (a + 1/2) 2^-64, rounded to double: 0 < u <= 1, and r up to 9.49. `a` has been rounded to double before.
MARUYAMA_INLINE Reduced<F64> reduced(F64 a) {
  // u 2^64 = (1 + f) 2^k with 1 + f in [sqrt(1/2), sqrt(2)): the exponent is read after the mantissa was moved up.
  constexpr std::uint64_t one = 0x3ff0000000000000, root_half = 0x3fe6a09e667f3bcd, twice = std::uint64_t{1} << 52;
  const U64 moved = (U64)(a + 0.5) + (one - root_half);
  // 2^52 + biased exponent, less 2^52 + 1023 + 64: the integer k, exactly
  const F64 k = (F64)((moved >> 52) | splat<U64>(std::uint64_t{0x4330000000000000})) - (0x1p52 + 1087);
  const F64 mantissa2 = (F64)((moved & splat<U64>((std::uint64_t{1} << 52) - 1)) + (root_half + twice));
  const F64 f2 = mantissa2 - 2.0;
  return {k, f2, f2 / (mantissa2 + 2.0)};
}
MARUYAMA_INLINE Reduced<F64> reduced(U64 a) { return reduced(to_double(a)); }

// Bits 63 and 62 of b choose the quarter; bits 61 ... 11 and a last one that is always set make d an odd multiple of
// 2^-52, as often below 0 as above. The two bits of the quarter fall on bits that are set in the exponent.
MARUYAMA_INLINE F64 angle(U64 b) { return (F64)((b >> 10) | splat<U64>(std::uint64_t{0x3ff0000000000001})) - 1.5; }
MARUYAMA_INLINE void turn(F64 squared_r, F64 cosine, F64 sine, U64 b, F64& z0, F64& z1) {
  turn(squared_r, cosine, sine, b, splat<U64>(std::uint64_t{1} << 63), z0, z1);
}

// u = (a + 1/2) 2^-32. Where a >= 2^31 it is read as a negative number, which is u - 1: so u near 1 keeps all its bits.
// r is between 2^-16 and 6.77.
MARUYAMA_INLINE Reduced<F32> reduced(U32 a) {
  const F32 signed_u = __builtin_convertvector((I32)a, F32) + 0.5f;
  const U32 bits = (U32)signed_u;
  const I32 exponent = (I32)(bits >> 23) - (126 + 32);  // u = mantissa 2^exponent, mantissa in [1/2, 1)
  const F32 mantissa2 = (F32)((bits & splat<U32>(0x007fffffu)) | splat<U32>(0x3f800000u));
  const F32 f2 = choose(bits, signed_u * 0x1p-31f, mantissa2 - 2.0f);
  const F32 k = choose(bits, F32{}, __builtin_convertvector(exponent, F32));
  return {k, f2, f2 / (f2 + 4.0f)};
}

// Bits 31 and 30 of b choose the quarter; the other 30 and a last one that is always set make d.
MARUYAMA_INLINE F32 angle(U32 b) { return __builtin_convertvector((I32)((b << 2) | splat<U32>(2u)), F32) * 0x1p-32f; }
MARUYAMA_INLINE void turn(F32 squared_r, F32 cosine, F32 sine, U32 b, F32& z0, F32& z1) {
  turn(squared_r, cosine, sine, b, splat<U32>(0x80000000u), z0, z1);
}

}  // namespace
}  // namespace maruyama::MARUYAMA_LEVEL
