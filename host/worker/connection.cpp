#include "host/worker/connection.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <vector>

#include "host/core/unix_socket.hpp"

namespace rcx::host {
namespace {

constexpr timeval kPatience{5, 0};
constexpr std::int64_t kGlanceNs = 200'000;

template <class T>
std::string_view bytes_of(const T& value) {
  return {static_cast<const char*>(static_cast<const void*>(&value)), sizeof value};
}

// 0 where `fd` is not open.
std::uint64_t inode(int fd) {
  struct stat status {};
  return ::fstat(fd, &status) == 0 ? status.st_ino : 0;
}

}  // namespace

Connection::Connection(Fd socket) : socket_(std::move(socket)), inode_(inode(socket_.get())) {
  ::setsockopt(socket_.get(), SOL_SOCKET, SO_RCVTIMEO, &kPatience, sizeof kPatience);
  ::setsockopt(socket_.get(), SOL_SOCKET, SO_SNDTIMEO, &kPatience, sizeof kPatience);
}

Result<Connection::Hello> Connection::receive() {
  rcx_wire_hello hello{};
  std::vector<Fd> descriptors;
  // The client sends as soon as it is connected; that is sooner than this thread could fall asleep
  // and be woken. Others run meanwhile, so that nothing is lost where there is one processor.
  const std::int64_t soon = monotonic_ns() + kGlanceNs;
  ssize_t got = 0;
  do {
    const int waiting = monotonic_ns() < soon ? MSG_DONTWAIT : MSG_WAITALL;
    got = receive_with(socket_.get(), &hello, sizeof hello, waiting, descriptors);
    if (got < 0 && errno == EAGAIN && waiting == MSG_DONTWAIT) {
      ::sched_yield();
      errno = EINTR;
    }
  } while (got < 0 && errno == EINTR);
  if (got < 0) return system_error("cannot read from a client", errno);
  Hello result;
  if ((hello.flags & RCX_WIRE_HELLO_DOOR) != 0 && descriptors.size() > 1) {
    result.door = std::move(descriptors.back());
    descriptors.pop_back();
  }
  if (!descriptors.empty()) result.request = std::move(descriptors[0]);
  if (descriptors.size() > 1) result.order = std::move(descriptors[1]);
  if (got != sizeof hello || hello.magic != RCX_WIRE_MAGIC || hello.version == 0 ||
      !result.request) {
    return Error{Code::kInvalid,
                 "a client that breaks the protocol: wanted its version and a "
                 "request, got " +
                     std::to_string(got) + " bytes"};
  }
  result.attempt = std::clamp(hello.attempt, 1U, RCX_WIRE_ATTEMPTS + 1);
  if (hello.behalf != 0) result.behalf = hello.behalf - 1;
  char byte = 0;
  result.withdrawn =
      ::recv(socket_.get(), &byte, 1, MSG_PEEK | MSG_DONTWAIT) == 1 && byte == RCX_WIRE_WITHDRAWN;
  return result;
}

void Connection::never_block_handlers(std::chrono::nanoseconds length) {
  keeps_ = true;
  const timeval patience{std::chrono::duration_cast<std::chrono::seconds>(length).count() + 1, 0};
  ::setsockopt(socket_.get(), SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
}

void Connection::forget_request() {
  constexpr int kStrangersMilliseconds = 100;
  pollfd waiting{socket_.get(), POLLIN, 0};
  ::poll(&waiting, 1, kStrangersMilliseconds);
  std::array<char, 256> ignored{};
  // Without room for descriptors the kernel drops them.
  if (::recv(socket_.get(), ignored.data(), ignored.size(), MSG_DONTWAIT) < 0) return;
}

std::string Connection::frame(std::uint32_t type, std::string_view head, std::string_view text) {
  text = text.substr(0, RCX_WIRE_FRAME_MAX - head.size());
  const rcx_wire_frame frame{type, static_cast<std::uint32_t>(head.size() + text.size()),
                             ++sequence_, 0};
  std::string whole(bytes_of(frame));
  whole += head;
  whole += text;
  return whole;
}

void Connection::send(std::uint32_t type, std::string_view head, std::string_view text) {
  const std::lock_guard lock(sending_);
  send_locked(type, head, text, 0);
}

void Connection::send_locked(std::uint32_t type, std::string_view head, std::string_view text,
                             int flags) {
  if (broken_) return;
  std::string whole;
  if (!announced_) {
    const auto pid = static_cast<std::uint32_t>(::getpid());
    whole = frame(RCX_WIRE_FRAME_HELLO, bytes_of(pid), {});
    announced_ = true;
  }
  if (type != RCX_WIRE_FRAME_HELLO) whole += frame(type, head, text);
  put(whole, flags);
}

void Connection::put(std::string_view bytes, int flags) {
  const bool may_keep = keeps_ && !decided_;
  if (!kept_.empty() || may_keep) {
    kept_ += bytes;
    bytes = kept_;
  }
  std::string_view left = bytes;
  while (!left.empty()) {
    const ssize_t put = ::send(socket_.get(), left.data(), left.size(),
                               MSG_NOSIGNAL | flags | (may_keep ? MSG_DONTWAIT : 0));
    if (put < 0 && errno == EINTR) continue;
    if (put < 0 && errno == EAGAIN && may_keep) break;
    if (put < 0) {
      broken_ = true;
      log("worker").warn("a client is gone or reads nothing: {}", std::strerror(errno));
      return;
    }
    left.remove_prefix(static_cast<std::size_t>(put));
  }
  kept_ = std::string(left.data(), kept_.empty() ? 0 : left.size());
}

void Connection::announce() {
  send(RCX_WIRE_FRAME_HELLO, {}, {});
}

void Connection::notice(std::string_view lines) {
  const std::unique_lock lock(sending_, std::try_to_lock);
  pollfd room{socket_.get(), POLLOUT, 0};
  if (!lock || decided_ || ::poll(&room, 1, 0) != 1 || room.revents != POLLOUT) return;
  send_locked(RCX_WIRE_FRAME_TEXT, {}, lines, MSG_DONTWAIT);
}

void Connection::say(std::string_view lines) {
  send(RCX_WIRE_FRAME_TEXT, {}, lines);
}

bool Connection::gone() const {
  pollfd waiting{socket_.get(), POLLRDHUP, 0};
  return ::poll(&waiting, 1, 0) == 1;
}

std::uint32_t Connection::harm() const {
  if (inode_ == 0 || inode(socket_.get()) != inode_) return kFaultDescriptors;
  const Fd further(::fcntl(socket_.get(), F_DUPFD_CLOEXEC, 0));
  return further ? 0 : kFaultExhausted;
}

void Connection::send_verdict(std::uint32_t status, std::string_view text) {
  const std::lock_guard lock(sending_);
  decided_ = true;
  send_locked(RCX_WIRE_FRAME_VERDICT, bytes_of(status), text, 0);
}

void Connection::send_report(std::string_view packets) {
  const std::lock_guard lock(sending_);
  for (; !packets.empty();
       packets.remove_prefix(std::min<std::size_t>(packets.size(), RCX_WIRE_FRAME_MAX))) {
    send_locked(RCX_WIRE_FRAME_REPORT, {}, packets, 0);
  }
}

void Connection::send_result(std::uint32_t kind, std::string_view content) {
  constexpr std::size_t kMost = RCX_WIRE_FRAME_MAX - sizeof kind;
  const std::lock_guard lock(sending_);
  send_locked(RCX_WIRE_FRAME_RESULT, bytes_of(kind), content.substr(0, kMost), 0);
  while (content.size() > kMost) {
    content.remove_prefix(kMost);
    send_locked(RCX_WIRE_FRAME_RESULT, {}, content.substr(0, kMost), 0);
  }
}

void Connection::send_answer(std::string_view answer) {
  const std::lock_guard lock(sending_);
  decided_ = true;
  for (; !answer.empty();
       answer.remove_prefix(std::min<std::size_t>(answer.size(), RCX_WIRE_FRAME_MAX))) {
    send_locked(RCX_WIRE_FRAME_ANSWER, {}, answer, 0);
  }
  send_locked(RCX_WIRE_FRAME_VERDICT, bytes_of(std::uint32_t{0}), {}, 0);
}

}  // namespace rcx::host
