// A connection to a worker from another part of the host: what rcx-hook is for a hook. See wire.h.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "host/core/core.hpp"

namespace rcx::host {

// Move-only; one thread.
class WorkerLink {
 public:
  struct Frame {
    std::uint32_t type = 0;  // RCX_WIRE_FRAME_*
    std::string payload;
  };

  // Nothing where nobody listens at `socket`. It does not wait for a worker to accept.
  static std::optional<WorkerLink> open(const fs::path& socket);

  // Hands over the request, as attempt number `attempt`, for a call that `uid` made, and an order
  // (order.hpp) and a door (wire.h) where these are not -1. False where the worker is gone.
  bool send(int request, std::uint32_t attempt, uid_t uid, int order = -1, int door = -1);
  // The next frame; nothing where the worker is gone, breaks the protocol, or has said no whole one
  // by `deadline_ns` of the monotonic clock, or `abandoned`, asked ten times a second, says true.
  std::optional<Frame> receive(std::int64_t deadline_ns,
                               const std::function<bool()>& abandoned = {});
  int socket() const noexcept { return socket_.get(); }
  // Who serves; 0 before the worker has said so.
  pid_t worker() const noexcept { return worker_; }

 private:
  explicit WorkerLink(Fd socket) : socket_(std::move(socket)) {}
  bool read(void* into, std::size_t size, std::int64_t deadline_ns,
            const std::function<bool()>& abandoned);
  Fd socket_;
  pid_t worker_ = 0;
  Fd alive_;  // a pidfd of it: children of its extensions may keep its end of the socket open
};

}  // namespace rcx::host
