#include "threads/monitor.hpp"

#include <condition_variable>
#include <utility>

#include "base/errors.hpp"

namespace maruyama {

namespace {
// Runs under way in this process. Leaked: a daemon thread may outlive the statics.
struct Running {
  std::mutex mutex;
  std::condition_variable changed;
  int count = 0;
  std::atomic<bool> stop_all{false};
};
Running& runs() {
  static Running& all = *new Running;
  return all;
}
}  // namespace

Monitor::Monitor(std::function<void(Size)> poll) : poll_(std::move(poll)) {
  std::lock_guard<std::mutex> lock(runs().mutex);
  ++runs().count;
}

Monitor::~Monitor() {
  std::lock_guard<std::mutex> lock(runs().mutex);
  --runs().count;
  runs().changed.notify_all();
}

void Monitor::advance(Size path_steps) {
  done_.fetch_add(path_steps, std::memory_order_relaxed);
  look_outside();
}

void Monitor::look_outside() {
  if (runs().stop_all.load(std::memory_order_relaxed)) throw Stopped("the interpreter is shutting down");
  if (stopped()) throw Stopped("the run was stopped");
  if (!on_starting_thread()) return;
  const Clock::time_point now = Clock::now();
  if (now - last_poll_ < kPollEvery) return;
  poll_(done());
  last_poll_ = Clock::now();
}

void Monitor::fail(std::exception_ptr reason) noexcept {
  std::lock_guard<std::mutex> lock(failure_mutex_);
  if (!failure_) failure_ = std::move(reason);
  stop_.store(true, std::memory_order_relaxed);
}

void Monitor::rethrow_failure() {
  if (failure_) std::rethrow_exception(std::exchange(failure_, nullptr));
}

void Monitor::stop_all_and_wait() {
  runs().stop_all.store(true);
  std::unique_lock<std::mutex> lock(runs().mutex);
  runs().changed.wait_for(lock, std::chrono::seconds(5), [] { return runs().count == 0; });
}

int Monitor::running() {
  std::lock_guard<std::mutex> lock(runs().mutex);
  return runs().count;
}

}  // namespace maruyama
