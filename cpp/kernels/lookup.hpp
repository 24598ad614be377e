// Lookups: which interval of a table a value lies in, and the row of a table that a value names.
#pragma once

#include "kernels/kernels.hpp"
#include "simd/lanes.hpp"

namespace maruyama::MARUYAMA_LEVEL {
namespace {

// The number of a row as its place. NaN is row 0.
template <class T>
MARUYAMA_INLINE std::int32_t row_of(T value, std::int32_t rows) {
  const T last = static_cast<T>(rows - 1);
  return static_cast<std::int32_t>(value >= T{0} ? (value < last ? value : last) : T{0});
}

// Counts, of `knots` ascending numbers, those below a value, or those not above it. Each step is taken for all lanes of
// the block before the next, so that loads do not wait for each other; what is written as a choice becomes a branch,
// which guesses wrong every second time and takes five times as long.
template <bool not_above, class T>
MARUYAMA_INLINE void count_knots(const T* knots, std::int32_t count, const T* in, T* out) {
  const auto counts = [](T knot, T value) {
    return static_cast<std::int32_t>(not_above ? knot <= value : knot < value);
  };
  std::int32_t first[kLaneBlock] = {};
  std::int32_t left = count;  // the answer lies in [first, first + left]
  for (; left > 1; left -= left / 2) {
    const std::int32_t half = left / 2;
    for (int lane = 0; lane < kLaneBlock; ++lane)
      first[lane] += half & -counts(knots[first[lane] + half - 1], in[lane]);
  }
  for (int lane = 0; lane < kLaneBlock; ++lane)
    out[lane] = static_cast<T>(first[lane] + counts(knots[first[lane]], in[lane]));
}

template <class T, bool not_above>
void search(const SearchGroup<T>& group) {
  for (std::int32_t i = 0; i < group.count; ++i)
    for (std::int64_t lane = 0; lane < group.lanes; lane += kLaneBlock)
      count_knots<not_above>(group.knots, group.knot_count, group.in[i] + lane, group.out[i] + lane);
}

template <class T>
void take(const TakeGroup<T>& group) {
  for (std::int32_t i = 0; i < group.count; ++i) {
    T* const* columns = group.out + static_cast<std::int64_t>(i) * group.width;
    for (std::int64_t lane = 0; lane < group.lanes; lane += kLaneBlock) {
      std::int32_t rows[kLaneBlock];
      for (int l = 0; l < kLaneBlock; ++l) rows[l] = row_of(group.in[i][lane + l], group.rows);
      for (std::int32_t column = 0; column < group.width; ++column) {
        const T* values = group.table + static_cast<std::int64_t>(column) * group.rows;
        T* out = columns[column] + lane;
        for (int l = 0; l < kLaneBlock; ++l) out[l] = values[rows[l]];
      }
    }
  }
}

template <class T>
void pick(const PickGroup<T>& group) {
  for (std::int64_t lane = 0; lane < group.lanes; ++lane)
    group.out[lane] = group.values[row_of(group.in[lane], group.rows)][lane * group.step];
}

}  // namespace
}  // namespace maruyama::MARUYAMA_LEVEL
