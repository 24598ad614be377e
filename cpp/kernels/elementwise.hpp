// The operations of the program on arrays of lanes: one loop for each number of operands, one function for each line of
// the table.
#pragma once

#include "kernels/groups.hpp"
#include "kernels/operations.hpp"
#include "simd/math.hpp"
#include "simd/truth.hpp"

namespace maruyama::MARUYAMA_LEVEL {
namespace {

// An operation of the table on vectors V.
template <class V, Operation operation>
struct Apply;

#define MARUYAMA_OPERATION(name, operands, result)                                                       \
  template <class V>                                                                                     \
  struct Apply<V, Operation::name> {                                                                     \
    static constexpr int count = operands;                                                               \
    static MARUYAMA_INLINE V to(V a, [[maybe_unused]] V b, [[maybe_unused]] V c, [[maybe_unused]] V d) { \
      return result;                                                                                     \
    }                                                                                                    \
  };
MARUYAMA_OPERATIONS(MARUYAMA_OPERATION)
#undef MARUYAMA_OPERATION

template <class T, Operation operation>
void elementwise(const ElementwiseGroup<T>& group) {
  using V = typename Lanes<T>::Real;
  using Now = Apply<V, operation>;
  constexpr int width = Lanes<T>::count, in_a_block = 32 / width, wanted = vectors_together(operation);
  constexpr int together = wanted < in_a_block ? wanted : in_a_block;
  const std::int64_t a_step = group.step[0] * width, b_step = group.step[1] * width;
  const std::int64_t c_step = group.step[2] * width, d_step = group.step[3] * width;
  for (std::int32_t i = 0; i < group.count; ++i) {
    T* out = group.out[i];
    const T* a = group.in[0][i];
    const T* b = Now::count > 1 ? group.in[1][i] : a;
    const T* c = Now::count > 2 ? group.in[2][i] : a;
    const T* d = Now::count > 3 ? group.in[3][i] : a;
    for (std::int64_t lane = 0; lane < group.lanes; lane += together * width, out += together * width) {
      V results[together];
#pragma GCC unroll 4
      for (int v = 0; v < together; ++v) {
        const V va = load<V>(a + v * a_step);
        const V vb = Now::count > 1 ? load<V>(b + v * b_step) : va;
        const V vc = Now::count > 2 ? load<V>(c + v * c_step) : va;
        const V vd = Now::count > 3 ? load<V>(d + v * d_step) : va;
        results[v] = Now::to(va, vb, vc, vd);
      }
#pragma GCC unroll 4
      for (int v = 0; v < together; ++v) store(out + v * width, results[v]);
      a += together * a_step;
      b += together * b_step;
      c += together * c_step;
      d += together * d_step;
    }
  }
}

}  // namespace
}  // namespace maruyama::MARUYAMA_LEVEL
