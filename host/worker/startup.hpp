// What the supervisor hands to a worker that it starts. The front of host/worker.
#pragma once

#include <memory>
#include <string>

#include "host/config/config.hpp"
#include "host/plugin/plan.hpp"

namespace rcx::host {

// Descriptors that a worker inherits, from kFirstInherited on, in this order.
enum class Inherited : int { kListener = 3, kScoreboard, kControl, kStartup };

inline int number(Inherited fd) {
  return static_cast<int>(fd);
}

// Bytes of the control channel. The worker also drains when the channel closes: its supervisor is
// gone.
inline constexpr char kDrain = 'D';  // supervisor to worker: finish what has arrived, then leave

struct Startup {
  std::string pool;  // `pre` or `post`
  int threads = 1;
  std::size_t block = 0;  // of the scoreboard
  std::string config_file;
  std::string config_text;  // the snapshot: the file may have changed since
  std::string state;        // these two as the supervisor has them, whatever the text says
  std::string log_file;
  Plan plan;
  // Every extension of the plan has started in another worker, so it must in this one; else the
  // worker leaves, because two workers that judge by different sets are worse than one less.
  bool strict = false;
  int generation = 0;  // stands in the records of this worker
};

// Startup as a sealed memfd, and back.
Result<Fd> write_startup(const Startup& startup);
Result<Startup> read_startup(Fd fd);

// What a worker reports when it is ready: one JSON line on the control channel.
struct Ready {
  Plan absent;  // extensions of the plan that did not load or create, with their reasons
};
std::string ready_line(const Ready& ready);
Result<Ready> parse_ready(std::string_view line);

// The role `worker`. Returns the exit status.
int run_worker();

}  // namespace rcx::host
