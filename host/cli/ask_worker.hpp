// One call to a worker of the host, made by this tool instead of by a hook. Used by host/cli alone.
#pragma once

#include <boost/json.hpp>
#include <string>

#include "host/cli/cli.hpp"
#include "host/supervisor/status.hpp"

namespace rcx::host::cli {

// What the host said.
struct WorkerAnswer {
  std::uint32_t status = 1;
  std::string said;             // while handlers ran
  std::string verdict;          // the end
  std::uint32_t result_of = 0;  // RCX_ANSWER_*, of a hook that was called by name; 0: none
  std::string result;
};

// Hands `request` (host/event/hook_request.hpp) to a worker that listens at `socket`, of those of
// wire.h, and asks another one where it dies. What handlers say goes to standard error at once,
// unless `context` wants JSON. kUnavailable: no host runs.
Result<WorkerAnswer> ask_worker(const HostPlace& place, const char* socket, int request,
                                const Context& context);

// Those that are not empty.
boost::json::array lines_of(const std::string& text);

}  // namespace rcx::host::cli
