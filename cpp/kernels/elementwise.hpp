// The operations of the program on arrays of lanes: one loop, one function of it for each line of the table and each
// operand that may be uniform.
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

// Operand number i of some vectors of lanes: in memory side by side, or one value, which `kind` may know.
template <class T, int kind, int i>
class Operand {
 public:
  using V = typename Lanes<T>::Real;
  Operand(const ElementwiseGroup<T>& group, std::int32_t value)
      : next_(group.in[i][value]), step_(group.step[i] * Lanes<T>::count), first_(load<V>(next_)) {}
  MARUYAMA_INLINE V operator[](int v) const {
    if constexpr (kind == kAnyUniform) return load<V>(next_ + v * step_);
    else if constexpr (kind == 1 + i) return first_;
    else return load<V>(next_ + v * Lanes<T>::count);
  }
  MARUYAMA_INLINE void advance(int vectors) {
    if constexpr (kind == kAnyUniform) next_ += vectors * step_;
    else if constexpr (kind != 1 + i) next_ += vectors * Lanes<T>::count;
  }

 private:
  const T* next_;
  const std::int64_t step_;
  const V first_;
};

template <class T, Operation operation, int kind>
void elementwise(const ElementwiseGroup<T>& group) {
  using V = typename Lanes<T>::Real;
  using Now = Apply<V, operation>;
  constexpr int width = Lanes<T>::count, in_a_block = 32 / width, wanted = vectors_together(operation);
  constexpr int together = wanted < in_a_block ? wanted : in_a_block;
  constexpr int b_number = Now::count > 1 ? 1 : 0, c_number = Now::count > 2 ? 2 : 0, d_number = Now::count > 3 ? 3 : 0;
  for (std::int32_t i = 0; i < group.count; ++i) {
    T* out = group.out[i];
    Operand<T, kind, 0> a(group, i);
    Operand<T, kind, b_number> b(group, i);
    Operand<T, kind, c_number> c(group, i);
    Operand<T, kind, d_number> d(group, i);
    for (std::int64_t lane = 0; lane < group.lanes; lane += together * width, out += together * width) {
      V results[together];
#pragma GCC unroll 4
      for (int v = 0; v < together; ++v) results[v] = Now::to(a[v], b[v], c[v], d[v]);
#pragma GCC unroll 4
      for (int v = 0; v < together; ++v) store(out + v * width, results[v]);
      a.advance(together);
      b.advance(together);
      c.advance(together);
      d.advance(together);
    }
  }
}

// Which loop takes operands of a kind: arithmetic has one for each, and what takes longer than its loads has the
// general one for all.
constexpr int loop_for(Operation operation, int operands, int kind) {
  return is_arithmetic(operation) && kind <= operands ? kind : kAnyUniform;
}

}  // namespace
}  // namespace maruyama::MARUYAMA_LEVEL
