#include "host/event/worker_link.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "host/core/unix_socket.hpp"
#include "host/event/wire.h"

namespace rcx::host {

std::optional<WorkerLink> WorkerLink::open(const fs::path& path) {
  Fd socket = connect_to(path);
  if (!socket) return std::nullopt;
  return WorkerLink(std::move(socket));
}

bool WorkerLink::send(int request, std::uint32_t attempt, uid_t uid, int order, int door) {
  rcx_wire_hello hello{};
  hello.magic = RCX_WIRE_MAGIC;
  hello.version = RCX_WIRE_VERSION;
  hello.attempt = attempt;
  hello.behalf = uid + 1;
  std::vector<int> descriptors = {request};
  if (order >= 0) descriptors.push_back(order);
  if (door >= 0) {
    hello.flags = RCX_WIRE_HELLO_DOOR;
    descriptors.push_back(door);
  }
  return send_with(socket_.get(),
                   {static_cast<const char*>(static_cast<const void*>(&hello)), sizeof hello},
                   descriptors);
}

bool WorkerLink::read(void* into, std::size_t size, std::int64_t deadline_ns,
                      const std::function<bool()>& abandoned) {
  constexpr std::int64_t kMillisecond = 1'000'000;
  constexpr std::int64_t kBeat = 100;
  auto* to = static_cast<char*>(into);
  while (size > 0) {
    // What has come already counts, however late it is.
    const std::int64_t left = std::max<std::int64_t>(deadline_ns - monotonic_ns(), 0);
    std::array<pollfd, 2> waiting = {{{socket_.get(), POLLIN, 0}, {alive_.get(), POLLIN, 0}}};
    const auto patience = left == 0 ? 0 : std::min(left / kMillisecond + 1, kBeat);
    const int ready = ::poll(waiting.data(), waiting.size(), static_cast<int>(patience));
    if (ready < 0 && errno != EINTR) return false;
    if (ready < 1 && (left == 0 || (abandoned && abandoned()))) return false;
    if (ready < 1) continue;
    const ssize_t got = ::recv(socket_.get(), to, size, MSG_DONTWAIT);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0 && errno == EAGAIN && waiting[1].revents == 0) continue;
    if (got <= 0) return false;
    to += got;
    size -= static_cast<std::size_t>(got);
  }
  return true;
}

std::optional<WorkerLink::Frame> WorkerLink::receive(std::int64_t deadline_ns,
                                                     const std::function<bool()>& abandoned) {
  rcx_wire_frame head{};
  if (!read(&head, sizeof head, deadline_ns, abandoned)) return std::nullopt;
  if (head.size > RCX_WIRE_FRAME_MAX) return std::nullopt;
  Frame frame{head.type, std::string(head.size, '\0')};
  if (!read(frame.payload.data(), frame.payload.size(), deadline_ns, abandoned))
    return std::nullopt;
  std::uint32_t pid = 0;
  if (frame.type == RCX_WIRE_FRAME_HELLO && frame.payload.size() == sizeof pid) {
    std::memcpy(&pid, frame.payload.data(), sizeof pid);
    worker_ = static_cast<pid_t>(pid);
    alive_.reset(static_cast<int>(::syscall(SYS_pidfd_open, worker_, 0)));
  }
  return frame;
}

}  // namespace rcx::host
