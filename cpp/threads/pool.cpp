#include "threads/pool.hpp"

#include <pthread.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <new>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "threads/placement.hpp"
#include "threads/spin.hpp"

namespace maruyama {
namespace {

// A call of Pool::run: `inside` threads of the crew are at work on it. All that threads share here is written under the
// crew's mutex; what they look at while they spin is atomic.
struct Job {
  explicit Job(const std::function<void()>& task_) : task(task_) {}
  const std::function<void()>& task;
  const Placement placement{};
  std::atomic<int> inside{0};
  std::condition_variable left;
};

std::atomic<int> forks_of_this_process{0};  // between the first process and this one

// A task forked on a thread of ours, and this is the child: that thread alone, with no caller to return to.
[[noreturn]] void end_child() {
  std::fputs("maruyama: a field forked the process on another thread than the caller's; the child ends here\n", stderr);
  std::_Exit(EXIT_FAILURE);
}

// A thread of the crew: idle without a job, for which it looks a while before it sleeps.
struct Worker {
  std::thread thread;
  std::condition_variable wake;
  std::atomic<Job*> job{nullptr};
  std::atomic<int> processor{Placement::kUnknown};  // where it spins
  bool is_asleep = false, has_begun = false;
};

struct Crew {
  std::mutex mutex;
  std::vector<std::unique_ptr<Worker>> workers;
  std::atomic<bool> ending{false};

  void serve(Worker& me) {
    for (;;) {
      spin_until([&] {
        me.processor = Placement::processor();
        return me.job || ending;
      });
      std::unique_lock<std::mutex> lock(mutex, std::defer_lock);
      lock_awake(lock);
      me.is_asleep = true;
      me.wake.wait(lock, [&] { return me.job || ending; });
      me.is_asleep = false;
      if (!me.job) return;
      Job& job = *me.job;
      me.has_begun = true;
      ++job.inside;
      lock.unlock();
      job.placement.settle();
      const int process = forks_of_this_process;
      job.task();
      if (forks_of_this_process != process) end_child();
      lock_awake(lock);
      me.job = nullptr;
      me.has_begun = false;
      if (--job.inside == 0) job.left.notify_all();
    }
  }

  // False where the system has no more threads to give, or no memory for one: those that have the job look at it, so
  // that nobody may leave before they do. A worker of the crew has a thread.
  bool add_worker() {
    try {
      workers.reserve(workers.size() + 1);
      auto worker = std::make_unique<Worker>();
      worker->thread = std::thread([this, &me = *worker] { serve(me); });
      workers.push_back(std::move(worker));
      return true;
    } catch (const std::system_error&) {
      return false;
    } catch (const std::bad_alloc&) {
      return false;
    }
  }

  // To `wanted` idle workers, or to as many as there can be.
  void give(Job& job, int wanted) {
    for (std::size_t i = 0; wanted > 0; ++i) {
      if (i == workers.size() && !add_worker()) return;
      Worker& worker = *workers[i];
      if (worker.job) continue;
      if (worker.is_asleep || job.placement.is_callers(worker.processor))
        job.placement.send_elsewhere(worker.thread.native_handle());
      worker.job = &job;
      if (worker.is_asleep) worker.wake.notify_one();
      --wanted;
    }
  }

  // From those that have not begun.
  void withdraw(Job& job) {
    for (const auto& worker : workers)
      if (worker->job == &job && !worker->has_begun) worker->job = nullptr;
  }

  bool is_busy() const {
    return std::any_of(workers.begin(), workers.end(), [](const auto& worker) { return worker->job.load(); });
  }

  void end() {
    std::vector<std::unique_ptr<Worker>> leaving;
    {
      std::lock_guard<std::mutex> lock(mutex);
      if (is_busy()) return;
      ending = true;
      leaving.swap(workers);
    }
    for (const auto& worker : leaving) worker->wake.notify_one();
    for (const auto& worker : leaving) worker->thread.join();
    std::lock_guard<std::mutex> lock(mutex);
    ending = false;
  }
};

// Never destroyed: a thread of it may outlive the statics. Whoever hires or dismisses holds the mutex.
Crew* crew = nullptr;
std::mutex crew_mutex;

void before_fork() {
  crew_mutex.lock();
  if (!crew) return;
  crew->end();
  crew->mutex.lock();
}
void after_fork_in_parent() {
  if (crew) crew->mutex.unlock();
  crew_mutex.unlock();
}
// What threads the crew had are not here, and what they held is lost with them: start afresh.
void after_fork_in_child() {
  ++forks_of_this_process;
  if (crew) crew->mutex.unlock();
  crew = nullptr;
  crew_mutex.unlock();
}

// At load: a fork is seen from the first run on, on one thread, too.
[[maybe_unused]] const int registered = pthread_atfork(before_fork, after_fork_in_parent, after_fork_in_child);

Crew& the_crew() {
  if (!crew) crew = new Crew;
  return *crew;
}

Crew& hire(Job& job, int wanted) {
  std::lock_guard<std::mutex> hiring(crew_mutex);
  Crew& us = the_crew();
  std::unique_lock<std::mutex> lock(us.mutex, std::defer_lock);
  lock_awake(lock);
  us.give(job, wanted);
  return us;
}

}  // namespace

void Pool::run(int company, const std::function<void()>& task, const std::function<void()>& waiting) {
  if (company <= 0) return task();
  const int process = forks_of_this_process;
  Job job(task);
  Crew& us = hire(job, company);
  task();
  if (forks_of_this_process != process) return;  // the task forked, and this is the child: nobody is with us
  std::unique_lock<std::mutex> lock(us.mutex, std::defer_lock);
  lock_awake(lock);
  us.withdraw(job);
  lock.unlock();
  spin_until([&] { return job.inside == 0; });
  lock_awake(lock);  // for the last to leave, too: it tells so, and the job is gone with us
  while (job.inside > 0) {
    job.left.wait_for(lock, std::chrono::milliseconds(5));
    if (job.inside == 0) break;
    lock.unlock();
    waiting();
    if (forks_of_this_process != process) return;  // a signal's handler forked
    lock.lock();
  }
}

int Pool::forks() { return forks_of_this_process; }

void Pool::stop() {
  std::lock_guard<std::mutex> dismissing(crew_mutex);
  if (crew) crew->end();
}

}  // namespace maruyama
