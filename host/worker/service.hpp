// Serves one connection: from the request to the verdict.
#pragma once

#include "host/worker/connection.hpp"
#include "host/worker/context.hpp"

namespace rcx::host {

// Any failure becomes a verdict that says so, or a line in the log when there is nobody to tell.
// `repositories` are the calling thread's.
Served serve(const WorkerContext& context, Repositories& repositories, Slot& slot,
             Connection& connection);

}  // namespace rcx::host
