// Monitor: a run's word with the outside. Asked now and then: go on? Told: so much is done. It knows no Python; whoever
// starts the run hands it a `poll`, which is called on the starting thread alone and may throw.
#pragma once

#include <atomic>
#include <chrono>
#include <exception>
#include <functional>
#include <thread>

#include "base/sizes.hpp"
#include "threads/pool.hpp"

namespace maruyama {

class Monitor {
 public:
  using Clock = std::chrono::steady_clock;
  static constexpr std::chrono::milliseconds kPollEvery{25};

  // Throws Stopped where the interpreter is going away: nobody waits for a run that begins then.
  explicit Monitor(std::function<void(Size done)> poll);
  ~Monitor();
  Monitor(const Monitor&) = delete;
  Monitor& operator=(const Monitor&) = delete;

  // One tile went one step on. Throws Stopped once the run is to stop, and what `poll` throws.
  void advance(Size path_steps);

  // Calls `poll` where this is the starting thread and the last call is a while ago. Throws like advance.
  void look_outside();
  // The same for who waits and must not throw: keeps what is thrown.
  void look_outside_and_keep() noexcept;

  // Throws Stopped once the run is to stop.
  void require_going() const;

  // Whether this is the child of a fork during the run: its other threads are not here, with what they held.
  bool forked() const { return Pool::forks() != forks_; }

  bool on_starting_thread() const { return std::this_thread::get_id() == starting_thread_; }

  // Keeps the first exception and asks everyone to stop. Without a lock: a child of fork() comes here, too.
  void fail(std::exception_ptr reason) noexcept;
  void rethrow_failure();

  bool stopped() const { return stop_.load(std::memory_order_relaxed); }
  Size done() const { return done_.load(std::memory_order_relaxed); }

  // How many runs are under way in this process.
  static int under_way();

  // Asks every run of the process to stop (the interpreter is going away), and waits for them.
  static void stop_all_and_wait();

  // Does not return once all runs were asked to stop, but on the thread that asked.
  void stay_if_all_stop();

  // Does not return once nobody waits for the runs that were asked to stop: Python must not be called any more.
  void stay_if_left_alone() const;

 private:
  struct Running;
  Running& running_;
  std::function<void(Size)> poll_;
  std::thread::id starting_thread_ = std::this_thread::get_id();
  Clock::time_point last_poll_ = Clock::now();
  const int forks_ = Pool::forks();
  std::atomic<bool> stop_{false};
  alignas(64) std::atomic<Size> done_{0};  // away from what the others read
  std::atomic<bool> has_failed_{false};
  std::exception_ptr failure_;  // written by the first that fails, read when all have returned
};

}  // namespace maruyama
