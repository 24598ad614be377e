#include "threads/for_each_tile.hpp"

#include <algorithm>

#include "base/errors.hpp"
#include "simd/float_control.hpp"
#include "threads/pool.hpp"
#include "threads/thread_end.hpp"

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
  const auto task = [&]() noexcept {
    try {
      Inside now;
      const WithFloats standard(FloatControl::standard());
      Tiles::Hand hand(parted);
      staying([&] { work(hand); });  // a C function may be Python behind
    } catch (...) {
      monitor.fail(std::current_exception());
    }
  };
  Pool::run(company, task, [&] { monitor.look_outside_and_keep(); });
  monitor.rethrow_failure();
  // A field forked, or a signal's handler, or progress, and this is the child: the run's other threads are not here.
  if (monitor.forked()) throw Stopped(kForked);
}

}  // namespace maruyama
