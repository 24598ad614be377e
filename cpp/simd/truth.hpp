// Comparisons and choices between lanes. A comparison gives a mask, all bits of a lane or none.
#pragma once

namespace maruyama::MARUYAMA_LEVEL {
namespace {

// The integer vectors as wide as V's lanes.
template <class V>
struct BitsOf;
template <>
struct BitsOf<F64> {
  using Unsigned = U64;
  using Mask = I64;
  using Scalar = double;
  static constexpr std::uint64_t sign = std::uint64_t{1} << 63;
};
template <>
struct BitsOf<F32> {
  using Unsigned = U32;
  using Mask = I32;
  using Scalar = float;
  static constexpr std::uint32_t sign = std::uint32_t{1} << 31;
};
template <class V>
using MaskOf = typename BitsOf<V>::Mask;

MARUYAMA_INLINE F64 where(I64 mask, F64 a, F64 b) { return mask ? a : b; }
MARUYAMA_INLINE F32 where(I32 mask, F32 a, F32 b) { return mask ? a : b; }

MARUYAMA_INLINE I64 either(I64 a, I64 b) { return a | b; }
MARUYAMA_INLINE I32 either(I32 a, I32 b) { return a | b; }

// 1 where the mask holds, else 0
MARUYAMA_INLINE F64 truth(I64 mask) { return (F64)((U64)mask & (U64)splat<F64>(1.0)); }
MARUYAMA_INLINE F32 truth(I32 mask) { return (F32)((U32)mask & (U32)splat<F32>(1.0f)); }

template <class V>
MARUYAMA_INLINE typename BitsOf<V>::Unsigned sign_part(V a) {
  using Bits = typename BitsOf<V>::Unsigned;
  return (Bits)a & splat<Bits>(BitsOf<V>::sign);
}
template <class V>
MARUYAMA_INLINE MaskOf<V> sign_bit(V a) {
  return sign_part(a) != 0;
}
template <class V>
MARUYAMA_INLINE V magnitude(V a) {
  using Bits = typename BitsOf<V>::Unsigned;
  return (V)((Bits)a ^ sign_part(a));
}
template <class V>
MARUYAMA_INLINE V with_sign_of(V a, V b) {
  using Bits = typename BitsOf<V>::Unsigned;
  return (V)((Bits)magnitude(a) | sign_part(b));
}
template <class V>
MARUYAMA_INLINE V infinity() {
  return splat<V>(static_cast<typename BitsOf<V>::Scalar>(__builtin_inf()));
}
// -1, 0 or 1, and NaN of a NaN, as np.sign
template <class V>
MARUYAMA_INLINE V sign_of(V a) {
  const V zero = {};
  return where(a != a, a, truth(a > zero) - truth(a < zero));
}

}  // namespace
}  // namespace maruyama::MARUYAMA_LEVEL
