#include "threads/pool.hpp"

#include <pthread.h>

#include <chrono>
#include <condition_variable>
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
      job->task();
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

// Never destroyed: a thread of it may outlive the statics.
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
  crew = nullptr;
  crew_mutex.unlock();
}

Crew& the_crew() {
  std::lock_guard<std::mutex> lock(crew_mutex);
  static const int registered = pthread_atfork(before_fork, after_fork_in_parent, after_fork_in_child);
  static_cast<void>(registered);
  if (!crew) crew = new Crew;
  return *crew;
}

}  // namespace

void Pool::run(int company, const std::function<void()>& task, const std::function<void()>& waiting) {
  if (company <= 0) return task();
  Crew& us = the_crew();
  Job job(task, company);
  {
    std::lock_guard<std::mutex> lock(us.mutex);
    us.grow_to(us.busy + company);
    us.jobs.push_back(&job);
  }
  us.work.notify_all();
  task();
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

void Pool::stop() {
  std::unique_lock<std::mutex> lock(crew_mutex);
  Crew* us = crew;
  lock.unlock();
  if (us) us->end();
}

}  // namespace maruyama
