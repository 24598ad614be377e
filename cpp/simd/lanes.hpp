// Vectors of one level: what GCC and Clang give for every target. A level's own file sets MARUYAMA_VECTOR_BYTES,
// includes this, and adds the few operations that need its instructions. + - * / & | ^ << >> come with the types.
//
// Everything is in the level's namespace and has internal linkage, so that no other level can be handed this code.
#pragma once

#include <cstdint>
#include <cstring>

#define MARUYAMA_INLINE inline __attribute__((always_inline))

namespace maruyama::MARUYAMA_LEVEL {
namespace {

typedef double F64 __attribute__((vector_size(MARUYAMA_VECTOR_BYTES)));
typedef float F32 __attribute__((vector_size(MARUYAMA_VECTOR_BYTES)));
typedef std::uint64_t U64 __attribute__((vector_size(MARUYAMA_VECTOR_BYTES)));
typedef std::int64_t I64 __attribute__((vector_size(MARUYAMA_VECTOR_BYTES)));
typedef std::uint32_t U32 __attribute__((vector_size(MARUYAMA_VECTOR_BYTES)));
typedef std::int32_t I32 __attribute__((vector_size(MARUYAMA_VECTOR_BYTES)));

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

}  // namespace
}  // namespace maruyama::MARUYAMA_LEVEL
