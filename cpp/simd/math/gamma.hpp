// gammaln: the logarithm of |gamma(x)|.
#pragma once

#include "simd/in_double.hpp"
#include "simd/math/log.hpp"
#include "simd/math/trig.hpp"

namespace maruyama::MARUYAMA_LEVEL {
namespace {

// Coefficients from scripts/minimax_special.py.
struct Gamma {
  // log gamma(2 + v)/v = first + c1 v + ..., |v| <= 1/2, relative error 2^-56.2
  static constexpr double first = 0x1.b0ee6072093cep-2,
                          tail[] = {0x1.4a34cc4a60fa6p-2,   -0x1.13e001a557522p-4,  0x1.51322ac7d8a0ap-6,
                                    -0x1.e404fc21eda47p-8,  0x1.7add6eacc9f46p-9,   -0x1.38ac5bf017d5ep-10,
                                    0x1.0b36b00e92eddp-11,  -0x1.d3fd7289ba7cfp-13, 0x1.a1275eaef4b37p-14,
                                    -0x1.78d792428f2eap-15, 0x1.581c1382c82b3p-16,  -0x1.3d71e568b1522p-17,
                                    0x1.241dfc13708c2p-18,  -0x1.06c1905de3116p-19, 0x1.176add139b3cp-20,
                                    -0x1.4a9919626d6fcp-21, 0x1.f358ea1433583p-26,  0x1.02f028c119ef4p-25,
                                    0x1.d05d3e28166d1p-23};
  // x times the rest of Stirling's formula = c0 + c1 w + ..., w = 1/x^2, x >= 8, relative error 2^-51.0
  static constexpr double stirling[] = {0x1.5555555555553p-4,   -0x1.6c16c16bbaef6p-9, 0x1.a019fd53a9925p-11,
                                        -0x1.380ed1af54ad6p-11, 0x1.b6ffc2e75f5d3p-11, -0x1.b17bca1a5d2a9p-10};
  static constexpr double first_large = 8, most = 0x1p1000;
  static constexpr double constant = 0x1.acfe390c97d69p-2;  // (log(2 pi) - 1)/2
  static constexpr double pi = 0x1.921fb54442d18p+1, log_pi = 0x1.250d048e7a1bdp+0;
};

// For -1/2 < x < 8. With n = rint(x) and v = x - n, log gamma(2 + v) by its polynomial, and the logarithm of the
// factors between x and 2 + v: x (1 + x) as a pair for n = 0, x for n = 1, (x - 1) ... (x - n + 2) from 3 on.
MARUYAMA_INLINE F64 small_gammaln(F64 x) {
  const F64 n = rint_of(x), v = x - n, one = splat<F64>(1.0);
  F64 product = one;
#pragma GCC unroll 8
  for (int i = 1; i <= 6; ++i) product = product * where(n >= i + 2.0, x - static_cast<double>(i), one);
  const Pair<F64> next = exact_sum(one, x), both = exact_product(x, next.hi);
  const I64 least = n < 0.5, low = n < 1.5;
  const F64 factor = magnitude(where(least, both.hi, where(low, x, product)));
  const F64 rest = where(least & (both.hi != 0.0), (both.lo + x * next.lo) / both.hi, F64{});
  const Pair<F64> log = log_pair(log_parts_of_any(factor, is_rare_for_log(factor)));
  const Pair<F64> base = exact_product(v, splat<F64>(Gamma::first));
  const F64 base_rest = base.lo + v * v * polynomial(v, Gamma::tail), sign = where(low, -one, one);
  const Pair<F64> total = exact_sum(base.hi, log.hi * sign);
  return total.hi + (total.lo + (base_rest + (log.lo + rest) * sign));
}

// For x >= 8, Stirling: (x - 1/2) (log x - 1) + (log(2 pi) - 1)/2 + rest
MARUYAMA_INLINE F64 large_gammaln(F64 x) {
  const F64 inverse = 1.0 / x, x_less = x - 0.5;
  const Pair<F64> log = log_pair(log_parts(x)), less = exact_sum(log.hi, splat<F64>(-1.0));
  const Pair<F64> product = exact_product(x_less, less.hi);
  const F64 rest = inverse * polynomial(inverse * inverse, Gamma::stirling);
  const F64 low = (product.lo + x_less * (less.lo + log.lo)) + (rest + Gamma::constant);
  return where(x < Gamma::most, product.hi + low, x * (less.hi + (less.lo + log.lo)));
}

// log |gamma(x)|; below -1/2 by gamma(x) gamma(-x) = -pi/(x sin(pi x)). Near its zeros there the absolute error is
// small, and not the relative one. Error 1.9 ulp in float64, 0.50 in float32.
MARUYAMA_INLINE F64 gammaln_of(F64 x) {
  const I64 reflected = x <= -0.5;
  const F64 a = where(reflected, -x, x);
  const I64 large = a >= Gamma::first_large;
  F64 result = small_gammaln(where(large, F64{}, a));
  if (any(large))
    result = where(large, where(a < infinity<F64>(), large_gammaln(at_most(a, 0x1.fffffffffffffp1023)), a), result);
  if (any(reflected)) {
    const F64 turn = magnitude(a - rint_of(a)), sine = sin_of(turn * Gamma::pi);
    const F64 pole = infinity<F64>(), log = log_of(where(reflected, a * sine, splat<F64>(1.0)));
    const F64 left = (Gamma::log_pi - log) - result;
    result = where(reflected, where(x == -pole, x, where(turn == 0.0, pole, left)), result);
  }
  return where(x == 0.0, infinity<F64>(), result);
}

struct GammalnOf {
  static MARUYAMA_INLINE F64 of(F64 x) { return gammaln_of(x); }
};
MARUYAMA_INLINE F32 gammaln_of(F32 x) { return in_double<GammalnOf>(x); }

}  // namespace
}  // namespace maruyama::MARUYAMA_LEVEL
