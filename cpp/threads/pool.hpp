// A small thread pool: threads that look for a run a while and then sleep until one wants company. It grows to the most
// company ever asked for. It survives fork(): an idle pool is stopped before and grows again after; a busy one is
// forgotten in the child.
#pragma once

#include <functional>

namespace maruyama {

class Pool {
 public:
  // Runs `task` on this thread and on up to `company` others at the same time, and returns when all have returned.
  // While it waits for the others it calls `waiting` every few milliseconds. Neither may throw.
  static void run(int company, const std::function<void()>& task, const std::function<void()>& waiting);

  // How often this process became the child of a fork since the library was loaded; then other threads are gone, with
  // what they held.
  static int forks();

  // Ends the threads, as soon as they have nothing to do.
  static void stop();
};

}  // namespace maruyama
