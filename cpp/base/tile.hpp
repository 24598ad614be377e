// Tile: the states of some neighbouring rows of a run, in memory that the tile shares with whoever was shown it.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>

#include "base/buffer.hpp"

namespace maruyama {

// How values of a tile lie in memory: (rows, width), as Python wants them, or (width, lanes), as vectors want them,
// where lanes is rows rounded up and every lane after the last row repeats it.
enum class Layout { rows, lanes };

template <class T>
struct Tile {
  T* x = nullptr;  // (rows, dim) or (dim, lanes), 64-byte aligned
  Size rows = 0, dim = 0;
  Size first_row = 0;  // the tile's first row among the rows of the run
  Layout layout = Layout::rows;
  Size lanes = 0;
  std::shared_ptr<T[]> memory;
  Size capacity = 0;

  // How many numbers x has, and any array of one value for each state.
  Size values() const { return (layout == Layout::rows ? rows : lanes) * dim; }

  // Which row of the run the number x[value] belongs to.
  Size row_of(Size value) const { return first_row + (layout == Layout::rows ? value / dim : value % lanes); }

  // Room for the largest tile that will be here; they come in any order.
  void allocate(Size most_values) {
    capacity = most_values;
    memory = allocate_aligned<T>(capacity);
    x = memory.get();
  }

  // Leaves the present memory to those who kept it and goes on in a copy.
  void detach() {
    std::shared_ptr<T[]> kept = memory;
    allocate(capacity);
    std::copy(kept.get(), kept.get() + values(), x);
  }
};

}  // namespace maruyama
