// ndtri and erfinv: the normal distribution inverted.
//
// With p = 1/2 + s the quantile is s times a polynomial in s^2 for |s| <= 0.35. In the tail q = min(p, 1 - p) =
// exp(-r^2/2) it is r times a polynomial in (r - c)/(r + c), with r as a pair: one for r <= 8, one for the rest. The
// two kinds of coefficients are chosen lane by lane (the idea of the ranges: M. Wichura, "Algorithm AS 241", Appl.
// Stat. 37 (1988)).
#pragma once

#include "simd/in_double.hpp"
#include "simd/math/log.hpp"
#include "simd/math/normal_distribution.hpp"

namespace maruyama::MARUYAMA_LEVEL {
namespace {

// Coefficients from scripts/minimax_special.py.
struct Quantile {
  // sqrt(2 pi), rounded; the first coefficient below has the rest of it
  static constexpr double slope = 0x1.40d931ff62706p+1;
  // x/s = slope + (c0 + c1 v + ...), v = s^2, |s| <= 0.3501, relative error 2^-56.9
  static constexpr double central_tail[] = {
      -0x1.cec6a42a4a0ap-53,  0x1.4ffddeaa22ec2p+1,  0x1.71713082b9471p+2,   0x1.f55d0d9398b13p+3,
      0x1.784945295c529p+5,   0x1.2ba99f87b363p+7,   0x1.f0236d87a156fp+8,   0x1.a89bb994d29dbp+10,
      0x1.5662cf065a64fp+12,  0x1.0cf110338cbccp+15, -0x1.16c0e68c3beadp+18, 0x1.cc27ac2435a0fp+22,
      -0x1.ad5083bf6d9f1p+26, 0x1.46b5446df6b88p+30, -0x1.76a37a9bcafa6p+33, 0x1.44ad14c8a66c3p+36,
      -0x1.994085b40faf8p+38, 0x1.64e2a56bd5f99p+40, -0x1.81a34f854916cp+41, 0x1.8cb45f742974dp+41};
  // x/r = 1 + (c0 + c1 t + ...), t = (r - 4)/(r + 4), 1.94 <= r <= 8, relative error 2^-55.9
  static constexpr double near_tail[] = {
      -0x1.3296e04ced342p-3, 0x1.f1dd62b5232afp-2,  -0x1.846f23b847fdp-1,  0x1.d1aa398a73497p-1,  -0x1.0462891cc5ed8p+0,
      0x1.184aeaa08f16ep+0,  -0x1.282eb4bda65d8p+0, 0x1.35245a12d4e6dp+0,  -0x1.403dafab8aedcp+0, 0x1.49cddec191802p+0,
      -0x1.5244061b651afp+0, 0x1.59c93c2ab4292p+0,  -0x1.6098226fb7b68p+0, 0x1.66b11cdc4c519p+0,  -0x1.6c5105afa8ebep+0,
      0x1.72b6a28599a84p+0,  -0x1.76dfc9e1da90cp+0, 0x1.6eb7030875e67p+0,  -0x1.83a4982c1025ap+0, 0x1.dc13cb4a826d6p+0,
      -0x1.478524c23d49ap+0, 0x1.81e1bc8d9dcf6p-5,  -0x1.5ad8a2b09ca93p+1, 0x1.3094f82c50955p+2};
  // t = (r - 17)/(r + 17), 8 <= r <= 38.7, relative error 2^-57.7
  static constexpr double far_tail[] = {
      -0x1.ab2132f7628c3p-7, 0x1.739986eca8349p-5,  -0x1.3ccc7e6051e3dp-4, 0x1.9cc39a71dad23p-4,  -0x1.ecb4f01cc7f11p-4,
      0x1.1829bf52ab274p-3,  -0x1.35a497c3bff55p-3, 0x1.4f8b0b97c239dp-3,  -0x1.669ecc12c3bbdp-3, 0x1.7b47904d44798p-3,
      -0x1.8def6d94c8d79p-3, 0x1.9ed5f8ae365c6p-3,  -0x1.ae379c8efab6ep-3, 0x1.bc71a32f28175p-3,  -0x1.ca1acc6cf1591p-3,
      0x1.d49bae0803225p-3,  -0x1.d7feb8982bdc7p-3, 0x1.ef1aea1722ea2p-3,  -0x1.19fb2263c59e9p-2, 0x1.f8b0b9cac36e8p-3,
      -0x1.c187d71876732p-4, 0x1.b8c5c964b5605p-3,  -0x1.3b0acd05a41b3p-1, 0x1.f192ac34a63dbp-2};
  static constexpr double near_center = 4, far_center = 17, first_far = 8, central = 0.35;
};

// The x > 0 with P(Z > x) = q for 0 < q <= 0.16, any q otherwise.
MARUYAMA_INLINE Pair<F64> upper_quantile(F64 q) {
  using C = Quantile;
  constexpr int last = sizeof C::near_tail / sizeof C::near_tail[0] - 1;
  static_assert(sizeof C::near_tail == sizeof C::far_tail);
  const Pair<F64> log = log_pair(log_parts_of_any(q, is_rare_for_log(q)));
  const Pair<F64> square = quick_sum(log.hi * -2.0, log.lo * -2.0), r = pair_root(square);
  const F64 whole = r.hi + r.lo;
  const I64 far = whole > C::first_far;
  const F64 center = where(far, splat<F64>(C::far_center), splat<F64>(C::near_center));
  const F64 t = (whole - center) / (whole + center);
  F64 tail = where(far, splat<F64>(C::far_tail[last]), splat<F64>(C::near_tail[last]));
#pragma GCC unroll 32
  for (int i = last - 1; i >= 0; --i)
    tail = tail * t + where(far, splat<F64>(C::far_tail[i]), splat<F64>(C::near_tail[i]));
  return quick_sum(r.hi, r.lo + whole * tail);
}

// The x with P(0 < Z < x) = s for |s| <= 0.35
MARUYAMA_INLINE Pair<F64> central_quantile(F64 s) {
  const Pair<F64> product = exact_product(s, splat<F64>(Quantile::slope));
  return quick_sum(product.hi, product.lo + s * polynomial(s * s, Quantile::central_tail));
}

// x sqrt(1/2)
MARUYAMA_INLINE F64 over_root_2(Pair<F64> x) {
  const Pair<F64> z = over_root_2(x.hi);
  return z.hi + (z.lo + x.lo * Normal<F64>::root_half);
}

// The x with P(Z < x) = p
// Error 2.1 ulp in float64, just below p = 0.15; 0.50 in float32.
MARUYAMA_INLINE F64 ndtri_of(F64 p) {
  const F64 s = p - 0.5, center = sum(central_quantile(s));
  const I64 near = magnitude(s) <= Quantile::central;
  if (!any(~near)) return center;
  const I64 below = p < 0.5;
  const F64 q = where(below, p, 1.0 - p), x = sum(upper_quantile(q)), size = where(q > 0.0, x, infinity<F64>());
  const F64 nan = splat<F64>(__builtin_nan("")), tail = where(below, -size, size);
  return where(near, center, where((p >= 0.0) & (p <= 1.0), tail, nan));
}

// The x with erf(x) = y: P(0 < Z < sqrt(2) x) = y/2
// Error 2.8 ulp in float64, just above y = 0.7; 0.50 in float32.
MARUYAMA_INLINE F64 erfinv_of(F64 y) {
  constexpr double half_root_of_pi = 0x1.c5bf891b4ef6bp-1;
  const F64 a = magnitude(y), small = y * half_root_of_pi;
  const F64 center = where(a < 0x1p-30, small, over_root_2(central_quantile(y * 0.5)));
  const I64 near = a <= 2 * Quantile::central;
  if (!any(~near)) return center;
  const F64 q = 0.5 - a * 0.5, x = over_root_2(upper_quantile(q)), size = where(q > 0.0, x, infinity<F64>());
  return where(near, center, where(a <= 1.0, with_sign_of(size, y), splat<F64>(__builtin_nan(""))));
}

struct NdtriOf {
  static MARUYAMA_INLINE F64 of(F64 x) { return ndtri_of(x); }
};
struct ErfinvOf {
  static MARUYAMA_INLINE F64 of(F64 x) { return erfinv_of(x); }
};
MARUYAMA_INLINE F32 ndtri_of(F32 x) { return in_double<NdtriOf>(x); }
MARUYAMA_INLINE F32 erfinv_of(F32 x) { return in_double<ErfinvOf>(x); }

}  // namespace
}  // namespace maruyama::MARUYAMA_LEVEL
