#include "host/worker/crash.hpp"

#include <pthread.h>

#include <csignal>

#include <array>
#include <cstdlib>

namespace rcx::host {
namespace {

constexpr std::array<int, 7> kCrashSignals = {SIGSEGV, SIGBUS, SIGFPE, SIGILL,
                                              SIGABRT, SIGSYS, SIGTRAP};
constexpr std::size_t kStackBytes = std::size_t{64} * 1024;
constexpr int kExitStatus = 70;

thread_local Slot* current_slot = nullptr;  // NOLINT: signal handlers have no other way

void mark(std::uint32_t fault) {
  if (current_slot != nullptr && current_slot->activity.load() != Activity::kIdle) {
    current_slot->fault.store(fault);
  }
}

void on_crash(int number) {
  mark(static_cast<std::uint32_t>(number));
  ::signal(number, SIG_DFL);
  ::raise(number);
}

// An extension that calls exit() must not run the destructors of a process whose other threads
// work.
void on_exit_call() {
  if (current_slot == nullptr) return;
  const Activity activity = current_slot->activity.load();
  if (activity == Activity::kIdle || activity == Activity::kHost) return;
  mark(kFaultExit);
  ::_exit(kExitStatus);
}

// A child that an extension forks shares the scoreboard, and is nobody there.
void forget_slot() {
  current_slot = nullptr;
}

}  // namespace

void install_crash_marks() {
  ::pthread_atfork(nullptr, nullptr, &forget_slot);
  struct sigaction action {};
  action.sa_handler = &on_crash;
  action.sa_flags = SA_ONSTACK | SA_NODEFER;
  for (const int number : kCrashSignals) ::sigaction(number, &action, nullptr);
  std::atexit(&on_exit_call);
}

CrashMark::CrashMark(Slot& slot) : stack_(new char[kStackBytes]) {
  current_slot = &slot;
  const stack_t stack{stack_.get(), 0, kStackBytes};
  ::sigaltstack(&stack, nullptr);
}

CrashMark::~CrashMark() {
  current_slot = nullptr;
  stack_t none{};
  none.ss_flags = SS_DISABLE;
  ::sigaltstack(&none, nullptr);
}

}  // namespace rcx::host
