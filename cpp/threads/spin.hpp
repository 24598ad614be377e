// Spinning: to wait awake, a short while, for what another thread is about to do. To sleep and be woken takes
// about 0.1 ms on a virtual machine whose idle processors halt, which is as long as a short run (bench/wake.py).
#pragma once

#include <chrono>

namespace maruyama {

inline void pause_processor() {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  asm volatile("yield");
#endif
}

// Whether `done` came true within a few tenths of a millisecond. It does not yield: on a busy machine a thread that
// yields comes back when all others have had their share, and one that sleeps when it is woken.
template <class Done>
bool spin_until(Done done) {
  constexpr std::chrono::microseconds kAtMost{200};
  constexpr int kLooks = 32;
  const auto end = std::chrono::steady_clock::now() + kAtMost;
  do {
    for (int look = 0; look < kLooks; ++look) {
      if (done()) return true;
      pause_processor();
    }
  } while (std::chrono::steady_clock::now() < end);
  return done();
}

// Takes a mutex that others hold for moments. Who sleeps for it may wake up on the processor of the one that lets it
// go, and wait there for that thread to finish while its own stands idle (threads/placement.hpp).
template <class Lock>
void lock_awake(Lock& lock) {
  if (!spin_until([&] { return lock.try_lock(); })) lock.lock();
}

}  // namespace maruyama
