// Counts the instructions of a piece of work exactly, on every level that the processor has: a child process does it,
// and its parent lets it go on by one instruction at a time (ptrace).
#pragma once

#include <sys/ptrace.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <map>

// How often each address was run, from just before `work` to just after.
template <class Work>
std::map<unsigned long long, long> stepped(Work work) {
  const pid_t child = fork();
  if (child == 0) {
    if (ptrace(PTRACE_TRACEME, 0, nullptr, nullptr) != 0) _exit(1);
    raise(SIGSTOP);
    work();
    _exit(0);
  }
  std::map<unsigned long long, long> times;
  int status = 0;
  if (child < 0) return times;
  waitpid(child, &status, 0);
  while (WIFSTOPPED(status)) {
    user_regs_struct registers;
    ptrace(PTRACE_GETREGS, child, nullptr, &registers);
    ++times[registers.rip];
    ptrace(PTRACE_SINGLESTEP, child, nullptr, nullptr);
    if (waitpid(child, &status, 0) < 0) break;
  }
  return times;
}
