// The cube root.
#pragma once

#include "simd/math/log.hpp"

namespace maruyama::MARUYAMA_LEVEL {
namespace {

// cbrt(1 + f), sqrt(1/2) <= 1 + f < sqrt(2), roughly: relative error 2^-19.6 (2^-10.6 in float).
// scripts/minimax_math.py
template <class V>
struct CubeRoot;
template <>
struct CubeRoot<F64> {
  static constexpr double of_half = 0x1.965fea53d6e3dp-1, of_two = 0x1.428a2f98d728bp+0;
  static constexpr double start[] = {0x1.ffffdedebda7fp-1, 0x1.5551ebad6b73ep-2,  -0x1.c68246c89535ap-4,
                                     0x1.fe42a365f335p-5,  -0x1.6edb3a71bcbe2p-5, 0x1.b9a1938b4fec1p-6};
};
template <>
struct CubeRoot<F32> {
  static constexpr float of_half = 0x1.965feap-1f, of_two = 0x1.428a3p+0f;
  static constexpr float start[] = {0x1.fff1aep-1f, 0x1.5ad63cp-2f, -0x1.b83978p-4f};
};

// x = 2^(3q + j) m with j in {-1, 0, 1}: a short t near cbrt(2^j m), whose square is exact, then one step that cubes
// the error, t + t (r - t)/(2t + r), r = 2^j m/t^2 (FDLIBM s_cbrt.c).
// Error 0.84 ulp in float64, 0.83 in float32; 66 and 60 instructions.
template <class V>
MARUYAMA_INLINE V cbrt_of(V x) {
  using C = CubeRoot<V>;
  using T = ScalarOf<V>;
  const V a = magnitude(x);
  const MaskOf<V> rare = is_rare_for_log(a);
  const LogParts<V> parts = log_parts_of_any(a, rare);
  const V q = rint_of(parts.k * (T{1} / T{3})), j = parts.k - q * T{3}, m = parts.f + T{1};
  const MaskOf<V> above = j > T{0}, below = j < T{0};
  const V start = polynomial(parts.f, C::start);
  const V z = where(above, m * T{2}, where(below, m * T{0.5}, m));
  const V t = short_of(where(above, start * C::of_two, where(below, start * C::of_half, start)));
  const V r = z / (t * t), root = t + t * ((r - t) / (t + t + r));
  const V result = with_sign_of(root * power_of_2(q), x);
  return __builtin_expect(any(rare), 0) ? where((a > T{0}) & (a < infinity<V>()), result, x) : result;
}

}  // namespace
}  // namespace maruyama::MARUYAMA_LEVEL
