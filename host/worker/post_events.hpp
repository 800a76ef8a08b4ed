// Post events on their way into the queue.
#pragma once

#include <string>
#include <vector>

#include "host/dispatch/dispatch.hpp"
#include "host/event/hook_call.hpp"

namespace rcx::host {

// Stores `event` for those handlers, with what pre_push kept of it. When this returns it survives a
// loss of power. Waits for a queue that is just being started, up to half the time that an event
// has.
Result<void> put_in_queue(const Config& config, const HookCall& call, const Event& event,
                          const std::vector<QueuedHandler>& handlers);

// Why what the pre event `event` announces could not be queued; empty where it could, and where
// nobody hears of it from the queue.
std::string queue_is_full(const Config& config, const ExtensionSet& set, const Event& event);

}  // namespace rcx::host
