#include "threads/for_each_tile.hpp"

#include <unistd.h>

#include <algorithm>

#include "base/errors.hpp"
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

void for_each_tile(Size tiles, int threads, Monitor& monitor, const std::function<void(Tiles&)>& work) {
  Tiles left(tiles);
  const pid_t process = getpid();
  const auto task = [&]() noexcept {
    try {
      Inside now;
      work(left);
      // A field forked, and this is the child: the run's other threads are not here.
      if (getpid() != process) throw Stopped(kForked);
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
  const Size company = inside ? 0 : std::min<Size>(threads, tiles) - 1;
  Pool::run(static_cast<int>(std::max<Size>(company, 0)), task, waiting);
  monitor.rethrow_failure();
}

}  // namespace maruyama
