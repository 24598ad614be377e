// Vectors of one level: what GCC and Clang give for every target. A level's own file sets MARUYAMA_VECTOR_BYTES,
// includes this, and adds the few operations that need its instructions. + - * / & | ^ << >> come with the types.
//
// Everything is in the level's namespace and has internal linkage, so that no other level can be handed this code.
#pragma once

#include <cstdint>
#include <cstring>

#define MARUYAMA_INLINE inline __attribute__((always_inline))

#if defined(__x86_64__)
#define MARUYAMA_VECTOR_REGISTER "x"
#else
#define MARUYAMA_VECTOR_REGISTER "w"
#endif

namespace maruyama::MARUYAMA_LEVEL {
namespace {

typedef double F64 __attribute__((vector_size(MARUYAMA_VECTOR_BYTES)));
typedef float F32 __attribute__((vector_size(MARUYAMA_VECTOR_BYTES)));
typedef std::uint64_t U64 __attribute__((vector_size(MARUYAMA_VECTOR_BYTES)));
typedef std::uint32_t U32 __attribute__((vector_size(MARUYAMA_VECTOR_BYTES)));
typedef std::int32_t I32 __attribute__((vector_size(MARUYAMA_VECTOR_BYTES)));
typedef decltype(F64{} < F64{}) I64;  // of long with GCC, of long long with Clang: what comparisons give

// How many values of T a vector holds, and which vectors go with T.
template <class T>
struct Lanes;
template <>
struct Lanes<double> {
  using Real = F64;
  using Bits = U64;
  static constexpr int count = MARUYAMA_VECTOR_BYTES / 8;
};
template <>
struct Lanes<float> {
  using Real = F32;
  using Bits = U32;
  static constexpr int count = MARUYAMA_VECTOR_BYTES / 4;
};

template <class V, class T>
MARUYAMA_INLINE V load(const T* p) {
  V v;
  std::memcpy(&v, p, sizeof v);
  return v;
}
template <class V, class T>
MARUYAMA_INLINE void store(T* p, V v) {
  std::memcpy(p, &v, sizeof v);
}
template <class V, class T>
MARUYAMA_INLINE V splat(T value) {
  return value - V{};
}

// The compiler has v in a register here, before all that comes after the next held value: no instruction.
template <class V>
MARUYAMA_INLINE void hold(V& v) {
  asm volatile("" : "+" MARUYAMA_VECTOR_REGISTER(v));
}

// a 2^k as a product with two powers, so that only the last product rounds: for 1/2 <= |a| < 4 and an integer |k| <
// 1500 (300 in float). The sum with 3/2 times 2^52 (2^23) puts k into the low bits.
MARUYAMA_INLINE F64 times_two_powers(F64 a, F64 k) {
  const U64 n = (U64)(k + 0x1.8p52), half = n >> 1;
  constexpr std::uint64_t one = 0x3ff0000000000000;
  return (a * (F64)((half << 52) + one)) * (F64)(((n - half) << 52) + one);
}
MARUYAMA_INLINE F32 times_two_powers(F32 a, F32 k) {
  const U32 n = (U32)(k + 0x1.8p23f), half = n >> 1;
  constexpr std::uint32_t one = 0x3f800000;
  return (a * (F32)((half << 23) + one)) * (F32)(((n - half) << 23) + one);
}

// 2^k for an integer k whose result is normal
MARUYAMA_INLINE F64 power_of_2(F64 k) { return (F64)(((U64)(k + 0x1.8p52) << 52) + std::uint64_t{0x3ff0000000000000}); }
MARUYAMA_INLINE F32 power_of_2(F32 k) { return (F32)(((U32)(k + 0x1.8p23f) << 23) + std::uint32_t{0x3f800000}); }

// Twice as many lanes, in two vectors, and back, rounded once.
typedef float F32Half __attribute__((vector_size(MARUYAMA_VECTOR_BYTES / 2)));
MARUYAMA_INLINE void widen(F32 a, F64& low, F64& high) {
  F32Half half[2];
  std::memcpy(half, &a, sizeof a);
  low = __builtin_convertvector(half[0], F64);
  high = __builtin_convertvector(half[1], F64);
}
MARUYAMA_INLINE F32 narrow(F64 low, F64 high) {
  const F32Half half[2] = {__builtin_convertvector(low, F32Half), __builtin_convertvector(high, F32Half)};
  F32 a;
  std::memcpy(&a, half, sizeof a);
  return a;
}

}  // namespace
}  // namespace maruyama::MARUYAMA_LEVEL
