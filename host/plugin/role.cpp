#include "host/plugin/role.hpp"

#include <poll.h>
#include <csignal>

#include <cerrno>
#include <optional>

namespace rcx::host {
namespace {

// For a process that has answered, or closed the pipe, to end.
constexpr int kPatienceMilliseconds = 1000;
constexpr std::size_t kLargestAnswer = std::size_t{1024} * 1024;

// Reads until the other side closes; nothing when the deadline passes before.
std::optional<std::string> read_answer(int fd, std::int64_t deadline) {
  std::string answer;
  std::string chunk(4096, '\0');
  while (true) {
    const std::int64_t left = (deadline - monotonic_ns()) / 1'000'000;
    pollfd waiting{fd, POLLIN, 0};
    if (left <= 0) return std::nullopt;
    const int ready = ::poll(&waiting, 1, static_cast<int>(left));
    if (ready < 0 && errno == EINTR) continue;
    if (ready == 0) return std::nullopt;
    const ssize_t got = ::read(fd, chunk.data(), chunk.size());
    if (got <= 0) return answer;
    answer.append(chunk, 0, static_cast<std::size_t>(got));
    if (answer.size() > kLargestAnswer) return answer;
  }
}

}  // namespace

Result<RoleAnswer> ask_role(const fs::path& program, const std::string& role,
                            const fs::path& library, std::chrono::nanoseconds deadline) {
  Result<Pipe> pipe = Pipe::open();
  if (!pipe) return pipe.error();
  Result<Process> process = Process::start(
      program, {program.string(), "--role=" + role, library.string()}, {pipe->writer.get()});
  if (!process) return process.error();
  pipe->writer.reset();
  std::optional<std::string> bytes =
      read_answer(pipe->reader.get(), monotonic_ns() + deadline.count());
  if (!bytes) {
    process->kill();
    return RoleAnswer{false, {}, {}};
  }
  pollfd leaving{process->pidfd(), POLLIN, 0};
  if (::poll(&leaving, 1, kPatienceMilliseconds) != 1) process->signal(SIGKILL);
  return RoleAnswer{true, std::move(*bytes), process->wait()};
}

}  // namespace rcx::host
