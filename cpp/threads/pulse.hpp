// Pulse: how one thread of a run keeps in touch with the Monitor. It is told of every step, and passes on some at a
// time where they are short: a step of a small tile takes less time than to ask the clock and to count together.
#pragma once

#include <algorithm>

#include "threads/monitor.hpp"

namespace maruyama {

class Pulse {
 public:
  explicit Pulse(Monitor& monitor) : monitor_(monitor) {}

  // One tile went one step on. Throws what Monitor::advance throws.
  void beat(Size path_steps) {
    waiting_ += path_steps;
    if (--beats_left_ <= 0 || monitor_.stopped()) pass_on();
  }

  // Throws like beat; for the end of a tile.
  void pass_on() {
    monitor_.advance(waiting_);
    waiting_ = 0;
    const Monitor::Clock::time_point now = Monitor::Clock::now();
    const auto since = now - last_;
    last_ = now;
    if (since < kOften) beats_ = std::min(2 * beats_, kMostBeats);
    if (since > 4 * kOften) beats_ = std::max(beats_ / 4, Size{1});
    beats_left_ = beats_;
  }

 private:
  static constexpr std::chrono::milliseconds kOften{1};
  static constexpr Size kMostBeats = 64;

  Monitor& monitor_;
  Monitor::Clock::time_point last_ = Monitor::Clock::now();
  Size waiting_ = 0, beats_ = 1, beats_left_ = 1;
};

}  // namespace maruyama
