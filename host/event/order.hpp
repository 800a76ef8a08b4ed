// What one part of the host tells a worker beside a hook call: which handlers to call, for whom.
// Believed from root and the host's own user only.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "host/event/event.hpp"

namespace rcx::host {

// Which handlers of a post event.
enum class Part : int { kAll, kInline, kQueued };

// What was known of an event when it was queued. It still counts when it is delivered, whatever
// rcx.yaml says by then.
struct EventContext {
  Caller caller;
  // What pre_push kept of this push: see keep_commits. None: nothing was.
  std::optional<std::string> kept;
  std::string push_id = {};  // empty: as the call says
};
std::string context_text(const EventContext& context);

struct Order {
  Part part = Part::kAll;
  std::string handler;        // only this extension; empty: all
  std::uint32_t attempt = 0;  // of a delivery
  std::optional<EventContext> context;
};

// As a sealed memfd; `context` is a context_text, or empty: none.
Result<Fd> write_order(const Order& order, std::string_view context);
// kInvalid where `fd` leads to no order, or to one that may still change.
Result<Order> read_order(int fd);

// The statuses of the verdict on a delivery.
inline constexpr std::uint32_t kDelivered = 0;
inline constexpr std::uint32_t kDeliveryFailed = 1;  // the text is the reason
inline constexpr std::uint32_t kNobodyThere = 2;     // the extension does not serve

// `bytes` in a memfd that nobody can change.
Result<Fd> sealed(const char* name, std::string_view bytes);

}  // namespace rcx::host
