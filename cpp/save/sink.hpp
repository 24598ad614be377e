// Sink: takes a tile after a step (and before the first, as step 0), and keeps of it what the user wanted.
#pragma once

#include "base/tile.hpp"

namespace maruyama {

template <class T>
class Sink {
 public:
  virtual ~Sink() = default;
  // Called by several threads at once, each with a tile of its own; step counts the steps that are done.
  virtual void take(const Tile<T>& tile, Size step) = 0;
};

// Keeps nothing.
template <class T>
class Nothing : public Sink<T> {
 public:
  void take(const Tile<T>&, Size) override {}
};

}  // namespace maruyama
