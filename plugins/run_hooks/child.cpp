#include "child.hpp"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <system_error>

namespace run_hooks {
namespace {

constexpr int kFailureDescriptor = 3;  // the only one above standard error, until the exec

[[noreturn]] void fail(const std::string& what) {
  throw std::system_error(errno, std::generic_category(), what);
}

// Above the three that the child replaces.
Descriptor copy(int descriptor) {
  Descriptor copied(::fcntl(descriptor, F_DUPFD_CLOEXEC, kFailureDescriptor));
  if (!copied) fail("cannot pass a descriptor on");
  return copied;
}

std::vector<char*> pointers_to(const std::vector<std::string>& texts) {
  std::vector<char*> all;
  all.reserve(texts.size() + 1);
  for (const std::string& text : texts) all.push_back(const_cast<char*>(text.c_str()));
  all.push_back(nullptr);
  return all;
}

// Everything the child needs, made before the fork: other threads may hold any lock at that moment,
// so what runs between fork and exec may only make system calls.
class Launch {
 public:
  Launch(const Program& program, int input, int output, int failure)
      : input_(copy(input)), output_(copy(output)), failure_(copy(failure)) {
    arguments_ = {program.path};
    arguments_.insert(arguments_.end(), program.arguments.begin(), program.arguments.end());
    shell_arguments_ = {"/bin/sh"};
    shell_arguments_.insert(shell_arguments_.end(), arguments_.begin(), arguments_.end());
    argv_ = pointers_to(arguments_);
    shell_argv_ = pointers_to(shell_arguments_);
    envp_ = pointers_to(program.environment);
    directory_ = program.directory.c_str();
  }

  [[noreturn]] void execute(pid_t parent) const noexcept {
    if (!prepare(parent)) give_up();
    ::execve(argv_[0], argv_.data(), envp_.data());
    // A script without `#!`, which git runs as well.
    if (errno == ENOEXEC) ::execve(shell_argv_[0], shell_argv_.data(), envp_.data());
    give_up();
  }

 private:
  bool prepare(pid_t parent) const noexcept {
    if (::setpgid(0, 0) != 0 || ::prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) return false;
    // The parent may have died before it was asked for.
    if (::getppid() != parent) ::_exit(1);
    for (int number = 1; number < NSIG; ++number) ::signal(number, SIG_DFL);
    if (::dup2(input_.get(), 0) < 0 || ::dup2(output_.get(), 1) < 0 ||
        ::dup2(output_.get(), 2) < 0) {
      return false;
    }
    const bool moved = failure_.get() == kFailureDescriptor ||
                       ::dup3(failure_.get(), kFailureDescriptor, O_CLOEXEC) >= 0;
    // Not all that others opened close by themselves on exec.
    if (!moved || ::close_range(kFailureDescriptor + 1, ~0U, 0) != 0) return false;
    sigset_t none;
    ::sigemptyset(&none);
    return ::sigprocmask(SIG_SETMASK, &none, nullptr) == 0 && ::chdir(directory_) == 0;
  }

  [[noreturn]] static void give_up() noexcept {
    const int reason = errno;
    // Nothing is left to do where nobody can be told.
    static_cast<void>(::write(kFailureDescriptor, &reason, sizeof reason) == sizeof reason);
    ::_exit(127);
  }

  Descriptor input_;
  Descriptor output_;
  Descriptor failure_;
  std::vector<std::string> arguments_;
  std::vector<std::string> shell_arguments_;
  std::vector<char*> argv_;
  std::vector<char*> shell_argv_;
  std::vector<char*> envp_;
  const char* directory_;
};

}  // namespace

Child::Child(const Program& program, int input, int output) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC | O_NONBLOCK) != 0) fail("cannot make a pipe");
  failure_ = Descriptor(ends[0]);
  const Descriptor written(ends[1]);
  const Launch launch(program, input, output, written.get());

  // No handler of this process may run in the child.
  sigset_t all;
  sigset_t before;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  const pid_t parent = ::getpid();
  pid_ = ::fork();
  if (pid_ == 0) launch.execute(parent);
  const int reason = errno;
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  if (pid_ < 0) throw std::system_error(reason, std::generic_category(), "cannot make a process");
  // Whichever comes first: the group must be there before anybody signals it.
  ::setpgid(pid_, pid_);
  pidfd_ = Descriptor(static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0)));
  if (!pidfd_) {
    const int unwatched = errno;
    signal(SIGKILL);
    reap();
    throw std::system_error(unwatched, std::generic_category(), "cannot watch a process");
  }
}

Child::~Child() {
  if (pid_ < 0) return;
  signal(SIGKILL);
  reap();
}

bool Child::ended() const noexcept {
  siginfo_t info{};
  return ::waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOHANG | WNOWAIT) != 0 ||
         info.si_pid == pid_;
}

void Child::signal(int number) const noexcept {
  ::kill(-pid_, number);
}

int Child::finish() {
  siginfo_t info{};
  int waited = 0;
  do {
    waited = ::waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOWAIT);
  } while (waited != 0 && errno == EINTR);
  // Before it is reaped, so that the number of the group can belong to nobody else.
  if (waited == 0) signal(SIGKILL);
  const std::optional<int> status = reap();
  int reason = 0;
  if (::read(failure_.get(), &reason, sizeof reason) == sizeof reason) {
    throw std::system_error(reason, std::generic_category());
  }
  // Somebody else in this process waited for it, and how it ended will never be known.
  if (!status) throw std::system_error(ECHILD, std::generic_category());
  return *status;
}

std::optional<int> Child::reap() noexcept {
  int status = 0;
  pid_t reaped = 0;
  do {
    reaped = ::waitpid(pid_, &status, 0);
  } while (reaped < 0 && errno == EINTR);
  const bool known = reaped == pid_;
  pid_ = -1;
  return known ? std::optional(status) : std::nullopt;
}

}  // namespace run_hooks
