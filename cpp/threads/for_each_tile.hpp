// Hands the tiles of a run out to threads: an atomic counter, the first exception kept, a stop flag.
#pragma once

#include <atomic>
#include <functional>

#include "base/sizes.hpp"
#include "threads/monitor.hpp"

namespace maruyama {

// The tiles that are left; each number goes to one caller.
class Tiles {
 public:
  explicit Tiles(Size count) : count_(count) {}
  // The next tile's number, or -1 when there is none.
  Size next() {
    const Size tile = next_.fetch_add(1, std::memory_order_relaxed);
    return tile < count_ ? tile : -1;
  }

 private:
  const Size count_;
  std::atomic<Size> next_{0};
};

// Calls `work` on up to `threads` threads, each of which takes tiles until none is left. Rethrows the first exception
// after all have returned. Called from inside such a `work`, it stays on the thread that calls.
void for_each_tile(Size tiles, int threads, Monitor& monitor, const std::function<void(Tiles&)>& work);

}  // namespace maruyama
