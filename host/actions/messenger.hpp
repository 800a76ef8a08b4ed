// How actions reach extensions.
#pragma once

#include <string>

#include "host/event/ask_workers.hpp"
#include "host/event/event.hpp"

namespace rcx::host {

// The seam between actions and a running host. One thread.
class Messenger {
 public:
  Messenger() = default;
  Messenger(const Messenger&) = delete;
  Messenger& operator=(const Messenger&) = delete;
  Messenger(Messenger&&) = delete;
  Messenger& operator=(Messenger&&) = delete;
  virtual ~Messenger() = default;

  // Asks, or tells, about an event of `kind` with these fields, as `rcx emit` takes them.
  // kUnavailable where no host serves.
  virtual Result<WorkersAnswer> tell(const EventKind& kind, const Uuid& id, std::int64_t time_ns,
                                     const std::string& fields) = 0;
  // Calls a hook by name; an empty one asks for all that there are.
  virtual Result<WorkersAnswer> call(const std::string& hook, const Uuid& id, std::int64_t time_ns,
                                     const std::string& input) = 0;
  // Keeps it until there is a host again: afterwards it is as safe as if it had been told.
  virtual Result<void> keep(const EventKind& kind, const Uuid& id, std::int64_t time_ns,
                            const std::string& fields) = 0;
};

// The host whose sockets are in `run`; what waits for it is spooled below `state`.
class HostMessenger : public Messenger {
 public:
  HostMessenger(fs::path run, fs::path state, std::function<void(std::string_view)> heard)
      : run_(std::move(run)), state_(std::move(state)), heard_(std::move(heard)) {}

  Result<WorkersAnswer> tell(const EventKind& kind, const Uuid& id, std::int64_t time_ns,
                             const std::string& fields) override;
  Result<WorkersAnswer> call(const std::string& hook, const Uuid& id, std::int64_t time_ns,
                             const std::string& input) override;
  Result<void> keep(const EventKind& kind, const Uuid& id, std::int64_t time_ns,
                    const std::string& fields) override;

 private:
  fs::path run_;
  fs::path state_;
  std::function<void(std::string_view)> heard_;
};

}  // namespace rcx::host
