// Workers that accept at one socket, and how they are made.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "host/core/process.hpp"
#include "host/dispatch/scoreboard.hpp"
#include "host/plugin/plan.hpp"
#include "host/supervisor/output.hpp"
#include "host/vcs/generations.hpp"
#include "host/worker/startup.hpp"

namespace rcx::host {

// Where hooks connect: workers of every generation accept there, those that serve. Or where workers
// of one generation ask those that have one extension alone.
struct Door {
  std::string name;  // `pre` or `post`
  fs::path socket;
  Fd listener;
  bool kept = false;  // by the service manager, when this host is no more: callers wait there
};

// What all generations of a host have in common. Outlives them.
struct Surroundings {
  fs::path program;  // rcxd
  Scoreboard* scoreboard = nullptr;
  const Generations* generations = nullptr;
  const std::vector<Door>* doors = nullptr;
  std::function<std::size_t()> free_block;  // of the scoreboard
  bool once = false;                        // for one call alone
  int deliveries = -1;                      // listens for deliveries of the queue
};

struct Worker {
  Process process;
  Fd control;
  Output output;
  std::size_t block = 0;
  bool ready = false;
  std::int64_t since_ns = 0;  // wall clock
  std::string heard;          // of the line on the control channel that is not yet whole
  bool mute = false;          // it has closed that channel
  bool leaving = false;       // it was told to, and nobody misses it
  bool serving = false;       // it was told to
  bool left = false;          // it has said that it accepts no call any more
};

// The workers of one pool.
struct Pool {
  const Door* door = nullptr;
  PoolConfig config;
  std::vector<Worker> workers;
  int early_deaths = 0;            // in a row: workers that died soon after they started
  std::int64_t not_before_ns = 0;  // monotonic: when the next worker may start
  std::string notice = {};         // what stands in the file of renew_notice; empty: no file

  // Of workers that have one extension alone: its id, its door, what they are started with, and
  // whether one of them has shown whether it starts.
  std::string alone = {};
  std::shared_ptr<const Door> own_door = {};
  Plan plan = {};
  bool settled = false;
  // They are always there. Others start when somebody asks for them, and leave when nobody does.
  bool standing = true;
  bool asked = false;
  std::int64_t idle_since_ns = 0;  // monotonic; 0: busy

  bool shared() const noexcept { return alone.empty(); }
};

// The pools of one generation, without workers: one for each of the host's doors, then for each
// extension one at a door of its own. Where an extension that must have one cannot, it becomes
// refused in `plan`, and says why.
std::vector<Pool> make_pools(const Config& config, Plan& plan, const Surroundings& around);

// `startup` but for what is the pool's.
Result<Worker> start_worker(const Pool& pool, Startup startup, const Surroundings& around);

// Sends one byte of startup.hpp; who cannot hear it is ended.
void tell(Worker& worker, char what);

// Which extension a worker is in, where it is in one alone: what it prints is likely that one's.
std::string inside(const Pool& pool, const Worker& worker, Scoreboard& scoreboard);

// Ends workers that are in something for longer than its deadline.
void end_overruns(const Pool& pool, Scoreboard& scoreboard);

}  // namespace rcx::host
