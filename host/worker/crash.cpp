#include "host/worker/crash.hpp"

#include <pthread.h>
#include <unistd.h>

#include <csignal>

#include <algorithm>
#include <array>
#include <cstdlib>

namespace rcx::host {
namespace {

// Those of a fault in the code that runs, then those that a process gets from elsewhere, or sends
// itself.
constexpr std::array<int, 7> kFaults = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGSYS, SIGTRAP};
constexpr std::array<int, 11> kEnds = {SIGQUIT, SIGUSR1,   SIGUSR2, SIGALRM, SIGSTKFLT, SIGXCPU,
                                       SIGXFSZ, SIGVTALRM, SIGPROF, SIGIO,   SIGPWR};
constexpr std::size_t kStackBytes = std::size_t{64} * 1024;
constexpr int kExitStatus = 70;

thread_local Slot* current_slot = nullptr;  // NOLINT: signal handlers have no other way
Block* own_block = nullptr;                 // NOLINT: the same

bool inside(const Slot& slot) {
  const Activity activity = slot.activity.load();
  return activity != Activity::kIdle && activity != Activity::kHost && activity != Activity::kTurn;
}

void mark(std::uint32_t fault) {
  if (current_slot == nullptr) {
    if (own_block != nullptr) own_block->stray.store(fault);
  } else if (current_slot->activity.load() != Activity::kIdle) {
    current_slot->fault.store(fault);
  }
}

// Whether this very thread caused the signal. What is sent to the whole process may reach any.
bool is_own(const siginfo_t& info) {
  const bool fault = std::find(kFaults.begin(), kFaults.end(), info.si_signo) != kFaults.end();
  return (fault && info.si_code > 0) || (info.si_code == SI_TKILL && info.si_pid == ::getpid());
}

void on_crash(int number, siginfo_t* info, void*) {
  if (is_own(*info)) mark(static_cast<std::uint32_t>(number));
  ::signal(number, SIG_DFL);
  ::raise(number);
}

// An extension that calls exit() must not run the destructors of a process whose other threads
// work.
void on_exit_call() {
  const bool stray = current_slot == nullptr && own_block != nullptr;
  if (!stray && (current_slot == nullptr || !inside(*current_slot))) return;
  mark(kFaultExit);
  ::_exit(kExitStatus);
}

// A child that an extension forks shares the scoreboard, and is nobody there.
void forget_slot() {
  current_slot = nullptr;
  own_block = nullptr;
}

}  // namespace

void install_crash_marks(Block* block) {
  own_block = block;
  ::pthread_atfork(nullptr, nullptr, &forget_slot);
  struct sigaction action {};
  action.sa_sigaction = &on_crash;
  action.sa_flags = SA_ONSTACK | SA_NODEFER | SA_SIGINFO;
  for (const int number : kFaults) ::sigaction(number, &action, nullptr);
  for (const int number : kEnds) ::sigaction(number, &action, nullptr);
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
