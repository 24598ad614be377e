// nextafter and spacing: the next number is the next whole number when its bits are read as one.
#pragma once

#include "simd/math/pair.hpp"

namespace maruyama::MARUYAMA_LEVEL {
namespace {

// One unit in the last place of a, with its sign; the least positive number at 0 and -0; NaN of an infinite a, as in
// NumPy.
template <class V>
MARUYAMA_INLINE V spacing_of(V a) {
  constexpr decltype(BitsOf<V>::sign) one{1};
  const V size = magnitude(a), unit = (V)((UnsignedOf<V>)size + one) - size;
  return where(a < V{}, -unit, unit);
}

// The next number from a towards b.
template <class V>
MARUYAMA_INLINE V nextafter_of(V a, V b) {
  using Bits = UnsignedOf<V>;
  constexpr decltype(BitsOf<V>::sign) one{1};
  const V zero = {}, least = (V)splat<Bits>(one);
  const V away = (V)((Bits)a + one), nearer = (V)((Bits)a - one);
  const V up = where(a > zero, away, nearer), down = where(a > zero, nearer, away);
  const V next = where(a == zero, with_sign_of(least, b), where(a < b, up, down));
  return where(a < b, next, where(a > b, next, where(a == b, b, a + b)));
}

}  // namespace
}  // namespace maruyama::MARUYAMA_LEVEL
