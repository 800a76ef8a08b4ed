// Post events on their way into the queue.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "host/dispatch/dispatch.hpp"
#include "host/event/hook_call.hpp"

namespace rcx::host {

struct NewEvent;

// A worker's way to the queue. Connections are kept, since each would cost more than what is said
// over it. Any thread.
class QueueLink {
 public:
  // `socket` is where the process of the queue listens.
  explicit QueueLink(fs::path socket);
  QueueLink(const QueueLink&) = delete;
  QueueLink& operator=(const QueueLink&) = delete;
  QueueLink(QueueLink&&) = delete;
  QueueLink& operator=(QueueLink&&) = delete;
  ~QueueLink();

  // Stores `event` for those handlers, with what pre_push kept of it. When this returns it survives
  // a loss of power. Waits for a queue that is just being started, up to half the time that an
  // event has.
  Result<void> put(const Config& config, const HookCall& call, const Event& event,
                   const std::vector<QueuedHandler>& handlers);

 private:
  class Connection;
  std::unique_ptr<Connection> idle();
  Result<void> put(const NewEvent& event, std::string_view call, std::string_view context,
                   std::int64_t deadline_ns);

  fs::path socket_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<Connection>> idle_;
};

// Why what the pre event `event` announces could not be queued; empty where it could, and where
// nobody hears of it from the queue.
std::string queue_is_full(const Config& config, const ExtensionSet& set, const Event& event);

}  // namespace rcx::host
