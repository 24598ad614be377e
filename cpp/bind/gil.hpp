// Python's lock, and our own turn before it.
#pragma once

#include <pybind11/pybind11.h>

#include <atomic>
#include <condition_variable>
#include <exception>
#include <initializer_list>
#include <memory>
#include <mutex>
#include <thread>

#include "base/errors.hpp"
#include "simd/float_control.hpp"
#include "threads/for_each_tile.hpp"
#include "threads/monitor.hpp"
#include "threads/pool.hpp"
#include "threads/spin.hpp"
#include "threads/thread_end.hpp"

namespace maruyama {

namespace py = pybind11;

// Calls of Python in a run. All of them may let go of its lock, and a thread that asks for it again when the
// interpreter is gone stays where it is (threads/thread_end.hpp).
inline py::object call_python(py::handle function, PyObject* const* arguments, std::size_t count) {
  PyObject* result = staying([&] { return PyObject_Vectorcall(function.ptr(), arguments, count, nullptr); });
  if (!result) throw py::error_already_set();
  return py::reinterpret_steal<py::object>(result);
}
inline py::object call_python(py::handle function, std::initializer_list<PyObject*> arguments) {
  return call_python(function, arguments.begin(), arguments.size());
}
inline void check_signals() {
  if (staying(PyErr_CheckSignals) != 0) throw py::error_already_set();
}
// The last reference to a user's object may run a method of the user's.
inline void drop(py::object& object) {
  staying([&] { object.release().dec_ref(); });
}

// One thread of a run at a time calls Python. Waiting here rather than for Python's lock costs no switch interval: who
// leaves has given the lock back before, so that the next one finds it free. Made on the thread that starts the run:
// Python code computes with floating point numbers in the way that was set there.
class Turn {
 public:
  ~Turn() {
    if (forked()) sleepers_.release();  // the condition counts who waited, and would wait for them
  }

  // Asks `meanwhile` every few milliseconds; it may throw, and then the turn is not taken. In the child of a fork
  // during the run the turn is everyone's: who had it is not here.
  template <class Meanwhile>
  void take(Meanwhile meanwhile) {
    for (int spin = 0; spin < kSpins; ++spin) {
      if (!taken_.exchange(true, std::memory_order_acquire)) return;
      while (taken_.load(std::memory_order_relaxed) && ++spin < kSpins) pause_processor();
    }
    if (forked()) return;
    Waiting among(waiting_);
    std::unique_lock<std::mutex> lock(sleepers_->mutex);
    while (taken_.exchange(true, std::memory_order_acquire)) {
      sleepers_->free.wait_for(lock, std::chrono::milliseconds(5));
      lock.unlock();
      meanwhile();
      if (forked()) return;  // a signal's handler did, or who was told
      lock.lock();
    }
  }

  FloatControl callers_floats() const { return callers_floats_; }

  void leave() {
    taken_.store(false, std::memory_order_release);
    if (waiting_.load() == 0 || forked()) return;
    std::lock_guard<std::mutex> lock(sleepers_->mutex);
    sleepers_->free.notify_one();
  }

 private:
  static constexpr int kSpins = 4000;  // some 50 microseconds, a callback's usual time
  struct Waiting {
    explicit Waiting(std::atomic<int>& count) : count_(count) { ++count_; }
    ~Waiting() { --count_; }
    std::atomic<int>& count_;
  };
  struct Sleepers {
    std::mutex mutex;
    std::condition_variable free;
  };

  // Whether this is the child of a fork since: who waited is not here, and may have held the mutex.
  bool forked() const { return Pool::forks() != forks_; }

  const FloatControl callers_floats_ = FloatControl::now();
  const int forks_ = Pool::forks();
  std::atomic<bool> taken_{false};
  std::atomic<int> waiting_{0};
  std::unique_ptr<Sleepers> sleepers_ = std::make_unique<Sleepers>();
};

// Holds Python's lock.
class Gil {
 public:
  Gil() : state_(staying(PyGILState_Ensure)) {}
  ~Gil() {
    staying([&] { PyGILState_Release(state_); });
  }
  Gil(const Gil&) = delete;
  Gil& operator=(const Gil&) = delete;

 private:
  PyGILState_STATE state_;
};

// Leaves Python's lock to others while a run goes on. A thread that comes back when the interpreter is going away stays
// here, and counts as one that has come back.
class WithoutGil {
 public:
  explicit WithoutGil(Monitor& monitor) : monitor_(monitor), state_(PyEval_SaveThread()) {}
  ~WithoutGil() {
    if (!is_at_work()) monitor_.stay_if_all_stop();  // a run inside a run comes back: the outer one is waited for
    monitor_.stay_if_left_alone();
    staying([&] { PyEval_RestoreThread(state_); });
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
  // Throws what the monitor throws, where the run is to stop in the meantime or is to stop already.
  PythonTurn(Turn& turn, Monitor& monitor) : turn_(turn), floats_(turn.callers_floats()) {
    monitor.require_going();
    turn_.take([&] { monitor.look_outside(); });
    hold(monitor);
  }
  // Waits whatever happens: for what must be given back. On the way of an exception nobody is asked or told any more.
  struct Whatever {};
  PythonTurn(Turn& turn, Monitor& monitor, Whatever) noexcept : turn_(turn), floats_(turn.callers_floats()) {
    const bool has_failed = std::uncaught_exceptions() > 0;
    turn_.take([&] {
      if (!has_failed) monitor.look_outside_and_keep();
    });
    hold(monitor);
  }
  ~PythonTurn() {
    staying([&] { PyGILState_Release(state_); });
    turn_.leave();
  }
  PythonTurn(const PythonTurn&) = delete;
  PythonTurn& operator=(const PythonTurn&) = delete;

 private:
  void hold(const Monitor& monitor) {
    monitor.stay_if_left_alone();
    state_ = staying(PyGILState_Ensure);
  }

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
    staying([&] {
      if (context_ && PyContext_Exit(context_) != 0) PyErr_Clear();
      Py_CLEAR(context_);
      PyGILState_Release(state_);
    });
    joined_ = false;
  }

 private:
  bool joined_ = false;
  PyGILState_STATE state_{};
  PyObject* context_ = nullptr;
};

}  // namespace maruyama
