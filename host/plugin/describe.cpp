#include <fmt/format.h>
#include <poll.h>
#include <sys/prctl.h>
#include <csignal>

#include <boost/json.hpp>

#include "host/core/process.hpp"
#include "host/plugin/library.hpp"
#include "host/plugin/plugin.hpp"

namespace rcx::host {
namespace {

// For a process that has answered, or closed the pipe, to end.
constexpr int kPatienceMilliseconds = 1000;
constexpr std::size_t kLargestAnswer = std::size_t{1024} * 1024;

// Reads until the other side closes, or the deadline passes.
Result<std::string> read_answer(int fd, std::int64_t deadline) {
  std::string answer;
  std::string chunk(4096, '\0');
  while (true) {
    const std::int64_t left = (deadline - monotonic_ns()) / 1'000'000;
    pollfd waiting{fd, POLLIN, 0};
    if (left <= 0 || ::poll(&waiting, 1, static_cast<int>(left)) == 0) {
      return Error{Code::kUnavailable, "deadline"};
    }
    const ssize_t got = ::read(fd, chunk.data(), chunk.size());
    if (got <= 0) return answer;
    answer.append(chunk, 0, static_cast<std::size_t>(got));
    if (answer.size() > kLargestAnswer) return answer;
  }
}

}  // namespace

int run_describe(const fs::path& library, int out) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  const Result<Library> loaded = Library::load(library);
  const boost::json::object answer =
      loaded ? boost::json::object{{"descriptor", to_json(loaded->descriptor())}}
             : boost::json::object{{"error", loaded.error().message}};
  const Result<void> written =
      write_all(out, boost::json::serialize(answer), "the answer of describe");
  // Not exit(): the library's destructors and atexit handlers have no say here.
  ::_exit(written ? 0 : 1);
}

Result<Descriptor> describe(const fs::path& program, const fs::path& library,
                            std::chrono::nanoseconds deadline) {
  Result<Pipe> pipe = Pipe::open();
  if (!pipe) return pipe.error();
  Result<Process> process = Process::start(
      program, {program.string(), "--role=describe", library.string()}, {pipe->writer.get()});
  if (!process) return process.error();
  pipe->writer.reset();
  const Result<std::string> answer =
      read_answer(pipe->reader.get(), monotonic_ns() + deadline.count());
  if (!answer) {
    process->kill();
    return Error{Code::kUnavailable,
                 fmt::format("hangs while it is loaded: not done after {}; its static "
                             "constructors must not wait",
                             duration_text(deadline))};
  }
  pollfd leaving{process->pidfd(), POLLIN, 0};
  if (::poll(&leaving, 1, kPatienceMilliseconds) != 1) process->signal(SIGKILL);
  const std::string end = process->wait();
  try {
    const boost::json::object json = boost::json::parse(*answer).as_object();
    if (const boost::json::value* error = json.if_contains("error")) {
      return Error{Code::kInvalid, std::string(error->as_string())};
    }
    return descriptor_from_json(json.at("descriptor").as_object());
  } catch (const std::exception&) {
    if (end.starts_with("killed by signal " + std::to_string(SIGBUS))) {
      return Error{Code::kInvalid,
                   "is shorter than its own headers say; it was copied in part: copy it again"};
    }
    return Error{Code::kInvalid, "ends the process while it is loaded (" + end +
                                     "); its static constructors must neither throw nor exit"};
  }
}

}  // namespace rcx::host
