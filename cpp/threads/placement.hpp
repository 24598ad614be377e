// Placement: which processors the threads of a run start on. It knows Linux; elsewhere it does nothing.
//
// A thread that is woken while its waker goes on computing should start on another processor. Linux usually finds an
// idle one, but not on every virtual machine: seen on a kernel 6.18 with two processors, where the woken thread shared
// its waker's processor for 2 to 4 ms, until the load was balanced. bench/wake.py measures what that costs a run.
#pragma once

#if defined(__linux__)
#include <pthread.h>
#include <sched.h>
#endif

namespace maruyama {

class Placement {
 public:
  static constexpr int kUnknown = -1;

#if defined(__linux__)
  // Made by the caller of a run: its threads may be where it may be.
  Placement() {
    is_known_ = sched_getaffinity(0, sizeof allowed_, &allowed_) == 0 && callers_ >= 0;
    if (!is_known_) return;
    elsewhere_ = allowed_;
    CPU_CLR(static_cast<unsigned>(callers_), &elsewhere_);
    has_choice_ = CPU_COUNT(&elsewhere_) > 0;
  }

  // The number of the processor that the calling thread is on.
  static int processor() { return sched_getcpu(); }

  bool is_callers(int processor) const { return processor == callers_; }

  // Keeps a thread that waits for work away from the caller's processor until it settles.
  void send_elsewhere(pthread_t waiting) const {
    if (has_choice_) pthread_setaffinity_np(waiting, sizeof elsewhere_, &elsewhere_);
  }

  // For the thread itself, once it runs: from now on the system may have it wherever it may have the caller.
  void settle() const {
    cpu_set_t mine;
    if (is_known_ && sched_getaffinity(0, sizeof mine, &mine) == 0 && !CPU_EQUAL(&mine, &allowed_))
      sched_setaffinity(0, sizeof allowed_, &allowed_);
  }

 private:
  const int callers_ = sched_getcpu();
  cpu_set_t allowed_, elsewhere_;
  bool is_known_ = false, has_choice_ = false;
#else
  static int processor() { return kUnknown; }
  bool is_callers(int) const { return false; }
  template <class Thread>
  void send_elsewhere(Thread) const {}
  void settle() const {}
#endif
};

}  // namespace maruyama
