// Functions of float that are computed in double, on two vectors of it, and rounded once.
#pragma once

namespace maruyama::MARUYAMA_LEVEL {
namespace {

template <class F>
MARUYAMA_INLINE F32 in_double(F32 x) {
  F64 low, high;
  widen(x, low, high);
  return narrow(F::of(low), F::of(high));
}

}  // namespace
}  // namespace maruyama::MARUYAMA_LEVEL
