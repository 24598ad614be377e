// x86-64-v2: SSE 4.2, 16-byte vectors.
#pragma once

#include <smmintrin.h>

#define MARUYAMA_VECTOR_BYTES 16
#include "simd/lanes.hpp"

namespace maruyama::x86_64_v2 {
namespace {

constexpr int kVectorRegisters = 16;

// The product of the low 32 bits of each 64-bit lane.
MARUYAMA_INLINE U64 multiply_words(U64 a, U64 b) { return (U64)_mm_mul_epu32((__m128i)a, (__m128i)b); }

constexpr bool kHasXor3 = false;
MARUYAMA_INLINE U64 xor3(U64 a, U64 b, U64 c) { return a ^ b ^ c; }

// The high 32 bits of each 64-bit lane, in its low half; above them is rubbish. A shuffle leaves `a` as it is: no copy.
MARUYAMA_INLINE U64 high_words(U64 a) { return (U64)_mm_shuffle_epi32((__m128i)a, 0xf5); }

// low32(low) | low32(high) << 32
MARUYAMA_INLINE U64 join_words(U64 low, U64 high) {
  return (U64)_mm_blend_epi16((__m128i)low, (__m128i)(high << 32), 0xcc);
}

MARUYAMA_INLINE F64 square_root(F64 a) { return (F64)_mm_sqrt_pd((__m128d)a); }
MARUYAMA_INLINE F32 square_root(F32 a) { return (F32)_mm_sqrt_ps((__m128)a); }

// low32(low) + low32(high) 2^32, rounded once: both become doubles exactly, by way of the bits of 2^52 and 2^84.
MARUYAMA_INLINE F64 to_double(U64 low, U64 high) {
  const F64 units = (F64)_mm_blend_epi16((__m128i)low, _mm_set1_epi64x(0x4330000000000000), 0xcc);
  const F64 rest = (F64)_mm_blend_epi16((__m128i)high, _mm_set1_epi64x(0x4530000000000000), 0xcc);
  return (rest - splat<F64>(0x1.00000001p84)) + units;
}
MARUYAMA_INLINE F64 to_double(U64 a) { return to_double(a, high_words(a)); }

// a where the sign bit of `sign` is set, else b
MARUYAMA_INLINE F64 choose(U64 sign, F64 a, F64 b) { return (F64)_mm_blendv_pd((__m128d)b, (__m128d)a, (__m128d)sign); }
MARUYAMA_INLINE F32 choose(U32 sign, F32 a, F32 b) { return (F32)_mm_blendv_ps((__m128)b, (__m128)a, (__m128)sign); }

// a ^ (b & mask)
MARUYAMA_INLINE U64 masked_xor(U64 a, U64 b, U64 mask) { return a ^ (b & mask); }
MARUYAMA_INLINE U32 masked_xor(U32 a, U32 b, U32 mask) { return a ^ (b & mask); }

// a where the second highest bit of `bits` is set, else b
MARUYAMA_INLINE F64 choose_by_second(U64 bits, F64 a, F64 b) { return choose(bits << 1, a, b); }
MARUYAMA_INLINE F32 choose_by_second(U32 bits, F32 a, F32 b) { return choose(bits << 1, a, b); }

// a0 b0 a1 b1 ...: the first half into low, the second into high
MARUYAMA_INLINE void interleave(F64 a, F64 b, F64& low, F64& high) {
  low = (F64)_mm_unpacklo_pd((__m128d)a, (__m128d)b);
  high = (F64)_mm_unpackhi_pd((__m128d)a, (__m128d)b);
}
MARUYAMA_INLINE void interleave(F32 a, F32 b, F32& low, F32& high) {
  low = (F32)_mm_unpacklo_ps((__m128)a, (__m128)b);
  high = (F32)_mm_unpackhi_ps((__m128)a, (__m128)b);
}

// The same in each 16 bytes by themselves, which are all.
MARUYAMA_INLINE void interleave_in_16_bytes(F64 a, F64 b, F64& low, F64& high) { interleave(a, b, low, high); }
MARUYAMA_INLINE void interleave_in_16_bytes(F32 a, F32 b, F32& low, F32& high) { interleave(a, b, low, high); }

// The lanes of a and b, one after the other, split into those of even and of odd number.
MARUYAMA_INLINE void deinterleave(U64 a, U64 b, U64& even, U64& odd) {
  even = (U64)_mm_unpacklo_epi64((__m128i)a, (__m128i)b);
  odd = (U64)_mm_unpackhi_epi64((__m128i)a, (__m128i)b);
}
MARUYAMA_INLINE void deinterleave(U32 a, U32 b, U32& even, U32& odd) {
  even = (U32)_mm_shuffle_ps((__m128)a, (__m128)b, 0x88);
  odd = (U32)_mm_shuffle_ps((__m128)a, (__m128)b, 0xdd);
}

MARUYAMA_INLINE bool any(I64 mask) { return _mm_movemask_pd((__m128d)mask) != 0; }
MARUYAMA_INLINE bool any(I32 mask) { return _mm_movemask_ps((__m128)mask) != 0; }

// The smaller and the larger of a and a limit; NaN stays NaN.
MARUYAMA_INLINE F64 at_most(F64 a, double limit) { return (F64)_mm_min_pd(_mm_set1_pd(limit), (__m128d)a); }
MARUYAMA_INLINE F32 at_most(F32 a, float limit) { return (F32)_mm_min_ps(_mm_set1_ps(limit), (__m128)a); }
MARUYAMA_INLINE F64 at_least(F64 a, double limit) { return (F64)_mm_max_pd(_mm_set1_pd(limit), (__m128d)a); }
MARUYAMA_INLINE F32 at_least(F32 a, float limit) { return (F32)_mm_max_ps(_mm_set1_ps(limit), (__m128)a); }

// To the nearest integer, ties to even; down; up; towards zero.
MARUYAMA_INLINE F64 rint_of(F64 a) {
  return (F64)_mm_round_pd((__m128d)a, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
}
MARUYAMA_INLINE F32 rint_of(F32 a) {
  return (F32)_mm_round_ps((__m128)a, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
}
MARUYAMA_INLINE F64 floor_of(F64 a) { return (F64)_mm_floor_pd((__m128d)a); }
MARUYAMA_INLINE F32 floor_of(F32 a) { return (F32)_mm_floor_ps((__m128)a); }
MARUYAMA_INLINE F64 ceil_of(F64 a) { return (F64)_mm_ceil_pd((__m128d)a); }
MARUYAMA_INLINE F32 ceil_of(F32 a) { return (F32)_mm_ceil_ps((__m128)a); }
MARUYAMA_INLINE F64 trunc_of(F64 a) { return (F64)_mm_round_pd((__m128d)a, _MM_FROUND_TO_ZERO | _MM_FROUND_NO_EXC); }
MARUYAMA_INLINE F32 trunc_of(F32 a) { return (F32)_mm_round_ps((__m128)a, _MM_FROUND_TO_ZERO | _MM_FROUND_NO_EXC); }

// a 2^k rounded once, for 1/2 <= |a| < 4 and an integer |k| < 1500 (300 in float)
MARUYAMA_INLINE F64 times_power_of_2(F64 a, F64 k) { return times_two_powers(a, k); }
MARUYAMA_INLINE F32 times_power_of_2(F32 a, F32 k) { return times_two_powers(a, k); }

// Vectors of lanes whose products with a panel of weights fit the registers.
constexpr int kProductVectors = 1;

// a*b + c, rounded once. This level has no instruction for it: the C library's exact one, lane by lane, is slow and
// right.
MARUYAMA_INLINE F64 fused_multiply_add(F64 a, F64 b, F64 c) {
  return F64{__builtin_fma(a[0], b[0], c[0]), __builtin_fma(a[1], b[1], c[1])};
}
MARUYAMA_INLINE F32 fused_multiply_add(F32 a, F32 b, F32 c) {
  return F32{__builtin_fmaf(a[0], b[0], c[0]), __builtin_fmaf(a[1], b[1], c[1]), __builtin_fmaf(a[2], b[2], c[2]),
             __builtin_fmaf(a[3], b[3], c[3])};
}

}  // namespace
}  // namespace maruyama::x86_64_v2
