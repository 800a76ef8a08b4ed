// Serves one call of a hook: from what was asked to the verdict.
#pragma once

#include "host/worker/connection.hpp"
#include "host/worker/context.hpp"

namespace rcx::host {

// How the client of a call came.
struct CallFrom {
  Peer peer;                  // whom it speaks for
  std::uint32_t attempt = 1;  // at this event
  int order = -1;             // a descriptor of an Order; -1: none came
};

// Any failure becomes a verdict that says so. `repositories` are the calling thread's.
Served serve_call(const WorkerContext& context, Repositories& repositories, Slot& slot,
                  Connection& connection, const HookCall& call, const CallFrom& from);

}  // namespace rcx::host
