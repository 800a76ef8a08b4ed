// A call of a hook as it arrives from the client: the request of wire.h, checked.
#pragma once

#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "host/core/core.hpp"
#include "host/event/event.hpp"

namespace rcx::host {

// One request, mapped read-only. Views point into the mapping and live as long as this. Move-only.
class HookCall {
 public:
  // Maps the request behind `fd`, which must be a memfd that is sealed against every change; all
  // offsets are checked once, here.
  static Result<HookCall> open(Fd fd);

  HookCall(HookCall&& other) noexcept
      : request_(std::move(other.request_)),
        door_(std::move(other.door_)),
        base_(std::exchange(other.base_, nullptr)),
        size_(std::exchange(other.size_, 0)) {}
  HookCall& operator=(HookCall&&) = delete;
  HookCall(const HookCall&) = delete;
  HookCall& operator=(const HookCall&) = delete;
  ~HookCall();

  // The memfd, to hand it on, and all that stands in it.
  int request() const noexcept { return request_.get(); }
  std::string_view bytes() const noexcept { return {base_, size_}; }
  // Leads to whoever can be asked for more than the request says; -1: nobody. See wire.h.
  int door() const noexcept { return door_.get(); }
  void set_door(Fd door) noexcept { door_ = std::move(door); }
  const Uuid& event_id() const noexcept;
  std::int64_t time_ns() const noexcept;
  // Process that ran the hook, and when it started (clock ticks after boot, 0 where unknown).
  std::uint32_t parent_pid() const noexcept;
  std::uint64_t parent_start() const noexcept;
  std::string_view hook() const noexcept;
  std::string_view directory() const noexcept;
  std::string_view input() const noexcept;
  std::vector<std::string_view> arguments() const;
  // The value of the environment variable `name`; empty where it is not set.
  std::string_view variable(std::string_view name) const noexcept;

 private:
  HookCall(Fd request, const char* base, std::size_t size) noexcept
      : request_(std::move(request)), base_(base), size_(size) {}

  Fd request_;
  Fd door_;
  const char* base_ = nullptr;
  std::size_t size_ = 0;
};

// Whether no hook made it, and its input tells of the event: RCX_WIRE_EMIT and RCX_WIRE_PERFORM.
bool is_told(const HookCall& call);

// The kind of event that `call` stands for, or null.
const EventKind* event_kind_of(const HookCall& call);

}  // namespace rcx::host
