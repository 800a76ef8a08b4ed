#include "host/api/request_stream.hpp"

#include <fmt/format.h>
#include <netdb.h>
#include <poll.h>
#include <strings.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>

namespace rcx::host::api {
namespace {

constexpr std::size_t kChunk = 4096;

// Ranges of what is answered in one piece are of no use, and many of them cost much.
std::string without_ranges(const std::string& head) {
  constexpr std::string_view kRange = "range:";
  std::string kept;
  for (std::size_t at = 0; at < head.size();) {
    const std::size_t end = std::min(head.find('\n', at), head.size() - 1) + 1;
    if (::strncasecmp(head.c_str() + at, kRange.data(), kRange.size()) != 0) {
      kept.append(head, at, end - at);
    }
    at = end;
  }
  return kept;
}

}  // namespace

std::optional<std::uint64_t> body_length(const httplib::Request& request) {
  const std::size_t lines = request.get_header_value_count("Content-Length");
  if (lines > 1 || request.has_header("Transfer-Encoding")) return std::nullopt;
  if (lines == 0) return 0;
  const std::string text = request.get_header_value("Content-Length");
  std::uint64_t length = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), length);
  const bool whole = read.ec == std::errc() && read.ptr == text.data() + text.size();
  return whole ? std::optional(length) : std::nullopt;
}

RequestStream::RequestStream(Connections::Served& served, const RequestBounds& bounds)
    : served_(served), bounds_(bounds), read_until_ns_(monotonic_ns() + bounds.reading.count()) {}

bool RequestStream::wait_for(short event, std::int64_t until_ns) const {
  constexpr std::int64_t kMillisecondNs = 1'000'000;
  pollfd waiting{socket(), event, 0};
  while (true) {
    const std::int64_t left = until_ns - monotonic_ns();
    if (left <= 0) return false;
    const int ready = ::poll(&waiting, 1, static_cast<int>(left / kMillisecondNs) + 1);
    if (ready > 0) return true;
    if (ready < 0 && errno != EINTR) return false;
  }
}

ssize_t RequestStream::receive(char* to, std::size_t size) {
  while (wait_for(POLLIN, read_until_ns_)) {
    const ssize_t got = ::recv(socket(), to, size, MSG_DONTWAIT);
    if (got >= 0 || (errno != EINTR && errno != EAGAIN)) return got;
  }
  errno = ETIMEDOUT;
  return -1;
}

bool RequestStream::read_head() {
  constexpr std::string_view kEnd = "\n\r\n";
  std::array<char, kChunk> chunk{};
  std::size_t end = std::string::npos;
  for (std::size_t seen = 0; end == std::string::npos; seen = head_.size()) {
    const ssize_t got = receive(chunk.data(), chunk.size());
    if (got <= 0) {
      if (got < 0 && errno == ETIMEDOUT && !head_.empty()) {
        refusal_ = error_reply(
            408, "too_slow",
            fmt::format("the request did not come within {}", duration_text(bounds_.reading)));
      }
      return false;
    }
    head_.append(chunk.data(), static_cast<std::size_t>(got));
    end = head_.find(kEnd, seen - std::min(seen, kEnd.size()));
    if (std::min(end, head_.size()) > bounds_.head_bytes) {
      refusal_ = error_reply(431, "too_large",
                             fmt::format("the request line and header lines: wanted at most {} KiB",
                                         bounds_.head_bytes / 1024));
      return false;
    }
  }
  end += kEnd.size();
  const std::string head = without_ranges(head_.substr(0, end));
  head_.replace(0, end, head);
  head_length_ = head.size();
  return true;
}

void RequestStream::expect_body(std::uint64_t length) {
  expects_ = true;
  body_left_ = length;
  take_body(0);
}

void RequestStream::take_body(std::size_t bytes) {
  body_left_ -= std::min<std::uint64_t>(body_left_, bytes);
  if (!is_whole()) return;
  write_until_ns_ = 0;  // also where it was told to go on
  served_.set_busy(true);
}

bool RequestStream::is_whole() const {
  return expects_ && body_left_ == 0;
}

void RequestStream::drain() {
  constexpr std::uint64_t kMost = 16ULL * 1024 * 1024;
  constexpr std::int64_t kLongestNs = 2'000'000'000;
  ::shutdown(socket(), SHUT_WR);
  const std::int64_t until = monotonic_ns() + kLongestNs;
  std::array<char, kChunk> chunk{};
  for (std::uint64_t all = 0; !is_whole() && all < kMost && wait_for(POLLIN, until);) {
    const ssize_t got = ::recv(socket(), chunk.data(), chunk.size(), MSG_DONTWAIT);
    if (got <= 0) return;
    all += static_cast<std::uint64_t>(got);
  }
}

bool RequestStream::is_readable() const {
  return given_ < head_.size() || wait_for(POLLIN, read_until_ns_);
}

bool RequestStream::is_writable() const {
  return wait_for(
      POLLOUT, write_until_ns_ != 0 ? write_until_ns_ : monotonic_ns() + bounds_.writing.count());
}

ssize_t RequestStream::read(char* to, std::size_t size) {
  if (given_ == head_.size()) {
    const ssize_t got = receive(to, size);
    if (got > 0) take_body(static_cast<std::size_t>(got));
    return got;
  }
  // The head alone, and then what came with it.
  const std::size_t until = given_ < head_length_ ? head_length_ : head_.size();
  const std::size_t some = std::min(size, until - given_);
  std::copy_n(head_.data() + given_, some, to);
  if (given_ >= head_length_) take_body(some);
  given_ += some;
  return static_cast<ssize_t>(some);
}

// All of it, or it fails.
ssize_t RequestStream::write(const char* from, std::size_t size) {
  if (write_until_ns_ == 0) write_until_ns_ = monotonic_ns() + bounds_.writing.count();
  served_.set_busy(false);
  for (std::size_t done = 0; done < size;) {
    if (!wait_for(POLLOUT, write_until_ns_)) return -1;
    const ssize_t sent = ::send(socket(), from + done, size - done, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent >= 0) {
      done += static_cast<std::size_t>(sent);
    } else if (errno != EINTR && errno != EAGAIN) {
      return -1;
    }
  }
  return static_cast<ssize_t>(size);
}

// Nothing for a Unix socket.
void RequestStream::get_remote_ip_and_port(std::string& ip, int& port) const {
  sockaddr_storage address{};
  socklen_t length = sizeof(address);
  auto* const peer = reinterpret_cast<sockaddr*>(&address);
  if (::getpeername(socket(), peer, &length) != 0 || address.ss_family == AF_UNIX) return;
  std::array<char, NI_MAXHOST> host{};
  std::array<char, NI_MAXSERV> service{};
  if (::getnameinfo(peer, length, host.data(), host.size(), service.data(), service.size(),
                    NI_NUMERICHOST | NI_NUMERICSERV) != 0) {
    return;
  }
  ip = host.data();
  port = std::stoi(service.data());
}

void RequestStream::get_local_ip_and_port(std::string& /*ip*/, int& /*port*/) const {}

}  // namespace rcx::host::api
