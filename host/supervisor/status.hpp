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
  std::string extension;  // the only one that it has; empty: it has all others
  std::uint64_t generation = 1;
  pid_t pid = 0;
  bool ready = false;
  std::int64_t since_ns = 0;  // wall clock
  bool accepts = true;        // calls of hooks, as far as the host knows
};

// How reading files again went the last time.
struct ReloadStatus {
  std::string error;                       // why the old set still serves; empty where it does not
  std::int64_t failed_ns = 0;              // wall clock
  std::vector<std::string> needs_restart;  // keys of rcx.yaml that changed and count from then on
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
  std::uint64_t generation = 1;
  ReloadStatus reload;
  std::vector<std::string> admitted;  // users who may use the sockets
  std::string when_unreachable;       // as in rcx.yaml
};

boost::json::object to_json(const HostStatus& status);

// Where the host of an instance is to be found.
struct HostPlace {
  fs::path config_file;  // absolute
  fs::path run;
};

// By what the host that serves has written for its clients: it may have been started with another
// rcx.yaml than stands there now. Where none serves, by rcx.yaml, and an Error when that is wrong.
Result<HostPlace> find_host(const fs::path& config_file);

// The file of what workers count together, in the directory `run`.
fs::path shared_path(const fs::path& run);

// Replaces the status file of the instance.
Result<void> write_status(const Config& config, const HostStatus& status);

// What the host there last said. kUnavailable when none runs, with what to type.
Result<HostStatus> read_status(const HostPlace& place);

// Held by the host for its lifetime, so that an instance has one host at most.
class InstanceLock {
 public:
  // kBusy when another host serves this instance.
  static Result<InstanceLock> acquire(const Config& config);
  // Whether a host serves there.
  static bool is_held(const fs::path& run);

 private:
  explicit InstanceLock(Fd fd) : fd_(std::move(fd)) {}
  Fd fd_;
};

}  // namespace rcx::host
