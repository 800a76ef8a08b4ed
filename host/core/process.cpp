#include "host/core/process.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <csignal>

#include <array>
#include <cerrno>
#include <cstring>

namespace rcx::host {
namespace {

// As execve wants them: pointers into `texts`, and a null at the end.
std::vector<char*> pointers(const std::vector<std::string>& texts) {
  std::vector<char*> all;
  all.reserve(texts.size() + 1);
  for (const std::string& text : texts) all.push_back(const_cast<char*>(text.c_str()));
  all.push_back(nullptr);
  return all;
}

}  // namespace

Result<Pipe> Pipe::open() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return system_error("cannot make a pipe", errno);
  return Pipe{Fd(ends[0]), Fd(ends[1])};
}

Result<Process> Process::start(const fs::path& program, const std::vector<std::string>& arguments,
                               const std::vector<int>& inherited, int output) {
  return start({program, arguments, inherited, -1, output, output, std::nullopt});
}

Result<Process> Process::start(const Launch& launch) {
  // Copies above the numbers that they will get, so that no dup2 overwrites one still needed.
  std::vector<Fd> copies;
  const int above = kFirstInherited + static_cast<int>(launch.inherited.size());
  const auto copy = [&](int fd) {
    copies.emplace_back(::fcntl(fd, F_DUPFD_CLOEXEC, above));
    return static_cast<bool>(copies.back());
  };
  bool copied = copy(launch.output) && copy(launch.error);
  if (launch.input >= 0) copied = copied && copy(launch.input);
  const std::size_t standard = copies.size();
  for (const int fd : launch.inherited) copied = copied && copy(fd);
  if (!copied) return system_error("cannot pass a descriptor on", errno);
  posix_spawn_file_actions_t actions{};
  posix_spawnattr_t attributes{};
  posix_spawn_file_actions_init(&actions);
  posix_spawnattr_init(&attributes);
  if (launch.input >= 0) {
    posix_spawn_file_actions_adddup2(&actions, copies[2].get(), 0);
  } else {
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  }
  posix_spawn_file_actions_adddup2(&actions, copies[0].get(), 1);
  posix_spawn_file_actions_adddup2(&actions, copies[1].get(), 2);
  for (std::size_t i = standard; i < copies.size(); ++i) {
    posix_spawn_file_actions_adddup2(&actions, copies[i].get(),
                                     kFirstInherited + static_cast<int>(i - standard));
  }
  sigset_t none;
  sigset_t all;
  sigemptyset(&none);
  sigfillset(&all);
  posix_spawn_file_actions_addclosefrom_np(&actions, above);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setsigdefault(&attributes, &all);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  const std::vector<char*> argv = pointers(launch.arguments);
  const std::vector<char*> variables =
      launch.environment ? pointers(*launch.environment) : std::vector<char*>();
  pid_t pid = -1;
  const int failed = ::posix_spawnp(&pid, launch.program.c_str(), &actions, &attributes,
                                    argv.data(), launch.environment ? variables.data() : environ);
  posix_spawn_file_actions_destroy(&actions);
  posix_spawnattr_destroy(&attributes);
  if (failed != 0) return system_error("cannot start " + launch.program.string(), failed);
  Fd pidfd(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
  if (!pidfd) {
    const int reason = errno;
    ::kill(pid, SIGKILL);
    ::waitpid(pid, nullptr, 0);
    return system_error("cannot watch a child (Linux 5.3 or later is needed)", reason);
  }
  return Process(pid, std::move(pidfd));
}

void Process::signal(int number) const {
  ::kill(pid_, number);
}

std::string Process::wait(int* exit_status) const {
  int status = 0;
  if (exit_status != nullptr) *exit_status = -1;
  while (::waitpid(pid_, &status, 0) < 0) {
    if (errno != EINTR) return "unknown end";
  }
  if (exit_status != nullptr) {
    *exit_status = WIFSIGNALED(status) ? -WTERMSIG(status) : WEXITSTATUS(status);
  }
  return end_text(status);
}

void Process::kill() const {
  signal(SIGKILL);
  wait();
}

std::string end_text(int status) {
  if (WIFSIGNALED(status)) {
    return "killed by signal " + std::to_string(WTERMSIG(status)) + " (" +
           ::strsignal(WTERMSIG(status)) + ")";
  }
  return "exit status " + std::to_string(WEXITSTATUS(status));
}

}  // namespace rcx::host
