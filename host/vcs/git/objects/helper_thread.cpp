#include "host/vcs/git/objects/helper_thread.hpp"

#include <csignal>
#include <system_error>
#include <utility>

namespace rcx::host::git {

HelperThread::~HelperThread() {
  stopped_ = true;
  if (thread_.joinable()) thread_.join();
}

void HelperThread::start(std::function<void(const Stopped& stopped)> work) {
  // Signals are for other threads, but for those that this one causes.
  sigset_t others;
  sigset_t before;
  sigfillset(&others);
  for (const int fault : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGSYS, SIGTRAP}) {
    sigdelset(&others, fault);
  }
  pthread_sigmask(SIG_BLOCK, &others, &before);
  try {
    thread_ = std::thread([this, work = std::move(work)] { work(stopped_); });
  } catch (const std::system_error&) {
    // None to be had.
  }
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

}  // namespace rcx::host::git
