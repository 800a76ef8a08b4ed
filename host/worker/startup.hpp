// What the supervisor hands to a worker that it starts. The front of host/worker.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "host/config/config.hpp"
#include "host/plugin/plan.hpp"

namespace rcx::host {

// Descriptors that a worker inherits, from kFirstInherited on, in this order.
// kDeliveries is there only where Startup says how many threads serve it.
enum class Inherited : int {
  kListener = 3,
  kScoreboard,
  kControl,
  kStartup,
  kLog,
  kGenerations,
  kDeliveries
};

inline int number(Inherited fd) {
  return static_cast<int>(fd);
}

// Bytes of the control channel. The worker also drains when the channel closes: its supervisor is
// gone.
inline constexpr char kServe = 'S';   // supervisor to worker: accept calls; none before that
inline constexpr char kDrain = 'D';   // finish what has arrived, then leave
inline constexpr char kRetire = 'R';  // finish what is at work, then leave: others serve the rest

// The exit status of a worker that left by itself, because extensions had left something behind in
// the process: it grew, or could not be put back as it was. It finished what it had and died of
// nothing; another takes its place.
inline constexpr int kRecycled = 75;

struct Startup {
  std::string pool;  // `pre` or `post`
  int threads = 1;
  std::size_t block = 0;         // of the scoreboard
  std::uint64_t generation = 0;  // of the set of extensions
  std::string config_file;
  std::string config_text;  // the snapshot: the file may have changed since
  std::string state;        // these two as the supervisor has them, whatever the text says
  std::string log_file;
  Plan plan;
  // Every extension of the plan has started in another worker, so it must in this one; else the
  // worker leaves, because two workers that judge by different sets are worse than one less.
  bool strict = false;
  Placement placement;
  // The directory with the sockets of the host; empty: for one call alone, without a queue.
  std::string run;
  int delivery_threads = 0;  // beside those that hooks wait for
};

// Startup as a sealed memfd, and back.
Result<Fd> write_startup(const Startup& startup);
Result<Startup> read_startup(Fd fd);

// What a worker reports: one JSON line each on the control channel. First, that it is ready.
struct Ready {
  Plan absent;  // extensions of the plan that did not load or create, with their reasons
};
// Later, that a handler did not do its work.
struct Failed {
  std::string extension;
  std::string reason;
};
// At last, once it was told to retire or does so by itself: that it accepts no call any more. Those
// that it has may take long.
struct Left {};
std::string ready_line(const Ready& ready);
std::string failed_line(const Failed& failed);
std::string left_line();
// One such line; the other parts are empty.
struct WorkerWord {
  std::optional<Ready> ready;
  std::optional<Failed> failed;
  std::optional<Left> left;
};
Result<WorkerWord> parse_word(std::string_view line);

// The role `worker`. Returns the exit status.
int run_worker();

}  // namespace rcx::host
