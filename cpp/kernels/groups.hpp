// What the program's kernels are given: one operation for `count` values of `lanes` lanes each, by pointers.
#pragma once

#include <cstdint>

namespace maruyama {

constexpr int kMostOperands = 4;

// An operand whose step is 0 is one value for all lanes, written out kUniformWidth times; else its step is 1.
constexpr int kUniformWidth = 16;

// out[i] = operation(in[0][i], in[1][i], ...); out[i] may be the same memory as in[.][i].
template <class T>
struct ElementwiseGroup {
  T* const* out;
  const T* const* in[kMostOperands];
  std::int32_t step[kMostOperands];
  std::int32_t count;
  std::int64_t lanes;
};

// Which operands are one value for all lanes: none, operand number kind - 1 alone, or any of them, as `step` says.
// Loops that know it load such a value once.
constexpr int kNoneUniform = 0, kAnyUniform = kMostOperands + 1, kUniformKinds = kMostOperands + 2;

template <class T>
int uniform_kind(const ElementwiseGroup<T>& group, int operands) {
  int kind = kNoneUniform;
  for (int i = 0; i < operands; ++i)
    if (group.step[i] == 0) kind = kind == kNoneUniform ? 1 + i : kAnyUniform;
  return kind;
}

// out[i] = in[i*terms] op in[i*terms + 1] op ...
template <class T>
struct FoldGroup {
  T* const* out;
  const T* const* in;
  std::int32_t count, terms;
  std::int64_t lanes;
};

// out[j] = fma(in[k], weight[k, j], ...) in the order of k, from 0; then + *bias[j], where bias is given. The weights
// lie in panels of kPanel outputs, the last one narrower: panel p begins at p*kPanel*terms, and holds its outputs'
// weights side by side for each k.
constexpr int kPanel = 6;

template <class T>
struct ProductGroup {
  T* const* out;
  const T* const* in;
  const T* weights;
  const T* const* bias;  // uniform values, or null
  std::int32_t count, terms;
  std::int64_t lanes;
};

// out[i] = sin(in[i]) and out[count + i] = cos(in[i]).
template <class T>
struct CircleGroup {
  T* const* out;
  const T* const* in;
  std::int32_t count;
  std::int64_t lanes;
};

// out[i] = how many of the knots, which ascend, are below in[i], or not above it; 0 for NaN.
template <class T>
struct SearchGroup {
  T* const* out;
  const T* const* in;
  const T* knots;
  std::int32_t count, knot_count;
  std::int64_t lanes;
};

// out[i*width + j] = table[j*rows + in[i]], the value of column j in the row that in[i] numbers: the first or the last
// where there is no such row.
template <class T>
struct TakeGroup {
  T* const* out;
  const T* const* in;
  const T* table;
  std::int32_t count, width, rows;
  std::int64_t lanes;
};

// out = *values[in], of values that are computed: each one for all lanes, where step is 0, or a value for each lane.
template <class T>
struct PickGroup {
  T* out;
  const T* in;
  const T* const* values;
  std::int32_t step, rows;
  std::int64_t lanes;
};

}  // namespace maruyama
