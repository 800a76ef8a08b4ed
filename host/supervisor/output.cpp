#include "host/supervisor/output.hpp"

#include <fcntl.h>
#include <poll.h>

#include <array>
#include <cerrno>

namespace rcx::host {
namespace {

constexpr int kLinesPerSecond = 100;
constexpr std::size_t kLongestLine = 2000;
// Of one look, so that one worker cannot keep the supervisor from the others.
constexpr int kChunks = 16;

}  // namespace

Output::Output(Fd pipe, std::string name) : pipe_(std::move(pipe)), name_(std::move(name)) {
  ::fcntl(pipe_.get(), F_SETFL, O_NONBLOCK);
}

void Output::read(const std::string& extension) {
  std::array<char, 65536> chunk{};
  for (int i = 0; i < kChunks && pipe_; ++i) {
    const ssize_t got = ::read(pipe_.get(), chunk.data(), chunk.size());
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (got <= 0) {
      pipe_.reset();
      return;
    }
    if (rest_.empty()) extension_ = extension;
    rest_.append(chunk.data(), static_cast<std::size_t>(got));
    std::size_t begin = 0;
    for (std::size_t end = 0; (end = rest_.find('\n', begin)) != std::string::npos;
         begin = end + 1) {
      line(std::string_view(rest_).substr(begin, end - begin));
      extension_ = extension;
    }
    rest_.erase(0, begin);
    if (rest_.size() <= kLongestLine) continue;
    line(rest_);
    rest_.clear();
  }
}

void Output::line(std::string_view text) {
  if (text.empty()) return;
  const std::int64_t second = monotonic_ns() / 1'000'000'000;
  if (second != second_) {
    tell_dropped();
    second_ = second;
    lines_ = 0;
  }
  if (++lines_ > kLinesPerSecond) {
    ++dropped_;
    return;
  }
  const bool cut = text.size() > kLongestLine;
  log("extension")
      .warn("{}{} printed: {}{}", name_, extension_.empty() ? "" : " in " + extension_,
            printable(text.substr(0, kLongestLine)), cut ? " …" : "");
}

void Output::tell_dropped() {
  if (dropped_ == 0) return;
  log("extension").warn("{} printed {} more lines, left out of the log", name_, dropped_);
  dropped_ = 0;
}

void Output::finish() {
  line(rest_);
  rest_.clear();
  tell_dropped();
}

}  // namespace rcx::host
