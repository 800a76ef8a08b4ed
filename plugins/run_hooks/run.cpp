#include "run.hpp"

#include "hook_file.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <stdexcept>
#include <system_error>
#include <text/quantity.hpp>

namespace run_hooks {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;
using std::chrono::nanoseconds;

// How often the host is asked whether the event goes on.
constexpr milliseconds kSlice{50};
// What a process that the hook left behind, such as a `tee`, has for its last words.
constexpr milliseconds kDrain{100};
// What it takes to end and to bury a process, at most.
constexpr milliseconds kBurial{100};

// The reading end of what the hook prints.
class Listening {
 public:
  explicit Listening(Output& output) : output_(output) {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
      throw std::system_error(errno, std::generic_category(), "cannot make a pipe");
    }
    reader_ = Descriptor(ends[0]);
    writer_ = Descriptor(ends[1]);
    ::fcntl(reader_.get(), F_SETFL, O_NONBLOCK);
  }

  int writer() const noexcept { return writer_.get(); }
  void close_writer() noexcept { writer_ = Descriptor(); }
  bool at_end() const noexcept { return !reader_; }

  // Waits until something is to be read, `also` is readable, or the time is over.
  void wait(int also, nanoseconds longest) {
    std::array<pollfd, 2> waiting = {pollfd{reader_.get(), POLLIN, 0}, pollfd{also, POLLIN, 0}};
    const auto rounded = std::chrono::ceil<milliseconds>(std::max(longest, nanoseconds(0)));
    ::poll(waiting.data(), waiting.size(), static_cast<int>(rounded.count()));
    if (waiting[0].revents != 0) read();
  }

 private:
  void read() {
    const ssize_t got = ::read(reader_.get(), buffer_.data(), buffer_.size());
    if (got > 0) output_.add(std::string_view(buffer_.data(), static_cast<std::size_t>(got)));
    if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR)) reader_ = Descriptor();
  }

  Output& output_;
  Descriptor reader_;
  Descriptor writer_;
  std::array<char, 65536> buffer_;
};

// The time that one hook has.
class Patience {
 public:
  Patience(const TimeLimits& limits, const rcx::Event& event)
      : limits_(limits), event_(event), began_(Clock::now()) {
    // So that the end of the hook falls into the time of the event as well.
    reserve_ = std::min<nanoseconds>(limits.grace + kBurial, event.remaining() / 2);
  }

  nanoseconds slice() const {
    nanoseconds slice = std::min<nanoseconds>(kSlice, event_.remaining() - reserve_);
    if (limits_.timeout) slice = std::min(slice, *limits_.timeout - (Clock::now() - began_));
    return slice;
  }
  // Why the hook has to end now; empty while it has not.
  std::string lost() const {
    if (limits_.timeout && Clock::now() - began_ >= *limits_.timeout) {
      return "it did not end within " + text::duration_text(*limits_.timeout);
    }
    if (event_.remaining() <= reserve_) {
      return "it did not end before the time of this extension was spent, which `deadline` and "
             "`budget` in rcx.yaml limit";
    }
    return event_.cancelled() ? "nobody waits for this push any more" : "";
  }
  nanoseconds grace() const { return std::min(limits_.grace, reserve_); }

 private:
  TimeLimits limits_;
  const rcx::Event& event_;
  Clock::time_point began_;
  nanoseconds reserve_{};
};

std::string named(const Program& program) {
  return "hook " + std::string(name_of(program.path));
}

// Until the process has ended, by itself or not. Returns why it was stopped; empty where it was
// not.
std::string follow(const Child& child, Listening& listening, const Patience& patience) {
  std::string stopped;
  Clock::time_point kill_at;
  while (!child.ended()) {
    listening.wait(child.pidfd(), stopped.empty() ? patience.slice() : kill_at - Clock::now());
    if (child.ended()) break;
    if (stopped.empty()) {
      stopped = patience.lost();
      if (stopped.empty()) continue;
      child.signal(SIGTERM);
      // A process that was stopped sees it only when it goes on.
      child.signal(SIGCONT);
      kill_at = Clock::now() + patience.grace();
    } else if (Clock::now() >= kill_at) {
      child.signal(SIGKILL);
      kill_at += kSlice;
    }
  }
  const Clock::time_point drained = Clock::now() + (stopped.empty() ? kDrain : milliseconds(0));
  while (!listening.at_end()) {
    listening.wait(-1, drained - Clock::now());
    if (Clock::now() >= drained) break;
  }
  return stopped;
}

int finish(Child& child, const Program& program) {
  try {
    return child.finish();
  } catch (const std::system_error& error) {
    std::string text = "cannot run " + named(program) + ": " + error.code().message();
    const std::string interpreter = interpreter_of(program.path);
    if (!interpreter.empty()) text += "; its first line asks for \"" + interpreter + "\"";
    throw std::runtime_error(text);
  }
}

std::optional<std::string> fault_of(int status) {
  if (WIFSIGNALED(status)) {
    const int number = WTERMSIG(status);
    const char* name = ::sigdescr_np(number);
    return "killed by signal " + std::to_string(number) +
           (name == nullptr ? "" : " (" + std::string(name) + ")");
  }
  if (WEXITSTATUS(status) == 0) return std::nullopt;
  return "exit status " + std::to_string(WEXITSTATUS(status));
}

}  // namespace

std::optional<std::string> run(const Program& program, int input, const TimeLimits& limits,
                               const rcx::Event& event, Output& output) {
  const Patience patience(limits, event);
  if (event.cancelled()) {
    throw std::runtime_error("no time was left for " + named(program));
  }
  output.begin(named(program));
  Listening listening(output);
  Child child(program, input, listening.writer());
  listening.close_writer();
  const std::string stopped = follow(child, listening, patience);
  output.end();
  const int status = finish(child, program);
  if (!stopped.empty()) throw std::runtime_error(named(program) + " was stopped: " + stopped);
  return fault_of(status);
}

}  // namespace run_hooks
