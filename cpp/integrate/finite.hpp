// Finds the state that stopped being finite.
#pragma once

#include <cmath>

#include "base/errors.hpp"
#include "base/tile.hpp"

namespace maruyama {

template <class T>
[[noreturn]] void throw_non_finite(const Tile<T>& tile, Size step) {
  Size value = 0;
  while (value < tile.values() - 1 && std::isfinite(tile.x[value])) ++value;
  throw NonFinite(tile.row_of(value), step);
}

}  // namespace maruyama
