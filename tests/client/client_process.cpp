#include "tests/client/client_process.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <stdexcept>
#include <system_error>

namespace rcx::test {
namespace {

struct Pipe {
  Pipe() {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw std::runtime_error("pipe2");
    read = ends[0];
    write = ends[1];
  }
  int read;
  int write;
};

std::vector<char*> pointers(std::vector<std::string>& strings) {
  std::vector<char*> result;
  result.reserve(strings.size() + 1);
  for (std::string& text : strings) result.push_back(text.data());
  result.push_back(nullptr);
  return result;
}

// Writes and closes; false where the reader went away before the end.
bool feed(int fd, std::string_view data) {
  while (!data.empty()) {
    const ssize_t written = ::write(fd, data.data(), data.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) break;
    data.remove_prefix(static_cast<std::size_t>(written));
  }
  ::close(fd);
  return data.empty();
}

std::size_t read_piece(int fd, std::string& out) {
  std::array<char, 4096> piece{};
  ssize_t size = 0;
  do {
    size = ::read(fd, piece.data(), piece.size());
  } while (size < 0 && errno == EINTR);
  if (size <= 0) return 0;
  out.append(piece.data(), static_cast<std::size_t>(size));
  return static_cast<std::size_t>(size);
}

}  // namespace

ClientProcess::ClientProcess(const Invocation& invocation) {
  std::signal(SIGPIPE, SIG_IGN);
  const Pipe error;
  const Pipe output;
  if (invocation.error_unread) ::close(error.read);
  std::optional<Pipe> input;
  posix_spawn_file_actions_t actions{};
  posix_spawn_file_actions_init(&actions);
  if (invocation.input) {
    input.emplace();
    posix_spawn_file_actions_adddup2(&actions, input->read, STDIN_FILENO);
  } else {
    posix_spawn_file_actions_addclose(&actions, STDIN_FILENO);
  }
  posix_spawn_file_actions_adddup2(&actions, output.write, STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, error.write, STDERR_FILENO);
  // As git starts hooks: SIGPIPE is not ignored.
  posix_spawnattr_t attributes{};
  posix_spawnattr_init(&attributes);
  sigset_t defaults{};
  sigemptyset(&defaults);
  sigaddset(&defaults, SIGPIPE);
  posix_spawnattr_setsigdefault(&attributes, &defaults);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF);

  std::vector<std::string> arguments = invocation.arguments;
  arguments.insert(arguments.begin(),
                   invocation.name.empty() ? invocation.program : invocation.name);
  std::vector<std::string> variables = invocation.variables;
  const int failed = ::posix_spawn(&pid_, invocation.program.c_str(), &actions, &attributes,
                                   pointers(arguments).data(), pointers(variables).data());
  posix_spawn_file_actions_destroy(&actions);
  posix_spawnattr_destroy(&attributes);
  ::close(error.write);
  ::close(output.write);
  error_ = invocation.error_unread ? -1 : error.read;
  output_ = output.read;
  if (failed != 0) throw std::system_error(failed, std::generic_category(), invocation.program);
  if (!input) return;
  ::close(input->read);
  feeder_ = std::thread(
      [this, fd = input->write, data = *invocation.input] { result_.input_read = feed(fd, data); });
}

ClientProcess::~ClientProcess() {
  if (pid_ > 0) {
    ::kill(pid_, SIGKILL);
    wait();
  }
}

bool ClientProcess::read_more() {
  return read_piece(error_, result_.error) > 0;
}

bool ClientProcess::wait_for_error(std::string_view text) {
  while (result_.error.find(text) == std::string::npos) {
    if (!read_more()) return false;
  }
  return true;
}

Result ClientProcess::wait() {
  while (read_more()) {
  }
  while (read_piece(output_, result_.output) > 0) {
  }
  int status = 0;
  while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
  }
  pid_ = -1;
  ::close(error_);
  ::close(output_);
  if (feeder_.joinable()) feeder_.join();
  result_.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return result_;
}

Result run_client(const Invocation& invocation) {
  return ClientProcess(invocation).wait();
}

}  // namespace rcx::test
