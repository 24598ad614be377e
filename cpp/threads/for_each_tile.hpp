// Hands the tiles of a run out to threads: a part for each, the first exception kept, a stop flag.
#pragma once

#include <atomic>
#include <functional>
#include <vector>

#include "base/sizes.hpp"
#include "threads/monitor.hpp"

namespace maruyama {

// The tiles of a run in as many parts as it has threads. A thread takes those of its own part in their order, so that
// in one run after the other it meets the same memory, and then what the others have not come to.
class Tiles {
 public:
  Tiles(Size count, int parts);

  // Those that one thread gets; each tile goes to one of all threads.
  class Hand {
   public:
    explicit Hand(Tiles& tiles) : tiles_(tiles), part_(tiles.hands_.fetch_add(1) % tiles.parts_.size()) {}
    // The next tile's number, or -1 when there is none.
    Size next();

   private:
    Tiles& tiles_;
    std::size_t part_, left_ = tiles_.parts_.size();
  };

 private:
  struct alignas(64) Part {  // away from what the others write
    std::atomic<Size> next{0};
    Size end = 0;
  };
  std::vector<Part> parts_;
  std::atomic<std::size_t> hands_{0};
};

// Calls `work` on up to `threads` threads, each of which takes tiles until none is left. Rethrows the first exception
// after all have returned. Called from inside such a `work`, it stays on the thread that calls. Every thread computes
// in the standard way of IEEE 754 there, whatever the caller has set, who finds that again when it returns.
void for_each_tile(Size tiles, int threads, Monitor& monitor, const std::function<void(Tiles::Hand&)>& work);

// Whether this thread is at such a work.
bool is_at_work();

}  // namespace maruyama
