// log, log2, log10: x = 2^k (1 + f), 1 + f in [sqrt(1/2), sqrt(2)), and s = f/(2 + f):
//
//   log(1 + f) = 2 artanh(s) = f - (f^2/2 - s (f^2/2 + R)),  R = 2 artanh(s)/s - 2
//
// The exact f stands where the rounded 2 s would (K. Ng, FDLIBM e_log.c, 1993), and k ln 2 + f keeps what it rounds
// off.
#pragma once

#include "simd/math/pair.hpp"

namespace maruyama::MARUYAMA_LEVEL {
namespace {

// Coefficients from scripts/minimax_math.py.
template <class V>
struct Log;

template <>
struct Log<F64> {
  static constexpr std::uint64_t one = 0x3ff0000000000000, root_half = 0x3fe6a09e667f3bcd;
  static constexpr int mantissa_bits = 52;
  static constexpr double least_normal = 0x1p-1022, two_to_mantissa = 0x1p52, bias = 1023;
  static constexpr double linear = 0x1p-54;  // log1p(x) = x for |x| below
  static constexpr double ln2_hi = 0x1.62e42fefa4p-1, ln2_lo = -0x1.8432a1b0e2634p-43;
  // 2 artanh(s)/s = 2 + v (c0 + c1 v + ...), v = s^2, |s| <= 3 - 2 sqrt(2), relative error 2^-59.5
  static constexpr double tail[] = {0x1.5555555555592p-1, 0x1.999999997ff4ep-2, 0x1.24924941dd35p-2,
                                    0x1.c71c521819639p-3, 0x1.74663c1dfebcbp-3, 0x1.39a1fdd0ffa81p-3,
                                    0x1.2f02e9890d0cep-3};
};

template <>
struct Log<F32> {
  static constexpr std::uint32_t one = 0x3f800000, root_half = 0x3f3504f3;
  static constexpr int mantissa_bits = 23;
  static constexpr float least_normal = 0x1p-126f, two_to_mantissa = 0x1p23f, bias = 127;
  static constexpr float linear = 0x1p-25f;
  static constexpr float ln2_hi = 0x1.62e8p-1f, ln2_lo = -0x1.e8082ep-16f;
  // relative error 2^-30.2
  static constexpr float tail[] = {0x1.55557ap-1f, 0x1.995ed8p-2f, 0x1.31e03cp-2f};
};

// The logarithm to some base: of 2, in two parts, and of e, in a short part and the rest.
template <class V, int base>
struct Base;
template <>
struct Base<F64, 2> {
  static constexpr double two_hi = 1, two_lo = 0, e_short = 0x1.7154768p+0, e_rest = -0x1.6a3e80f444178p-27;
};
template <>
struct Base<F32, 2> {
  static constexpr float two_hi = 1, two_lo = 0, e_short = 0x1.716p+0f, e_rest = -0x1.7135a8p-13f;
};
template <>
struct Base<F64, 10> {
  static constexpr double two_hi = 0x1.34413509f8p-2, two_lo = -0x1.80433b83b532ap-44;
  static constexpr double e_short = 0x1.bcb7b18p-2, e_rest = -0x1.6c8d78e6acaa4p-29;
};
template <>
struct Base<F32, 10> {
  static constexpr float two_hi = 0x1.344p-2f, two_lo = 0x1.3509f8p-18f;
  static constexpr float e_short = 0x1.bccp-2f, e_rest = -0x1.09d5b2p-15f;
};

// x = 2^k (1 + f), for a normal x > 0
template <class V>
struct LogParts {
  V k, f;
};

template <class V>
MARUYAMA_INLINE LogParts<V> log_parts(V x) {
  using C = Log<V>;
  using Bits = UnsignedOf<V>;
  constexpr auto mantissa = (decltype(C::one){1} << C::mantissa_bits) - 1;
  const Bits moved = (Bits)x + (C::one - C::root_half);  // the exponent is read after the mantissa was moved up
  const Bits exponent = (moved >> C::mantissa_bits) | (Bits)splat<V>(C::two_to_mantissa);
  return {(V)exponent - (C::two_to_mantissa + C::bias), (V)((moved & splat<Bits>(mantissa)) + C::root_half) - 1};
}

// log(1 + f) - f
template <class V>
MARUYAMA_INLINE V log_tail(V f) {
  using T = ScalarOf<V>;
  const V s = f / (f + T{2}), v = s * s, half_square = f * f * T{0.5};
  return s * (half_square + v * polynomial(v, Log<V>::tail)) - half_square;
}

// log(2^k (1 + f)) as a pair whose lo is up to a third of hi
template <class V>
MARUYAMA_INLINE Pair<V> log_pair(LogParts<V> x) {
  const Pair<V> sum = quick_sum(x.k * Log<V>::ln2_hi, x.f);
  return {sum.hi, log_tail(x.f) + (sum.lo + x.k * Log<V>::ln2_lo)};
}

// The same to another base, by way of log(1 + f) as a pair with a small lo.
template <int base, class V>
MARUYAMA_INLINE Pair<V> log_pair_to(LogParts<V> x) {
  using B = Base<V, base>;
  const Pair<V> log = quick_sum(x.f, log_tail(x.f));
  const V hi = short_of(log.hi), rest = ((log.hi - hi) + log.lo) * (B::e_short + B::e_rest) + hi * B::e_rest;
  const Pair<V> sum = quick_sum(x.k * B::two_hi, hi * B::e_short);
  return {sum.hi, sum.lo + (rest + x.k * B::two_lo)};
}

// Zero, negative, subnormal, infinite and NaN: where a lane asks for it, subnormal numbers are scaled up before the
// logarithm, and what is no number put in after it.
template <class V>
MARUYAMA_INLINE MaskOf<V> is_rare_for_log(V x) {
  return ~((x >= Log<V>::least_normal) & (x < infinity<V>()));
}
template <class V>
MARUYAMA_INLINE LogParts<V> log_parts_of_any(V x, MaskOf<V> rare) {
  using C = Log<V>;
  if (__builtin_expect(!any(rare), 1)) return log_parts(x);
  const MaskOf<V> small = x < C::least_normal;
  const LogParts<V> parts = log_parts(where(small, x * (C::two_to_mantissa * 4), x));
  return {parts.k - where(small, splat<V>(ScalarOf<V>{C::mantissa_bits + 2}), V{}), parts.f};
}
template <class V>
MARUYAMA_INLINE V log_at_rare(V x, MaskOf<V> rare, V result) {
  if (__builtin_expect(!any(rare), 1)) return result;
  const V zero = {}, nan = splat<V>(static_cast<ScalarOf<V>>(__builtin_nan("")));
  return where(x == zero, -infinity<V>(), where(x < zero, nan, where(x < infinity<V>(), result, x)));
}

// Error 0.91 ulp in float64, 0.91 in float32; 45 and 37 instructions.
template <class V>
MARUYAMA_INLINE V log_of(V x) {
  const MaskOf<V> rare = is_rare_for_log(x);
  return log_at_rare(x, rare, sum(log_pair(log_parts_of_any(x, rare))));
}
// Error 0.97 ulp in float64, 0.94 in float32; 58 and 50 instructions.
template <class V>
MARUYAMA_INLINE V log2_of(V x) {
  const MaskOf<V> rare = is_rare_for_log(x);
  return log_at_rare(x, rare, sum(log_pair_to<2>(log_parts_of_any(x, rare))));
}
// Error 0.80 ulp in float64, 0.79 in float32; 58 and 50 instructions.
template <class V>
MARUYAMA_INLINE V log10_of(V x) {
  const MaskOf<V> rare = is_rare_for_log(x);
  return log_at_rare(x, rare, sum(log_pair_to<10>(log_parts_of_any(x, rare))));
}

// log(2^shift (1 + u.hi + u.lo)), u.hi > -1, as a pair: 1 + u = 2^k (1 + f + c), c what f rounds off, and log(1 + f +
// c) = log(1 + f) + c/(1 + f), where a rough 1/(1 + f) is enough. Where k = 0, f is u itself.
template <class V, class... Shift>
MARUYAMA_INLINE Pair<V> log1p_pair(Pair<V> u, Shift... shift) {
  using T = ScalarOf<V>;
  const Pair<V> one_plus = exact_sum(splat<V>(T{1}), u.hi);
  const LogParts<V> parts = log_parts(one_plus.hi);
  const MaskOf<V> same = parts.k == T{0};
  const V scale = power_of_2(at_least(-parts.k, T{-100}));
  const V f = where(same, u.hi, parts.f), c = where(same, u.lo, (one_plus.lo + u.lo) * scale);
  const V k = (parts.k + ... + shift);
  const Pair<V> sum = quick_sum(k * Log<V>::ln2_hi, f);
  return {sum.hi, log_tail(f) + (sum.lo + (k * Log<V>::ln2_lo + c * (T{1} - f * (T{1} - f * T{0.875}))))};
}

// Error 0.91 ulp in float64, 0.96 in float32; 68 and 60 instructions.
template <class V>
MARUYAMA_INLINE V log1p_of(V x) {
  using T = ScalarOf<V>;
  const V result = where(magnitude(x) < Log<V>::linear, x, sum(log1p_pair(Pair<V>{x, V{}})));
  const MaskOf<V> ordinary = (x > T{-1}) & (x < infinity<V>());
  if (__builtin_expect(!any(~ordinary), 1)) return result;
  const V nan = splat<V>(static_cast<T>(__builtin_nan("")));
  return where(ordinary, result, where(x == T{-1}, -infinity<V>(), where(x < T{-1}, nan, x)));
}

}  // namespace
}  // namespace maruyama::MARUYAMA_LEVEL
