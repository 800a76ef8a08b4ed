// One call to a worker of the host, made by this tool instead of by a hook. Used by host/cli alone.
#pragma once

#include <boost/json.hpp>
#include <string>

#include "host/cli/cli.hpp"
#include "host/event/ask_workers.hpp"
#include "host/supervisor/status.hpp"

namespace rcx::host::cli {

// Hands `request` (host/event/hook_request.hpp) to a worker that listens at `socket`, of those of
// wire.h, and asks another one where it dies. What handlers say goes to standard error at once,
// unless `context` wants JSON. kUnavailable: no host runs.
Result<WorkersAnswer> ask_worker(const HostPlace& place, const char* socket, int request,
                                 const Context& context);

}  // namespace rcx::host::cli
