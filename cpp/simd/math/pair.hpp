// Unevaluated sums hi + lo of two vectors, for what one rounding would spoil. No fused multiply-add is needed.
//
// T. Dekker, "A floating-point technique for extending the available precision", Numer. Math. 18 (1971); D. Knuth, The
// Art of Computer Programming 2, 4.2.2.
#pragma once

#include "simd/polynomial.hpp"
#include "simd/truth.hpp"

namespace maruyama::MARUYAMA_LEVEL {
namespace {

template <class V>
using ScalarOf = typename BitsOf<V>::Scalar;
template <class V>
using UnsignedOf = typename BitsOf<V>::Unsigned;

template <class V>
struct Pair {
  V hi, lo;
};

// a + b exactly, where |a| >= |b| or a = 0. 3 instructions.
template <class V>
MARUYAMA_INLINE Pair<V> quick_sum(V a, V b) {
  const V sum = a + b;
  return {sum, (a - sum) + b};
}

// a + b exactly. 6 instructions.
template <class V>
MARUYAMA_INLINE Pair<V> exact_sum(V a, V b) {
  const V sum = a + b, b_part = sum - a;
  return {sum, (a - (sum - b_part)) + (b - b_part)};
}

// a to the nearest 26 bits (12 in float): the product of two such is exact, and so is a less it. 2 instructions.
MARUYAMA_INLINE F64 short_of(F64 a) {
  constexpr std::uint64_t low = (std::uint64_t{1} << 27) - 1;
  return (F64)(((U64)a + (low / 2 + 1)) & splat<U64>(~low));
}
MARUYAMA_INLINE F32 short_of(F32 a) {
  constexpr std::uint32_t low = (std::uint32_t{1} << 12) - 1;
  return (F32)(((U32)a + (low / 2 + 1)) & splat<U32>(~low));
}

// a b exactly, unless it under- or overflows. 15 instructions.
template <class V>
MARUYAMA_INLINE Pair<V> exact_product(V a, V b) {
  const V product = a * b, a_short = short_of(a), a_rest = a - a_short, b_short = short_of(b), b_rest = b - b_short;
  return {product, ((a_short * b_short - product) + a_short * b_rest + a_rest * b_short) + a_rest * b_rest};
}

// (a.hi + a.lo) / (b.hi + b.lo) with a relative error of about 2^-75 (2^-32 in float) before the sum hi + lo: the short
// quotient leaves a remainder that is exact but for its last place. 14 instructions, 1 of them a division.
template <class V>
MARUYAMA_INLINE Pair<V> quotient(Pair<V> a, Pair<V> b) {
  const V inverse = ScalarOf<V>{1} / b.hi, b_short = short_of(b.hi), q = short_of(a.hi * inverse);
  const V rest = ((a.hi - q * b_short) - q * ((b.hi - b_short) + b.lo)) + a.lo;
  return {q, rest * inverse};
}
template <class V>
MARUYAMA_INLINE V sum(Pair<V> a) {
  return a.hi + a.lo;
}

// a^2 exactly, unless it under- or overflows. 9 instructions.
template <class V>
MARUYAMA_INLINE Pair<V> exact_square(V a) {
  const V square = a * a, a_short = short_of(a), rest = a - a_short;
  return {square, (a_short * a_short - square) + rest * (a + a_short)};
}

// sqrt(a.hi + a.lo), hi short; 0 of 0, for the least positive number that matters is far above `least`. 9 instructions,
// one a square root and one a division.
template <class V>
MARUYAMA_INLINE Pair<V> pair_root(Pair<V> a) {
  constexpr auto least = static_cast<ScalarOf<V>>(sizeof(ScalarOf<V>) == 8 ? 0x1p-600 : 0x1p-100);
  const V root = square_root(a.hi), root_short = short_of(root);
  return {root_short, ((a.hi - root_short * root_short) + a.lo) / ((root + root_short) + least)};
}

}  // namespace
}  // namespace maruyama::MARUYAMA_LEVEL
