// Tile: the states of some neighbouring rows of a run, in memory that the tile shares with whoever was shown it.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>

#include "base/buffer.hpp"

namespace maruyama {

template <class T>
struct Tile {
  T* x = nullptr;  // (rows, dim), row-major, 64-byte aligned
  Size rows = 0, dim = 0;
  Size first_row = 0;  // the tile's first row among the rows of the run
  std::shared_ptr<T[]> memory;

  Size values() const { return rows * dim; }

  void allocate(Size capacity) {
    memory = allocate_aligned<T>(capacity);
    x = memory.get();
  }

  // Leaves the present memory to those who kept it and goes on in a copy.
  void detach() {
    std::shared_ptr<T[]> kept = memory;
    allocate(values());
    std::copy(kept.get(), kept.get() + values(), x);
  }
};

}  // namespace maruyama
