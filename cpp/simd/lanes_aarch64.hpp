// aarch64: NEON, 16-byte vectors.
#pragma once

#include <arm_neon.h>

#define MARUYAMA_VECTOR_BYTES 16
#include "simd/lanes.hpp"

namespace maruyama::aarch64 {
namespace {

constexpr int kVectorRegisters = 32;

// The product of the low 32 bits of each 64-bit lane.
MARUYAMA_INLINE U64 multiply_words(U64 a, U64 b) {
  return (U64)vmull_u32(vmovn_u64((uint64x2_t)a), vmovn_u64((uint64x2_t)b));
}

constexpr bool kHasXor3 = false;
MARUYAMA_INLINE U64 xor3(U64 a, U64 b, U64 c) { return a ^ b ^ c; }

// The high 32 bits of each 64-bit lane, in its low half.
MARUYAMA_INLINE U64 high_words(U64 a) { return a >> 32; }

// low32(low) | low32(high) << 32
MARUYAMA_INLINE U64 join_words(U64 low, U64 high) { return (U64)vsliq_n_u64((uint64x2_t)low, (uint64x2_t)high, 32); }

MARUYAMA_INLINE F64 square_root(F64 a) { return (F64)vsqrtq_f64((float64x2_t)a); }
MARUYAMA_INLINE F32 square_root(F32 a) { return (F32)vsqrtq_f32((float32x4_t)a); }

MARUYAMA_INLINE F64 to_double(U64 a) { return (F64)vcvtq_f64_u64((uint64x2_t)a); }
MARUYAMA_INLINE F64 to_double(U64 low, U64 high) { return to_double(join_words(low, high)); }

// a where the sign bit of `sign` is set, else b
MARUYAMA_INLINE F64 choose(U64 sign, F64 a, F64 b) {
  return (F64)vbslq_f64(vcltzq_s64((int64x2_t)sign), (float64x2_t)a, (float64x2_t)b);
}
MARUYAMA_INLINE F32 choose(U32 sign, F32 a, F32 b) {
  return (F32)vbslq_f32(vcltzq_s32((int32x4_t)sign), (float32x4_t)a, (float32x4_t)b);
}

// a ^ (b & mask)
MARUYAMA_INLINE U64 masked_xor(U64 a, U64 b, U64 mask) { return a ^ (b & mask); }
MARUYAMA_INLINE U32 masked_xor(U32 a, U32 b, U32 mask) { return a ^ (b & mask); }

// a where the second highest bit of `bits` is set, else b
MARUYAMA_INLINE F64 choose_by_second(U64 bits, F64 a, F64 b) { return choose(bits << 1, a, b); }
MARUYAMA_INLINE F32 choose_by_second(U32 bits, F32 a, F32 b) { return choose(bits << 1, a, b); }

// a0 b0 a1 b1 ...: the first half into low, the second into high
MARUYAMA_INLINE void interleave(F64 a, F64 b, F64& low, F64& high) {
  low = (F64)vzip1q_f64((float64x2_t)a, (float64x2_t)b);
  high = (F64)vzip2q_f64((float64x2_t)a, (float64x2_t)b);
}
MARUYAMA_INLINE void interleave(F32 a, F32 b, F32& low, F32& high) {
  low = (F32)vzip1q_f32((float32x4_t)a, (float32x4_t)b);
  high = (F32)vzip2q_f32((float32x4_t)a, (float32x4_t)b);
}

// The same in each 16 bytes by themselves, which are all.
MARUYAMA_INLINE void interleave_in_16_bytes(F64 a, F64 b, F64& low, F64& high) { interleave(a, b, low, high); }
MARUYAMA_INLINE void interleave_in_16_bytes(F32 a, F32 b, F32& low, F32& high) { interleave(a, b, low, high); }

// The lanes of a and b, one after the other, split into those of even and of odd number.
MARUYAMA_INLINE void deinterleave(U64 a, U64 b, U64& even, U64& odd) {
  even = (U64)vuzp1q_u64((uint64x2_t)a, (uint64x2_t)b);
  odd = (U64)vuzp2q_u64((uint64x2_t)a, (uint64x2_t)b);
}
MARUYAMA_INLINE void deinterleave(U32 a, U32 b, U32& even, U32& odd) {
  even = (U32)vuzp1q_u32((uint32x4_t)a, (uint32x4_t)b);
  odd = (U32)vuzp2q_u32((uint32x4_t)a, (uint32x4_t)b);
}

MARUYAMA_INLINE bool any(I64 mask) { return vmaxvq_u32((uint32x4_t)mask) != 0; }
MARUYAMA_INLINE bool any(I32 mask) { return vmaxvq_u32((uint32x4_t)mask) != 0; }

// The smaller and the larger of a and a limit; NaN stays NaN.
MARUYAMA_INLINE F64 at_most(F64 a, double limit) { return (F64)vminq_f64((float64x2_t)a, vdupq_n_f64(limit)); }
MARUYAMA_INLINE F32 at_most(F32 a, float limit) { return (F32)vminq_f32((float32x4_t)a, vdupq_n_f32(limit)); }
MARUYAMA_INLINE F64 at_least(F64 a, double limit) { return (F64)vmaxq_f64((float64x2_t)a, vdupq_n_f64(limit)); }
MARUYAMA_INLINE F32 at_least(F32 a, float limit) { return (F32)vmaxq_f32((float32x4_t)a, vdupq_n_f32(limit)); }

// To the nearest integer, ties to even; down; up; towards zero.
MARUYAMA_INLINE F64 rint_of(F64 a) { return (F64)vrndnq_f64((float64x2_t)a); }
MARUYAMA_INLINE F32 rint_of(F32 a) { return (F32)vrndnq_f32((float32x4_t)a); }
MARUYAMA_INLINE F64 floor_of(F64 a) { return (F64)vrndmq_f64((float64x2_t)a); }
MARUYAMA_INLINE F32 floor_of(F32 a) { return (F32)vrndmq_f32((float32x4_t)a); }
MARUYAMA_INLINE F64 ceil_of(F64 a) { return (F64)vrndpq_f64((float64x2_t)a); }
MARUYAMA_INLINE F32 ceil_of(F32 a) { return (F32)vrndpq_f32((float32x4_t)a); }
MARUYAMA_INLINE F64 trunc_of(F64 a) { return (F64)vrndq_f64((float64x2_t)a); }
MARUYAMA_INLINE F32 trunc_of(F32 a) { return (F32)vrndq_f32((float32x4_t)a); }

// a 2^k rounded once, for 1/2 <= |a| < 4 and an integer |k| < 1500 (300 in float)
MARUYAMA_INLINE F64 times_power_of_2(F64 a, F64 k) { return times_two_powers(a, k); }
MARUYAMA_INLINE F32 times_power_of_2(F32 a, F32 k) { return times_two_powers(a, k); }

// Vectors of lanes whose products with a panel of weights fit the registers.
constexpr int kProductVectors = 4;

// a*b + c, rounded once
MARUYAMA_INLINE F64 fused_multiply_add(F64 a, F64 b, F64 c) {
  return (F64)vfmaq_f64((float64x2_t)c, (float64x2_t)a, (float64x2_t)b);
}
MARUYAMA_INLINE F32 fused_multiply_add(F32 a, F32 b, F32 c) {
  return (F32)vfmaq_f32((float32x4_t)c, (float32x4_t)a, (float32x4_t)b);
}

}  // namespace
}  // namespace maruyama::aarch64
