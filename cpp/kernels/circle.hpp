// Sine and cosine of the same values in one loop.
#pragma once

#include "kernels/groups.hpp"
#include "simd/math.hpp"

namespace maruyama::MARUYAMA_LEVEL {
namespace {

template <class T>
void sine_and_cosine(const CircleGroup<T>& group) {
  using V = typename Lanes<T>::Real;
  for (std::int32_t i = 0; i < group.count; ++i)
    for (std::int64_t lane = 0; lane < group.lanes; lane += Lanes<T>::count) {
      const SineAndCosine<V> both = sine_and_cosine_of(load<V>(group.in[i] + lane));
      store(group.out[i] + lane, both.sine);
      store(group.out[group.count + i] + lane, both.cosine);
    }
}

}  // namespace
}  // namespace maruyama::MARUYAMA_LEVEL
