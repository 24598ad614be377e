// Trajectory: writes chosen steps into an array (saves, paths, dim).
#pragma once

#include <algorithm>

#include "kernels/kernels.hpp"
#include "save/sink.hpp"

namespace maruyama {

template <class T>
class Trajectory : public Sink<T> {
 public:
  // `steps` are the saved ones, ascending, `saves` of them.
  Trajectory(T* out, Size paths, Size dim, const Size* steps, Size saves)
      : out_(out), values_(paths * dim), steps_(steps), saves_(saves) {}

  void take(const Tile<T>& tile, Size step) override {
    const Size* saved = std::lower_bound(steps_, steps_ + saves_, step);
    if (saved == steps_ + saves_ || *saved != step) return;
    T* out = out_ + (saved - steps_) * values_ + tile.first_row * tile.dim;
    if (tile.layout == Layout::rows) {
      std::copy_n(tile.x, tile.values(), out);
    } else {
      kernels().of<T>().rows_from_lanes(tile.x, tile.lanes, tile.dim, tile.rows, out);
    }
  }

 private:
  T* const out_;
  const Size values_;
  const Size* const steps_;
  const Size saves_;
};

}  // namespace maruyama
