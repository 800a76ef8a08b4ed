// Calls of post-receive that found no host, and have waited in files until there was one.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "host/config/config.hpp"
#include "host/core/process.hpp"
#include "host/supervisor/poll_set.hpp"

namespace rcx::host {

// Starts a process that delivers them, whenever some wait and the host is ready. Belongs to one
// thread.
class Delivery {
 public:
  // `program` is rcxd.
  Delivery(const Config& config, fs::path program);

  void watch(PollSet& waiting);
  // Looks from time to time, and right after a delivery that was not the last.
  void tend();
  // Ends a delivery that is at work: what it has not delivered is delivered next time.
  void stop();

 private:
  fs::path spool_;
  fs::path program_;
  std::string order_;  // what the process is told, as JSON
  std::optional<Process> process_;
  std::int64_t next_look_ns_ = 0;
};

// The role `deliver`: hands every file to the host, in order of time, and removes it when the host
// has answered. What the host will not hear is kept under a name that begins with `refused-`.
// Returns the exit status: 0 when nothing waits any more.
int run_deliver();

}  // namespace rcx::host
