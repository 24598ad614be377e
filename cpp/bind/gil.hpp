// Python's lock, and our own turn before it.
#pragma once

#include <pybind11/pybind11.h>

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "base/errors.hpp"
#include "simd/float_control.hpp"
#include "threads/for_each_tile.hpp"
#include "threads/monitor.hpp"
#include "threads/pool.hpp"
#include "threads/spin.hpp"

namespace maruyama {

namespace py = pybind11;

// One thread of a run at a time calls Python. Waiting here rather than for Python's lock costs no switch interval: who
// leaves has given the lock back before, so that the next one finds it free. Made on the thread that starts the run:
// Python code computes with floating point numbers in the way that was set there.
class Turn {
 public:
  // Asks `meanwhile` every few milliseconds; it may throw, and then the turn is not taken.
  template <class Meanwhile>
  void take(Meanwhile meanwhile) {
    for (int spin = 0; spin < kSpins; ++spin) {
      if (!taken_.exchange(true, std::memory_order_acquire)) return;
      while (taken_.load(std::memory_order_relaxed) && ++spin < kSpins) pause_processor();
    }
    Waiting among(waiting_);
    std::unique_lock<std::mutex> lock(mutex_);
    while (taken_.exchange(true, std::memory_order_acquire)) {
      free_.wait_for(lock, std::chrono::milliseconds(5));
      lock.unlock();
      meanwhile();
      lock.lock();
    }
  }

  // Whether this is the child of a fork that a field made: who waited is not here, and may have held the mutex.
  bool forked() const { return Pool::forks() != forks_; }

  FloatControl callers_floats() const { return callers_floats_; }

  void leave() {
    taken_.store(false, std::memory_order_release);
    if (waiting_.load() == 0 || forked()) return;
    std::lock_guard<std::mutex> lock(mutex_);
    free_.notify_one();
  }

 private:
  static constexpr int kSpins = 4000;  // some 50 microseconds, a callback's usual time
  struct Waiting {
    explicit Waiting(std::atomic<int>& count) : count_(count) { ++count_; }
    ~Waiting() { --count_; }
    std::atomic<int>& count_;
  };
  const FloatControl callers_floats_ = FloatControl::now();
  const int forks_ = Pool::forks();
  std::atomic<bool> taken_{false};
  std::atomic<int> waiting_{0};
  std::mutex mutex_;
  std::condition_variable free_;
};

// Holds Python's lock.
class Gil {
 public:
  Gil() : state_(PyGILState_Ensure()) {}
  ~Gil() { PyGILState_Release(state_); }
  Gil(const Gil&) = delete;
  Gil& operator=(const Gil&) = delete;

 private:
  PyGILState_STATE state_;
};

// Leaves Python's lock to others while a run goes on. Python ends a thread that asks for the lock when the interpreter
// is gone, in the middle of C++, which ends the process: such a thread stays here, and counts as one that has come
// back.
class WithoutGil {
 public:
  explicit WithoutGil(Monitor& monitor) : monitor_(monitor), state_(PyEval_SaveThread()) {}
  ~WithoutGil() {
    if (!is_at_work()) monitor_.stay_if_all_stop();  // a run inside a run comes back: the outer one is waited for
    PyEval_RestoreThread(state_);
  }
  WithoutGil(const WithoutGil&) = delete;
  WithoutGil& operator=(const WithoutGil&) = delete;

 private:
  Monitor& monitor_;  // lives longer, so that who waits for the last run waits for this thread, too
  PyThreadState* state_;
};

// Holds the turn and Python's lock, and computes as the caller of the run does.
class PythonTurn {
 public:
  // Throws what the monitor throws, where the run is to stop in the meantime.
  PythonTurn(Turn& turn, Monitor& monitor) : turn_(turn), floats_(turn.callers_floats()) {
    turn_.take([&] { monitor.look_outside(); });
    state_ = PyGILState_Ensure();
  }
  // Waits whatever happens: for what must be given back.
  explicit PythonTurn(Turn& turn) : turn_(turn), floats_(turn.callers_floats()) {
    turn_.take([] {});
    state_ = PyGILState_Ensure();
  }
  ~PythonTurn() {
    PyGILState_Release(state_);
    turn_.leave();
  }
  PythonTurn(const PythonTurn&) = delete;
  PythonTurn& operator=(const PythonTurn&) = delete;

 private:
  Turn& turn_;
  const WithFloats floats_;
  PyGILState_STATE state_;
};

// Keeps this thread known to Python between calls, in a copy of the caller's context: np.errstate and the like then
// hold in every thread of a run. On the caller's own thread there is nothing to do. Made and ended in a turn.
class PythonThread {
 public:
  void join(PyObject* context) {
    state_ = PyGILState_Ensure();
    context_ = PyContext_Copy(context);
    if (!context_ || PyContext_Enter(context_) != 0) PyErr_Clear();
    joined_ = true;
  }
  void leave() {
    if (!joined_) return;
    if (context_ && PyContext_Exit(context_) != 0) PyErr_Clear();
    Py_CLEAR(context_);
    PyGILState_Release(state_);
    joined_ = false;
  }

 private:
  bool joined_ = false;
  PyGILState_STATE state_{};
  PyObject* context_ = nullptr;
};

}  // namespace maruyama
