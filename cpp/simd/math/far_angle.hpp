// Angles too large for a product with pi/2 in parts, one lane after another, exactly: M. Payne, R. Hanek, "Radian
// reduction for trigonometric functions", SIGNUM Newsletter 18 (1983). About 20 ns a lane.
#pragma once

#include "simd/lanes.hpp"

namespace maruyama::MARUYAMA_LEVEL {
namespace {

// 64 zeros and the first 1216 bits of 2/pi
constexpr std::uint64_t two_over_pi_words[] = {0,
                                               0xa2f9836e4e441529,
                                               0xfc2757d1f534ddc0,
                                               0xdb6295993c439041,
                                               0xfe5163abdebbc561,
                                               0xb7246e3a424dd2e0,
                                               0x6492eea09d1921c,
                                               0xfe1deb1cb129a73e,
                                               0xe88235f52ebb4484,
                                               0xe99c7026b45f7e41,
                                               0x3991d639835339f4,
                                               0x9c845f8bbdf9283b,
                                               0x1ff897ffde05980f,
                                               0xef2f118b5a0a6d1f,
                                               0x6d367ecf27cb09b7,
                                               0x4f463f669e5fea2d,
                                               0x7527bac7ebe5f17b,
                                               0x3d0739f78a5292ea,
                                               0x6bfb5fb11f8d5d08,
                                               0x56033046fc7b6bab};

__extension__ typedef unsigned __int128 Wide;

struct FarAngle {
  double r, low;
  std::uint64_t quarter;
};

// Bits `first` to `first` + 63 of the words.
MARUYAMA_INLINE std::uint64_t word_at(int first) {
  const std::uint64_t* word = two_over_pi_words + first / 64;
  const int shift = first % 64;
  return shift == 0 ? word[0] : word[0] << shift | word[1] >> (64 - shift);
}

// x pi/2 for x = (f + 2^-64 g) 2^-shift, f a number of 53 bits
MARUYAMA_INLINE FarAngle times_half_pi(double f, double g, double scale) {
  constexpr double half_pi = 0x1.921fb54442d18p+0, half_pi_low = 0x1.1a62633145c07p-54;
  constexpr double half_pi_short = 0x1.921fb5p+0, half_pi_rest = 0x1.110b46p-26;  // half_pi is their sum
  double f_short;
  std::uint64_t bits;
  std::memcpy(&bits, &f, sizeof bits);
  bits &= ~((std::uint64_t{1} << 27) - 1);
  std::memcpy(&f_short, &bits, sizeof bits);
  const double f_rest = f - f_short, product = f * half_pi;
  const double error =
      ((f_short * half_pi_short - product) + f_short * half_pi_rest + f_rest * half_pi_short) + f_rest * half_pi_rest;
  const double low = error + (f * half_pi_low + g * half_pi), r = product + low;
  return {r * scale, ((product - r) + low) * scale, 0};
}

// For a finite a >= 1. a = mantissa 2^e, and 2/pi enters with the bits that matter modulo 4: 192 of them, from bit e -
// 2 on, leave 190 of the fraction, of which no double cancels more than 62.
MARUYAMA_INLINE FarAngle far_angle(double a) {
  std::uint64_t bits;
  std::memcpy(&bits, &a, sizeof bits);
  const int first = static_cast<int>(bits >> 52) - 1075 - 2 + 64;
  const std::uint64_t mantissa = (bits & ((std::uint64_t{1} << 52) - 1)) | std::uint64_t{1} << 52;
  const Wide product = Wide{mantissa} * word_at(first + 128);
  const Wide middle = Wide{mantissa} * word_at(first + 64) + static_cast<std::uint64_t>(product >> 64);
  const std::uint64_t top = mantissa * word_at(first) + static_cast<std::uint64_t>(middle >> 64);
  Wide fraction =
      (Wide{top} << 64 | static_cast<std::uint64_t>(middle)) << 2 | static_cast<std::uint64_t>(product) >> 62;
  const bool above_half = static_cast<std::uint64_t>(fraction >> 64) >> 63 != 0;
  if (above_half) fraction = -fraction;
  const std::uint64_t leading = static_cast<std::uint64_t>(fraction >> 64);
  const int zeros = leading != 0 ? __builtin_clzll(leading) : 63;
  fraction <<= zeros;
  const std::uint64_t scale_bits = static_cast<std::uint64_t>(1023 - zeros) << 52;
  double scale;
  std::memcpy(&scale, &scale_bits, sizeof scale);
  const double f = static_cast<double>(static_cast<std::uint64_t>(fraction >> 75)) * 0x1p-53;
  const double g = static_cast<double>(static_cast<std::uint64_t>(fraction >> 11 & ~std::uint64_t{0})) * 0x1p-117;
  FarAngle angle = times_half_pi(f, g, above_half ? -scale : scale);
  angle.quarter = (top >> 62) + above_half;
  return angle;
}

// Replaces the angles of the lanes where a > near and finite; at infinity r becomes NaN.
__attribute__((noinline)) void put_far_angles(const F64& a, double near, F64& r, F64& low, U64& quarter) {
  for (int lane = 0; lane < Lanes<double>::count; ++lane) {
    if (!(a[lane] > near)) continue;
    FarAngle angle = {a[lane] - a[lane], 0, 0};
    if (angle.r == 0) angle = far_angle(a[lane]);
    r[lane] = angle.r;
    low[lane] = angle.low;
    quarter[lane] = angle.quarter;
  }
}

}  // namespace
}  // namespace maruyama::MARUYAMA_LEVEL
