// The end of a thread from within, by pthread_exit: where Python ends threads that ask for its lock after the
// interpreter is gone (up to 3.13; later ones stay where they are). With the GNU libraries it unwinds the stack: it
// runs destructors, which may want the lock again, and ends the process where it meets `noexcept` or a `catch (...)`
// that keeps it. A thread that is at work on a run stays where it is instead, and ends with the process.
#pragma once

#include <chrono>
#include <thread>
#include <utility>

#if defined(__GLIBCXX__)
#include <cxxabi.h>
#endif

namespace maruyama {

[[noreturn]] inline void stay() {
  for (;;) std::this_thread::sleep_for(std::chrono::hours(1));
}

// The result of `call`, from which a thread that is ended does not come back. Nothing that lies between here and the
// end may have a destructor that matters: so it stands directly around a call of Python.
template <class Call>
decltype(auto) staying(Call&& call) {
#if defined(__GLIBCXX__)
  try {
    return std::forward<Call>(call)();
  } catch (abi::__forced_unwind&) {
    stay();
  }
#else
  return std::forward<Call>(call)();
#endif
}

}  // namespace maruyama
