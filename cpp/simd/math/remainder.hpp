// fmod, mod and floor_divide: exact, as in C and NumPy.
#pragma once

#include "simd/math/pair.hpp"

namespace maruyama::MARUYAMA_LEVEL {
namespace {

// x = mantissa 2^(exponent - 1075), for a finite x > 0
struct Integral {
  std::uint64_t mantissa;
  int exponent;
};
MARUYAMA_INLINE Integral integral(double x) {
  std::uint64_t bits;
  std::memcpy(&bits, &x, sizeof bits);
  const std::uint64_t fraction = bits & ((std::uint64_t{1} << 52) - 1);
  const int exponent = static_cast<int>(bits >> 52);
  return exponent == 0 ? Integral{fraction, 1} : Integral{fraction | std::uint64_t{1} << 52, exponent};
}

// The remainder of x >= 0 by y >= 0 for any ratio: long division, eleven bits at a time.
MARUYAMA_INLINE double long_remainder(double x, double y) {
  if (x != x || y != y || x - x != 0 || y == 0) return x * 0 / (y * 0);
  if (x < y) return x;
  const Integral a = integral(x), b = integral(y);
  std::uint64_t rest = a.mantissa % b.mantissa;
  int places = a.exponent - b.exponent;
  for (; places > 11; places -= 11) rest = (rest << 11) % b.mantissa;
  rest = (rest << places) % b.mantissa;
  if (rest == 0) return 0;
  int up = __builtin_clzll(rest) - 11;  // to bit 52, but not below the least exponent
  if (up >= b.exponent) up = b.exponent - 1;
  rest <<= up;
  const std::uint64_t fraction = rest & ((std::uint64_t{1} << 52) - 1);
  const std::uint64_t exponent = rest == fraction ? 0 : static_cast<std::uint64_t>(b.exponent - up);
  const std::uint64_t bits = exponent << 52 | fraction;
  double result;
  std::memcpy(&result, &bits, sizeof result);
  return result;
}

template <class V>
__attribute__((noinline)) void put_long_remainders(const V& x, const V& y, const MaskOf<V>& rare, V& rest) {
  for (int lane = 0; lane < Lanes<ScalarOf<V>>::count; ++lane)
    if (rare[lane] != 0) rest[lane] = static_cast<ScalarOf<V>>(long_remainder(x[lane], y[lane]));
}

// |a| - n |b| with n = trunc(|a/b|): the product is an exact pair, the rounded quotient at most one too large, and the
// remainder a number of the type.
// Error 0; 42 instructions.
template <class V>
MARUYAMA_INLINE V fmod_of(V a, V b) {
  using T = ScalarOf<V>;
  constexpr T most = static_cast<T>(sizeof(T) == 8 ? 0x1p52 : 0x1p23),
              largest = static_cast<T>(sizeof(T) == 8 ? 0x1p1020 : 0x1p124);
  const V x = magnitude(a), y = magnitude(b), n = trunc_of(x / y);
  const Pair<V> product = exact_product(n, y);
  V rest = (x - product.hi) - product.lo;
  rest = where(rest < T{0}, rest + y, rest);
  const MaskOf<V> rare = ~((n < most) & (x < largest) & (y < largest));
  if (__builtin_expect(any(rare), 0)) put_long_remainders(x, y, rare, rest);
  return with_sign_of(rest, a);
}

// With the sign of b, as Python's %.
// Error 0; 55 instructions.
template <class V>
MARUYAMA_INLINE V mod_of(V a, V b) {
  const V zero = {}, rest = fmod_of(a, b);
  const MaskOf<V> other_side = (b < zero) ^ (rest < zero);
  return where(rest == zero, with_sign_of(rest, b), where(other_side, rest + b, rest));
}

// NumPy's npy_floor_divide: the whole number nearest to (a - mod)/b.
// Error 0; 66 instructions.
template <class V>
MARUYAMA_INLINE V floor_divide_of(V a, V b) {
  using T = ScalarOf<V>;
  const V zero = {}, one = splat<V>(T{1}), rest = fmod_of(a, b), ratio = a / b;
  const MaskOf<V> other_side = ((b < zero) ^ (rest < zero)) & (rest != zero);
  const V exact = (a - rest) / b - where(other_side, one, zero), floor = floor_of(exact);
  const V nearest = where(exact - floor > T{0.5}, floor + one, floor);
  return where(b == zero, ratio, where(exact == zero, with_sign_of(zero, ratio), nearest));
}

}  // namespace
}  // namespace maruyama::MARUYAMA_LEVEL
