#include "threads/pool.hpp"

#include <pthread.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <mutex>
#include <thread>
#include <vector>

namespace maruyama {
namespace {

// A call of Pool::run: `wanted` threads may still join, `inside` have.
struct Job {
  Job(const std::function<void()>& task_, int wanted_) : task(task_), wanted(wanted_) {}
  const std::function<void()>& task;
  int wanted;
  int inside = 0;
  std::condition_variable left;
};

std::atomic<int> forks_of_this_process{0};  // between the first process and this one

// A task forked on a thread of ours, and this is the child: that thread alone, with no caller to return to.
[[noreturn]] void end_child() {
  std::fputs("maruyama: a field forked the process on another thread than the caller's; the child ends here\n", stderr);
  std::_Exit(EXIT_FAILURE);
}

struct Crew {
  std::mutex mutex;
  std::condition_variable work;
  std::deque<Job*> jobs;  // those that want more threads
  std::vector<std::thread> threads;
  int busy = 0;
  bool ending = false;

  void serve() {
    std::unique_lock<std::mutex> lock(mutex);
    for (;;) {
      work.wait(lock, [this] { return ending || !jobs.empty(); });
      if (jobs.empty()) return;
      Job* job = jobs.front();
      if (--job->wanted == 0) jobs.pop_front();
      ++job->inside;
      ++busy;
      lock.unlock();
      const int process = forks_of_this_process;
      job->task();
      if (forks_of_this_process != process) end_child();
      lock.lock();
      --busy;
      if (--job->inside == 0) job->left.notify_all();
    }
  }

  void grow_to(int count) {
    while (static_cast<int>(threads.size()) < count) threads.emplace_back([this] { serve(); });
  }

  void withdraw(Job* job) {
    job->wanted = 0;
    for (auto it = jobs.begin(); it != jobs.end(); ++it)
      if (*it == job) {
        jobs.erase(it);
        return;
      }
  }

  void end() {
    std::vector<std::thread> leaving;
    {
      std::lock_guard<std::mutex> lock(mutex);
      if (busy > 0 || !jobs.empty()) return;
      ending = true;
      leaving.swap(threads);
    }
    work.notify_all();
    for (std::thread& thread : leaving) thread.join();
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

Crew& the_crew() {
  static const int registered = pthread_atfork(before_fork, after_fork_in_parent, after_fork_in_child);
  static_cast<void>(registered);
  if (!crew) crew = new Crew;
  return *crew;
}

Crew& hire(Job& job) {
  std::lock_guard<std::mutex> hiring(crew_mutex);
  Crew& us = the_crew();
  {
    std::lock_guard<std::mutex> lock(us.mutex);
    us.grow_to(us.busy + job.wanted);
    us.jobs.push_back(&job);
  }
  us.work.notify_all();
  return us;
}

}  // namespace

void Pool::run(int company, const std::function<void()>& task, const std::function<void()>& waiting) {
  if (company <= 0) return task();
  const int process = forks_of_this_process;
  Job job(task, company);
  Crew& us = hire(job);
  task();
  if (forks_of_this_process != process) return;  // the task forked, and this is the child: nobody is with us
  std::unique_lock<std::mutex> lock(us.mutex);
  us.withdraw(&job);
  while (job.inside > 0) {
    job.left.wait_for(lock, std::chrono::milliseconds(5));
    if (job.inside == 0) break;
    lock.unlock();
    waiting();
    lock.lock();
  }
}

int Pool::forks() { return forks_of_this_process; }

void Pool::stop() {
  std::lock_guard<std::mutex> dismissing(crew_mutex);
  if (crew) crew->end();
}

}  // namespace maruyama
