// The workers of one pool: pre or post.
#pragma once

#include <string>
#include <vector>

#include "host/core/process.hpp"
#include "host/dispatch/scoreboard.hpp"
#include "host/worker/startup.hpp"

namespace rcx::host {

struct Worker {
  Process process;
  Fd control;
  std::size_t block = 0;
  bool ready = false;
  std::int64_t since_ns = 0;  // wall clock
  std::string heard;          // of the line on the control channel that is not yet whole
};

struct Pool {
  std::string name;
  PoolConfig config;
  fs::path socket;
  Fd listener;
  std::vector<Worker> workers;
  int early_deaths = 0;            // in a row: workers that died soon after they started
  std::int64_t not_before_ns = 0;  // monotonic: when the next worker may start
  std::string notice = {};         // what stands in the file of renew_notice; empty: no file
};

// Starts one worker of `pool` in the scoreboard's block number `block`; `strict` as in Startup.
Result<Worker> start_worker(const Pool& pool, const Config& config, const Plan& plan,
                            const fs::path& program, Scoreboard& scoreboard, std::size_t block,
                            bool strict);

}  // namespace rcx::host
