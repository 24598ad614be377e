// erf and erfc.
#pragma once

#include "simd/math/exp.hpp"

namespace maruyama::MARUYAMA_LEVEL {
namespace {

// Coefficients from scripts/minimax_math.py.
template <class V>
struct Erf;
template <>
struct Erf<F64> {
  static constexpr double center = 3, most = 28;  // erfc is 0 above
  // erf(x)/x = 1 + (c0 + c1 v + ...), v = x^2, |x| <= 3/4, relative error 2^-56.3
  static constexpr double tail[] = {0x1.06eba8214db69p-3,   -0x1.812746b037a32p-2,  0x1.ce2f21a046d51p-4,
                                    -0x1.b82ce313e953p-6,   0x1.565bcd4a5d291p-8,   -0x1.c02dbf8fb3bf5p-11,
                                    0x1.f9a479c70704p-14,   -0x1.f4e9198649542p-17, 0x1.bab27bfe1c90dp-20,
                                    -0x1.61229ac2fc252p-23, 0x1.c70198c97df1fp-27};
  // erfc(x) exp(x^2) (1 + 2x) = 5/4 + (c0 + c1 t + ...), t = (x - 3)/(x + 3), relative error 2^-55.0
  static constexpr double scaled_tail[] = {
      0x1.8a45afc930e3fp-9,  -0x1.15c084bb9e906p-3,  -0x1.85a15c58aa1bdp-5,  0x1.098366a5b50f7p-3,
      -0x1.e88b803a525afp-4, 0x1.17ca2877be9a4p-4,   -0x1.8574c407b9acfp-6,  0x1.4b884eb2d4b7fp-9,
      0x1.ef1bd9862a191p-10, -0x1.98db610296c29p-11, -0x1.b9107236e40bbp-14, 0x1.065b7e48fab85p-13,
      0x1.4b7c18c8c2f3ap-18, -0x1.5157ce57406bfp-16, -0x1.77217eb8cd8fcp-21, 0x1.d31a2b2b503b3p-19,
      0x1.38bfa7063d77bp-22, -0x1.48ddfefc8ca8ap-21, -0x1.1f4764aca30e6p-24, 0x1.643b3dade1339p-24};
};
template <>
struct Erf<F32> {
  static constexpr float center = 2, most = 10.5f;
  // relative error 2^-29.2
  static constexpr float tail[] = {0x1.06eba8p-3f,  -0x1.81273ap-2f, 0x1.ce2acep-4f,
                                   -0x1.b7a75cp-6f, 0x1.4f187ep-8f,  -0x1.613d8ep-11f};
  // t = (x - 2)/(x + 2), relative error 2^-27.9
  static constexpr float scaled_tail[] = {0x1.ba0386p-6f, -0x1.7bf5e2p-4f, -0x1.54079p-3f,
                                          0x1.4ff914p-3f, -0x1.bc3ab6p-5f, -0x1.063b84p-7f,
                                          0x1.1f33ccp-7f, 0x1.19ad04p-10f, -0x1.85d32cp-10f};
};

// erf(x) - x for |x| <= 3/4
template <class V>
MARUYAMA_INLINE V erf_tail(V x) {
  return x * polynomial(x * x, Erf<V>::tail);
}

// exp(-square) f(x)/divisor 2^shift with f(x) = (1 + 2x) erfcx(x), for 3/4 <= x <= 28: the exponential by the exact
// square, and a function that is nearly flat in t over the whole range (M. Shepherd, J. Laframboise, "Chebyshev
// approximation of (1 + 2x) exp(x^2) erfc x", Math. Comp. 36 (1981)). The three factors are pairs.
template <class V>
MARUYAMA_INLINE V large_erfc(V x, Pair<V> square, Pair<V> divisor, ScalarOf<V> shift) {
  using C = Exp<V>;
  using T = ScalarOf<V>;
  const V t = (x - Erf<V>::center) / (x + Erf<V>::center);
  const Pair<V> scaled = quick_sum(splat<V>(T{1.25}), polynomial(t, Erf<V>::scaled_tail));
  const V k = rint_of(square.hi * -C::log2_e), r = -square.hi - k * C::ln2_hi;
  const Pair<V> e = mantissa(ExpParts<V>{k, r, exp_tail(r, k * -C::ln2_lo - square.lo, C::tail)});
  const Pair<V> product = exact_product(e.hi, scaled.hi);
  const V rest = product.lo + (e.hi * scaled.lo + e.lo * scaled.hi);
  return times_power_of_2(sum(quotient(Pair<V>{product.hi, rest}, divisor)), k + shift);
}

// erfc(x) for 3/4 <= x <= 28
template <class V>
MARUYAMA_INLINE V large_erfc(V x) {
  using T = ScalarOf<V>;
  return large_erfc(x, exact_square(x), quick_sum(x + x, splat<V>(T{1})), T{0});
}

// Error 0.87 ulp in float64, 0.83 in float32; 163 and 121 instructions.
template <class V>
MARUYAMA_INLINE V erf_of(V x) {
  using T = ScalarOf<V>;
  const V a = at_most(magnitude(x), T{6}), small = a + erf_tail(a);
  const MaskOf<V> large = a > T{0.75};
  return with_sign_of(any(large) ? where(large, T{1} - large_erfc(a), small) : small, x);
}

// From 3/4 on as above, below -3/4 as 2 less that, else 1 - erf(x).
// Error 1.22 ulp in float64, 1.18 in float32; 168 and 125 instructions.
template <class V>
MARUYAMA_INLINE V erfc_of(V x) {
  using T = ScalarOf<V>;
  const V a = at_most(magnitude(x), Erf<V>::most);
  const Pair<V> less = quick_sum(splat<V>(T{1}), -x);
  const V small = less.hi + (less.lo - erf_tail(x));
  const MaskOf<V> large = a > T{0.75};
  if (!any(large)) return small;
  const V far = large_erfc(a);
  return where(large, where(x < T{0}, T{2} - far, far), small);
}

}  // namespace
}  // namespace maruyama::MARUYAMA_LEVEL
