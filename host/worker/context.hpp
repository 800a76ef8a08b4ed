// What a worker's threads share, and what they say of their work.
#pragma once

#include "host/access/access.hpp"
#include "host/config/config.hpp"
#include "host/dispatch/dispatch.hpp"
#include "host/vcs/vcs.hpp"
#include "host/worker/post_events.hpp"
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
  QueueLink* queue = nullptr;  // where post events go; none: their handlers are called at once
};

// What became of a connection, for those who look after the process.
struct Served {
  std::vector<std::string_view> ran;  // ids of extensions, which live as long as the set
  bool failed = false;                // one of them
};

}  // namespace rcx::host
