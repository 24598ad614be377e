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
#if defined(__linux__)
  // Made by the caller of a run: its threads may be where it may be.
  Placement() {
    const int here = sched_getcpu();
    if (sched_getaffinity(0, sizeof allowed_, &allowed_) != 0 || here < 0) return;
    elsewhere_ = allowed_;
    CPU_CLR(static_cast<unsigned>(here), &elsewhere_);
    has_choice_ = CPU_COUNT(&elsewhere_) > 0;
  }

  // Keeps a sleeping thread away from the caller's processor until it settles.
  void send_elsewhere(pthread_t sleeping) const {
    if (has_choice_) pthread_setaffinity_np(sleeping, sizeof elsewhere_, &elsewhere_);
  }

  // For the thread itself, once it runs: from now on the system may move it.
  void settle() const {
    if (has_choice_) pthread_setaffinity_np(pthread_self(), sizeof allowed_, &allowed_);
  }

 private:
  cpu_set_t allowed_, elsewhere_;
  bool has_choice_ = false;
#else
  template <class Thread>
  void send_elsewhere(Thread) const {}
  void settle() const {}
#endif
};

}  // namespace maruyama
