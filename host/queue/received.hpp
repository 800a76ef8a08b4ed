// What comes to the process of the queue to be stored. Used by host/queue alone.
#pragma once

#include "host/queue/callers.hpp"

namespace rcx::host {

// Whether it brings an event, and does not ask about any.
bool is_enqueue(const Question& question);
// The event that it brings, with the bytes that followed, which are moved there. kInvalid.
Result<NewEvent> read_event(Question& question);

}  // namespace rcx::host
