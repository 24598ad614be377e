#include "threads/monitor.hpp"

#include <unistd.h>

#include <utility>

#include "base/errors.hpp"

namespace maruyama {

// Runs under way in this process. Never destroyed: a daemon thread may outlive the statics. Without locks: a child of
// fork() begins anew, and a run that was forked inside a field still signs off where it signed on.
struct Monitor::Running {
  const pid_t process = getpid();
  std::atomic<int> count{0};
  std::atomic<bool> stop_all{false};
  std::thread::id stopper;  // written before stop_all

  static Running& here() {
    static std::atomic<Running*> all{new Running};
    Running* now = all.load();
    if (now->process == getpid()) return *now;
    auto* anew = new Running;
    if (all.compare_exchange_strong(now, anew)) return *anew;
    delete anew;
    return *now;
  }
};

Monitor::Monitor(std::function<void(Size)> poll) : running_(Running::here()), poll_(std::move(poll)) {
  ++running_.count;
}

Monitor::~Monitor() { --running_.count; }

void Monitor::advance(Size path_steps) {
  done_.fetch_add(path_steps, std::memory_order_relaxed);
  look_outside();
}

void Monitor::look_outside() {
  if (running_.stop_all.load(std::memory_order_relaxed)) throw Stopped("the interpreter is shutting down");
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

void Monitor::stay_if_all_stop() {
  if (!running_.stop_all.load() || running_.stopper == std::this_thread::get_id()) return;
  --running_.count;
  for (;;) std::this_thread::sleep_for(std::chrono::hours(1));
}

void Monitor::stop_all_and_wait() {
  Running& here = Running::here();
  here.stopper = std::this_thread::get_id();
  here.stop_all.store(true);
  for (const auto end = Clock::now() + std::chrono::seconds(5); here.count > 0 && Clock::now() < end;)
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
}

}  // namespace maruyama
