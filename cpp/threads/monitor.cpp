#include "threads/monitor.hpp"

#include <unistd.h>

#include <utility>

#include "base/errors.hpp"
#include "threads/thread_end.hpp"

namespace maruyama {

namespace { constexpr const char* kShutdown = "the interpreter is shutting down"; }

// Runs under way in this process. Never destroyed: a daemon thread may outlive the statics. Without locks: a child of
// fork() begins anew, and a run that was forked inside a field still signs off where it signed on.
struct Monitor::Running {
  const pid_t process = getpid();
  std::atomic<int> count{0};
  std::atomic<bool> stop_all{false};
  std::atomic<bool> left_alone{false};  // stop_all, and nobody waits any more
  std::thread::id stopper;              // written before stop_all

  static std::atomic<Running*> all;  // made at load: a fork in the middle of its making would leave the child without
  static Running& here() {
    Running* now = all.load();
    if (now->process == getpid()) return *now;
    auto* anew = new Running;
    if (all.compare_exchange_strong(now, anew)) return *anew;
    delete anew;
    return *now;
  }
};

std::atomic<Monitor::Running*> Monitor::Running::all{new Running};

Monitor::Monitor(std::function<void(Size)> poll) : running_(Running::here()), poll_(std::move(poll)) {
  ++running_.count;  // before the look: who asks all to stop sees one or the other
  if (!running_.stop_all) return;
  --running_.count;
  throw Stopped(kShutdown);
}

Monitor::~Monitor() { --running_.count; }

void Monitor::advance(Size path_steps) {
  done_.fetch_add(path_steps, std::memory_order_relaxed);
  look_outside();
}

void Monitor::require_going() const {
  if (running_.stop_all.load(std::memory_order_relaxed)) throw Stopped(kShutdown);
  if (forked()) throw Stopped(kForked);
  if (stopped()) throw Stopped("the run was stopped");
}

void Monitor::look_outside() {
  require_going();
  if (!on_starting_thread()) return;
  const Clock::time_point now = Clock::now();
  if (now - last_poll_ < kPollEvery) return;
  poll_(done());
  if (forked()) throw Stopped(kForked);  // a signal's handler did, or who was told
  last_poll_ = Clock::now();
}

void Monitor::look_outside_and_keep() noexcept {
  if (stopped()) return;
  try {
    look_outside();
  } catch (...) {
    fail(std::current_exception());
  }
}

void Monitor::fail(std::exception_ptr reason) noexcept {
  if (!has_failed_.exchange(true)) failure_ = std::move(reason);
  stop_.store(true, std::memory_order_relaxed);
}

void Monitor::rethrow_failure() {
  if (failure_) std::rethrow_exception(std::exchange(failure_, nullptr));
}

void Monitor::stay_if_all_stop() {
  if (!running_.stop_all.load() || running_.stopper == std::this_thread::get_id()) return;
  --running_.count;
  stay();
}

void Monitor::stay_if_left_alone() const {
  if (running_.left_alone.load() && running_.stopper != std::this_thread::get_id()) stay();
}

int Monitor::under_way() { return Running::here().count; }

void Monitor::stop_all_and_wait() {
  Running& here = Running::here();
  here.stopper = std::this_thread::get_id();
  here.stop_all.store(true);
  for (const auto end = Clock::now() + std::chrono::seconds(5); here.count > 0 && Clock::now() < end;)
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  here.left_alone.store(true);
}

}  // namespace maruyama
