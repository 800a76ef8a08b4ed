// Serves one connection: from the request to the verdict.
#pragma once

#include "host/access/access.hpp"
#include "host/config/config.hpp"
#include "host/dispatch/dispatch.hpp"
#include "host/vcs/vcs.hpp"
#include "host/worker/connection.hpp"
#include "host/worker/recording.hpp"
#include "host/worker/reports.hpp"

namespace rcx::host {

// What all threads of a worker share, immutable while they run.
struct WorkerContext {
  std::shared_ptr<const Config> config;
  const Doors* doors = nullptr;
  const Roots* roots = nullptr;
  const ExtensionSet* extensions = nullptr;
  const Scoreboard* scoreboard = nullptr;
  // Another worker asks this one, which has one extension alone: the verdict, its record and its
  // text are that one's.
  bool apart = false;
  int control = -1;  // leads to the supervisor
  Reports* reports = nullptr;
  Recording* recording = nullptr;
  Generations* generations = nullptr;
  bool queue = false;  // post events go to the queue, whose socket stands in config->run
};

// What became of a connection, for those who look after the process.
struct Served {
  std::vector<std::string_view> ran;  // ids of extensions, which live as long as the set
  bool failed = false;                // one of them
};

// Any failure becomes a verdict that says so, or a line in the log when there is nobody to tell.
// `repositories` are the calling thread's.
Served serve(const WorkerContext& context, Repositories& repositories, Slot& slot,
             Connection& connection);

}  // namespace rcx::host
