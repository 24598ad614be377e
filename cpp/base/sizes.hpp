// Sizes and checked arithmetic. Nothing here allocates.
#pragma once

#include <cstdint>
#include <stdexcept>

namespace maruyama {

using Size = std::int64_t;  // counts of paths, steps, dimensions and values; never negative

inline Size checked_product(Size a, Size b) {
  Size product = 0;
  if (__builtin_mul_overflow(a, b, &product)) throw std::overflow_error("a size does not fit in 63 bits");
  return product;
}

constexpr Size divide_up(Size a, Size b) { return a / b + (a % b != 0); }
constexpr Size round_up(Size a, Size multiple) { return divide_up(a, multiple) * multiple; }

// The row after `row` of those that begin again after `rows`.
inline Size next_of(Size row, Size rows) { return row + 1 == rows ? 0 : row + 1; }

}  // namespace maruyama
