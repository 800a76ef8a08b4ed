// What the host says of itself, in a file: it can be read whatever state the host is in.
#pragma once

#include <sys/types.h>

#include <boost/json.hpp>
#include <string>
#include <vector>

#include "host/config/config.hpp"
#include "host/plugin/plan.hpp"

namespace rcx::host {

struct WorkerStatus {
  std::string pool;
  pid_t pid = 0;
  bool ready = false;
  std::int64_t since_ns = 0;  // wall clock
};

struct HostStatus {
  std::string version;
  std::string phase;  // starting, ready, draining
  pid_t pid = 0;
  std::int64_t since_ns = 0;
  std::string config_file;
  int workers_lost = 0;  // that died and were replaced
  std::vector<WorkerStatus> workers;
  Plan plan;
};

boost::json::object to_json(const HostStatus& status);

// Replaces the status file of the instance.
Result<void> write_status(const Config& config, const HostStatus& status);

// What the host of this instance last said. kUnavailable when none runs, with what to type.
Result<HostStatus> read_status(const Config& config);

// Held by the host for its lifetime, so that an instance has one host at most.
class InstanceLock {
 public:
  // kBusy when another host serves this instance.
  static Result<InstanceLock> acquire(const Config& config);
  // Whether a host serves this instance.
  static bool is_held(const Config& config);

 private:
  explicit InstanceLock(Fd fd) : fd_(std::move(fd)) {}
  Fd fd_;
};

}  // namespace rcx::host
