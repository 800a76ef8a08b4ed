// Serves one connection: from the request to the verdict.
#pragma once

#include "host/access/access.hpp"
#include "host/config/config.hpp"
#include "host/dispatch/dispatch.hpp"
#include "host/worker/connection.hpp"
#include "host/worker/recording.hpp"

namespace rcx::host {

// What all threads of a worker share, immutable while they run.
struct WorkerContext {
  std::shared_ptr<const Config> config;
  const Doors* doors = nullptr;
  const Roots* roots = nullptr;
  const ExtensionSet* extensions = nullptr;
  const Scoreboard* scoreboard = nullptr;
  Recording* recording = nullptr;
};

// Any failure becomes a verdict that says so, or a line in the log when there is nobody to tell.
void serve(const WorkerContext& context, Slot& slot, Connection& connection);

}  // namespace rcx::host
