// i0e and i1e: exp(-|x|) times the modified Bessel functions I0 and I1.
//
// Below 8 the power series' place is taken by a polynomial in x^2/4, whose coefficients are all positive; from 8 on
// sqrt(x) times the function by one in 16/x - 1 (the two ranges of C. Clenshaw, Chebyshev Series for Mathematical
// Functions, 1962).
#pragma once

#include "simd/in_double.hpp"
#include "simd/math/exp.hpp"

namespace maruyama::MARUYAMA_LEVEL {
namespace {

// Coefficients from scripts/minimax_special.py.
template <int order>
struct Bessel;
template <>
struct Bessel<0> {
  // I0(x) = 1 + q (c0 + c1 q + ...), q = x^2/4, |x| <= 8, relative error 2^-59.5
  static constexpr double near[] = {0x1p+0,
                                    0x1.ffffffffffffcp-3,
                                    0x1.c71c71c71c7bdp-6,
                                    0x1.c71c71c71b3f4p-10,
                                    0x1.23456789bf099p-14,
                                    0x1.02e85c07230b1p-19,
                                    0x1.522a441b65c67p-25,
                                    0x1.522a4171a1784p-31,
                                    0x1.0b3151651dcd5p-37,
                                    0x1.55ff6bd700ffbp-44,
                                    0x1.69e51ef524867p-51,
                                    0x1.40ab9de2a051dp-58,
                                    0x1.f2786b8ca76a5p-66,
                                    0x1.10e5ccff6d7a5p-73,
                                    0x1.1c5d55cc7d9dcp-80};
  // sqrt(x) exp(-x) I0(x) = middle + (c0 + c1 u + ...), u = 16/x - 1, x >= 8, relative error 2^-55.5
  static constexpr double middle = 0.40625,
                          far[] = {-0x1.0af5d4b6d96d5p-8,  0x1.b87969bb93b6p-9,    0x1.1daa72b5d2ea9p-13,
                                   0x1.75e5ee726495fp-17,  0x1.8e513bf4d9bc9p-20,  0x1.3f49a528eb163p-22,
                                   0x1.7d0d4630548eap-24,  0x1.51cf756f4adb5p-25,  0x1.727a2f5b2c508p-26,
                                   0x1.0378712cdef73p-27,  -0x1.d628729a48878p-28, -0x1.cc49c5593d9ep-27,
                                   -0x1.5bbe9a6bd0c5dp-28, 0x1.02591c961f2dap-27,  0x1.c5aacc431aa8fp-28,
                                   -0x1.d9de2c2518ba7p-29, -0x1.3ddc9db591959p-28, 0x1.8fdd8b8f1675ep-30,
                                   0x1.330e8beb0a1f7p-29,  -0x1.20dcebbe330b8p-31, -0x1.754b785ea5093p-31,
                                   0x1.2730fc6ca361dp-33,  0x1.a86f7e2758796p-34,  -0x1.2b647087442fdp-36};
};
template <>
struct Bessel<1> {
  // I1(x) = x/2 (1 + q (c0 + c1 q + ...)), relative error 2^-56.3
  static constexpr double near[] = {
      0x1.ffffffffffffbp-2,  0x1.55555555555edp-4,  0x1.c71c71c71aee2p-8,  0x1.6c16c16c3510fp-12, 0x1.845c8a0a28dbfp-17,
      0x1.27e4fb9f80195p-22, 0x1.522a40e992abbp-28, 0x1.2c97821388bc8p-34, 0x1.ab7ed92722302p-41, 0x1.f1a001ecc1821p-48,
      0x1.e0da8823b0ed1p-55, 0x1.95c636f99a8fdp-62, 0x1.d910c78a5d0cep-70, 0x1.0d837e1f4b0fep-76};
  // sqrt(x) exp(-x) I1(x) = middle + (c0 + c1 u + ...), relative error 2^-57.0
  static constexpr double middle = 0.390625,
                          far[] = {-0x1.4187c57bfd01cp-10, -0x1.3f796198ee632p-7,  -0x1.cbc54df1e8df4p-13,
                                   -0x1.f89c23059f348p-17, -0x1.ec8e107710de4p-20, -0x1.7613810ddf297p-22,
                                   -0x1.ad8d472513792p-24, -0x1.7279729553f3fp-25, -0x1.9191d505bf36cp-26,
                                   -0x1.21a47fb8f00b8p-27, 0x1.cf025796a1e66p-28,  0x1.e27e8aea99defp-27,
                                   0x1.99af57e707defp-28,  -0x1.0759d9dd19adp-27,  -0x1.0de98a80db80fp-27,
                                   0x1.dc4455c4048cep-29,  0x1.a92685cfba018p-28,  -0x1.97cd8944b4cbcp-30,
                                   -0x1.0079f14f344c6p-28, 0x1.34deb5a617114p-31,  0x1.c3158584a808cp-30,
                                   -0x1.5129dcb4fe94bp-33, -0x1.f7e3fae1a2527p-32, 0x1.6f00f6353505cp-36,
                                   0x1.07d2f84b0245ap-34};
};

// exp(-x) (1 + q (c0 + ...)) for 0 <= x <= 8. The rounding of q = x^2/4 is made up for by the slope of the logarithm,
// which is 1/sqrt((order + 1)^2 + q) but for a tenth.
template <int order>
MARUYAMA_INLINE Pair<F64> near_bessel(F64 x) {
  const Pair<F64> square = exact_square(x);
  const F64 q = square.hi * 0.25, series = q * polynomial(q, Bessel<order>::near);
  const Pair<F64> whole = exact_sum(splat<F64>(1.0), series);
  const F64 slope = 1.0 / square_root(q + (order + 1.0) * (order + 1.0));
  const F64 low = whole.lo + whole.hi * (square.lo * 0.25 * slope);
  const ExpParts<F64> parts = exp_parts(-x);
  const Pair<F64> e = mantissa(parts);
  const F64 scale = power_of_2(parts.k);
  const Pair<F64> product = exact_product(e.hi, whole.hi);
  return {product.hi * scale, (product.lo + (e.hi * low + e.lo * whole.hi)) * scale};
}

template <int order>
MARUYAMA_INLINE F64 far_bessel(F64 x) {
  return (polynomial(16.0 / x - 1.0, Bessel<order>::far) + Bessel<order>::middle) / square_root(x);
}

// Error 2.5 ulp in float64, 0.50 in float32.
MARUYAMA_INLINE F64 i0e_of(F64 x) {
  const F64 a = magnitude(x), near = sum(near_bessel<0>(at_most(a, 8.0)));
  const I64 far = a > 8.0;
  return any(far) ? where(far, far_bessel<0>(at_least(a, 8.0)), near) : near;
}
// Error 2.1 ulp in float64, 0.50 in float32.
MARUYAMA_INLINE F64 i1e_of(F64 x) {
  const F64 a = magnitude(x);
  const Pair<F64> ratio = near_bessel<1>(at_most(a, 8.0));
  const F64 half = a * 0.5, near = where(a < 0x1p-60, half, half * ratio.hi + half * ratio.lo);
  const I64 far = a > 8.0;
  return with_sign_of(any(far) ? where(far, far_bessel<1>(at_least(a, 8.0)), near) : near, x);
}

struct I0eOf {
  static MARUYAMA_INLINE F64 of(F64 x) { return i0e_of(x); }
};
struct I1eOf {
  static MARUYAMA_INLINE F64 of(F64 x) { return i1e_of(x); }
};
MARUYAMA_INLINE F32 i0e_of(F32 x) { return in_double<I0eOf>(x); }
MARUYAMA_INLINE F32 i1e_of(F32 x) { return in_double<I1eOf>(x); }

}  // namespace
}  // namespace maruyama::MARUYAMA_LEVEL
