#include "threads/for_each_tile.hpp"

#include <unistd.h>

#include <algorithm>

#include "base/errors.hpp"
#include "simd/float_control.hpp"
#include "threads/pool.hpp"

namespace maruyama {

namespace {
thread_local bool inside = false;

struct Inside {
  bool before = inside;
  Inside() { inside = true; }
  ~Inside() { inside = before; }
};
}  // namespace

Tiles::Tiles(Size count, int parts) : parts_(static_cast<std::size_t>(parts)) {
  for (Size part = 0; part < parts; ++part) {
    parts_[static_cast<std::size_t>(part)].next = count * part / parts;
    parts_[static_cast<std::size_t>(part)].end = count * (part + 1) / parts;
  }
}

Size Tiles::Hand::next() {
  for (; left_ > 0; --left_, part_ = (part_ + 1) % tiles_.parts_.size()) {
    Part& part = tiles_.parts_[part_];
    const Size tile = part.next.fetch_add(1, std::memory_order_relaxed);
    if (tile < part.end) return tile;
  }
  return -1;
}

bool is_at_work() { return inside; }

void for_each_tile(Size tiles, int threads, Monitor& monitor, const std::function<void(Tiles::Hand&)>& work) {
  const int company = inside ? 0 : static_cast<int>(std::max<Size>(std::min<Size>(threads, tiles) - 1, 0));
  Tiles parted(tiles, 1 + company);
  const pid_t process = getpid();
  const auto task = [&]() noexcept {
    try {
      Inside now;
      const WithFloats standard(FloatControl::standard());
      Tiles::Hand hand(parted);
      work(hand);
    } catch (...) {
      monitor.fail(std::current_exception());
    }
  };
  const auto waiting = [&]() noexcept {
    if (monitor.stopped()) return;
    try {
      monitor.look_outside();
    } catch (...) {
      monitor.fail(std::current_exception());
    }
  };
  Pool::run(company, task, waiting);
  // A field forked, or a signal's handler, and this is the child: the run's other threads are not here.
  if (getpid() != process) throw Stopped(kForked);
  monitor.rethrow_failure();
}

}  // namespace maruyama
