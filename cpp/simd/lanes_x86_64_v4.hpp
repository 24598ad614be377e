// x86-64-v4: AVX-512 F, BW, CD, DQ and VL, 64-byte vectors.
#pragma once

#if defined(__clang__)
#include <immintrin.h>
#else  // GCC 12 and 13 warn of their own header: GCC bug 105593
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#pragma GCC diagnostic ignored "-Wuninitialized"
#include <immintrin.h>
#pragma GCC diagnostic pop
#endif

#define MARUYAMA_VECTOR_BYTES 64
#include "simd/lanes.hpp"

namespace maruyama::x86_64_v4 {
namespace {

constexpr int kVectorRegisters = 32;

// The product of the low 32 bits of each 64-bit lane.
MARUYAMA_INLINE U64 multiply_words(U64 a, U64 b) { return (U64)_mm512_mul_epu32((__m512i)a, (__m512i)b); }

// One instruction.
constexpr bool kHasXor3 = true;
MARUYAMA_INLINE U64 xor3(U64 a, U64 b, U64 c) {
  return (U64)_mm512_ternarylogic_epi64((__m512i)a, (__m512i)b, (__m512i)c, 0x96);
}

// The high 32 bits of each 64-bit lane, in its low half.
MARUYAMA_INLINE U64 high_words(U64 a) { return a >> 32; }

// low32(low) | low32(high) << 32
MARUYAMA_INLINE U64 join_words(U64 low, U64 high) {
  return (U64)_mm512_mask_blend_epi32(0xaaaa, (__m512i)low, (__m512i)(high << 32));
}

MARUYAMA_INLINE F64 square_root(F64 a) { return (F64)_mm512_sqrt_pd((__m512d)a); }
MARUYAMA_INLINE F32 square_root(F32 a) { return (F32)_mm512_sqrt_ps((__m512)a); }

MARUYAMA_INLINE F64 to_double(U64 a) { return (F64)_mm512_cvtepu64_pd((__m512i)a); }
MARUYAMA_INLINE F64 to_double(U64 low, U64 high) { return to_double(join_words(low, high)); }

// a where the sign bit of `sign` is set, else b
MARUYAMA_INLINE F64 choose(U64 sign, F64 a, F64 b) {
  return (F64)_mm512_mask_blend_pd(_mm512_movepi64_mask((__m512i)sign), (__m512d)b, (__m512d)a);
}
MARUYAMA_INLINE F32 choose(U32 sign, F32 a, F32 b) {
  return (F32)_mm512_mask_blend_ps(_mm512_movepi32_mask((__m512i)sign), (__m512)b, (__m512)a);
}

// a ^ (b & mask)
MARUYAMA_INLINE U64 masked_xor(U64 a, U64 b, U64 mask) {
  return (U64)_mm512_ternarylogic_epi64((__m512i)a, (__m512i)b, (__m512i)mask, 0x78);
}
MARUYAMA_INLINE U32 masked_xor(U32 a, U32 b, U32 mask) {
  return (U32)_mm512_ternarylogic_epi32((__m512i)a, (__m512i)b, (__m512i)mask, 0x78);
}

// a where the second highest bit of `bits` is set, else b
MARUYAMA_INLINE F64 choose_by_second(U64 bits, F64 a, F64 b) {
  return (F64)_mm512_mask_blend_pd(_mm512_test_epi64_mask((__m512i)bits, _mm512_set1_epi64(std::int64_t{1} << 62)),
                                   (__m512d)b, (__m512d)a);
}
MARUYAMA_INLINE F32 choose_by_second(U32 bits, F32 a, F32 b) {
  return (F32)_mm512_mask_blend_ps(_mm512_test_epi32_mask((__m512i)bits, _mm512_set1_epi32(1 << 30)), (__m512)b,
                                   (__m512)a);
}

// a0 b0 a1 b1 ...: the first half into low, the second into high
MARUYAMA_INLINE void interleave(F64 a, F64 b, F64& low, F64& high) {
  low = (F64)_mm512_permutex2var_pd((__m512d)a, _mm512_setr_epi64(0, 8, 1, 9, 2, 10, 3, 11), (__m512d)b);
  high = (F64)_mm512_permutex2var_pd((__m512d)a, _mm512_setr_epi64(4, 12, 5, 13, 6, 14, 7, 15), (__m512d)b);
}
MARUYAMA_INLINE void interleave(F32 a, F32 b, F32& low, F32& high) {
  const __m512i first = _mm512_setr_epi32(0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
  const __m512i second = _mm512_setr_epi32(8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
  low = (F32)_mm512_permutex2var_ps((__m512)a, first, (__m512)b);
  high = (F32)_mm512_permutex2var_ps((__m512)a, second, (__m512)b);
}

// The same in each 16 bytes by themselves: one instruction each.
MARUYAMA_INLINE void interleave_in_16_bytes(F64 a, F64 b, F64& low, F64& high) {
  low = (F64)_mm512_unpacklo_pd((__m512d)a, (__m512d)b);
  high = (F64)_mm512_unpackhi_pd((__m512d)a, (__m512d)b);
}
MARUYAMA_INLINE void interleave_in_16_bytes(F32 a, F32 b, F32& low, F32& high) {
  low = (F32)_mm512_unpacklo_ps((__m512)a, (__m512)b);
  high = (F32)_mm512_unpackhi_ps((__m512)a, (__m512)b);
}

// The lanes of a and b, one after the other, split into those of even and of odd number.
MARUYAMA_INLINE void deinterleave(U64 a, U64 b, U64& even, U64& odd) {
  even = (U64)_mm512_permutex2var_epi64((__m512i)a, _mm512_setr_epi64(0, 2, 4, 6, 8, 10, 12, 14), (__m512i)b);
  odd = (U64)_mm512_permutex2var_epi64((__m512i)a, _mm512_setr_epi64(1, 3, 5, 7, 9, 11, 13, 15), (__m512i)b);
}
MARUYAMA_INLINE void deinterleave(U32 a, U32 b, U32& even, U32& odd) {
  const __m512i first = _mm512_setr_epi32(0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30);
  const __m512i second = _mm512_setr_epi32(1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31);
  even = (U32)_mm512_permutex2var_epi32((__m512i)a, first, (__m512i)b);
  odd = (U32)_mm512_permutex2var_epi32((__m512i)a, second, (__m512i)b);
}

MARUYAMA_INLINE bool any(I64 mask) { return _mm512_movepi64_mask((__m512i)mask) != 0; }
MARUYAMA_INLINE bool any(I32 mask) { return _mm512_movepi32_mask((__m512i)mask) != 0; }

// The smaller and the larger of a and a limit; NaN stays NaN.
MARUYAMA_INLINE F64 at_most(F64 a, double limit) { return (F64)_mm512_min_pd(_mm512_set1_pd(limit), (__m512d)a); }
MARUYAMA_INLINE F32 at_most(F32 a, float limit) { return (F32)_mm512_min_ps(_mm512_set1_ps(limit), (__m512)a); }
MARUYAMA_INLINE F64 at_least(F64 a, double limit) { return (F64)_mm512_max_pd(_mm512_set1_pd(limit), (__m512d)a); }
MARUYAMA_INLINE F32 at_least(F32 a, float limit) { return (F32)_mm512_max_ps(_mm512_set1_ps(limit), (__m512)a); }

// To the nearest integer, ties to even; down; up; towards zero.
MARUYAMA_INLINE F64 rint_of(F64 a) { return (F64)_mm512_roundscale_pd((__m512d)a, 8); }
MARUYAMA_INLINE F32 rint_of(F32 a) { return (F32)_mm512_roundscale_ps((__m512)a, 8); }
MARUYAMA_INLINE F64 floor_of(F64 a) { return (F64)_mm512_roundscale_pd((__m512d)a, 9); }
MARUYAMA_INLINE F32 floor_of(F32 a) { return (F32)_mm512_roundscale_ps((__m512)a, 9); }
MARUYAMA_INLINE F64 ceil_of(F64 a) { return (F64)_mm512_roundscale_pd((__m512d)a, 10); }
MARUYAMA_INLINE F32 ceil_of(F32 a) { return (F32)_mm512_roundscale_ps((__m512)a, 10); }
MARUYAMA_INLINE F64 trunc_of(F64 a) { return (F64)_mm512_roundscale_pd((__m512d)a, 11); }
MARUYAMA_INLINE F32 trunc_of(F32 a) { return (F32)_mm512_roundscale_ps((__m512)a, 11); }

// a 2^k rounded once, for 1/2 <= |a| < 4 and an integer |k| < 1500 (300 in float)
MARUYAMA_INLINE F64 times_power_of_2(F64 a, F64 k) { return (F64)_mm512_scalef_pd((__m512d)a, (__m512d)k); }
MARUYAMA_INLINE F32 times_power_of_2(F32 a, F32 k) { return (F32)_mm512_scalef_ps((__m512)a, (__m512)k); }

// Vectors of lanes whose products with a panel of weights fit the registers.
constexpr int kProductVectors = 4;

// a*b + c, rounded once
MARUYAMA_INLINE F64 fused_multiply_add(F64 a, F64 b, F64 c) {
  return (F64)_mm512_fmadd_pd((__m512d)a, (__m512d)b, (__m512d)c);
}
MARUYAMA_INLINE F32 fused_multiply_add(F32 a, F32 b, F32 c) {
  return (F32)_mm512_fmadd_ps((__m512)a, (__m512)b, (__m512)c);
}

}  // namespace
}  // namespace maruyama::x86_64_v4
