#include "host/supervisor/status.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/file.h>

#include <cerrno>

namespace rcx::host {
namespace {

constexpr int kLockTries = 20;
constexpr int kLockPauseMilliseconds = 10;

constexpr std::size_t kLargest = std::size_t{64} * 1024 * 1024;

fs::path status_path(const Config& config) {
  return config.run / "status.json";
}
fs::path lock_path(const Config& config) {
  return config.run / "rcxd.lock";
}

HostStatus from_json(const boost::json::object& json) {
  HostStatus status;
  status.version = std::string(json.at("version").as_string());
  status.phase = std::string(json.at("phase").as_string());
  status.pid = json.at("pid").to_number<pid_t>();
  status.since_ns = json.at("since_ns").to_number<std::int64_t>();
  status.config_file = std::string(json.at("config_file").as_string());
  status.workers_lost = json.at("workers_lost").to_number<int>();
  for (const boost::json::value& item : json.at("workers").as_array()) {
    const boost::json::object& worker = item.as_object();
    status.workers.push_back({std::string(worker.at("pool").as_string()),
                              worker.at("pid").to_number<pid_t>(), worker.at("ready").as_bool(),
                              worker.at("since_ns").to_number<std::int64_t>()});
  }
  status.plan = plan_from_json(json.at("extensions"));
  return status;
}

}  // namespace

boost::json::object to_json(const HostStatus& status) {
  boost::json::array workers;
  for (const WorkerStatus& worker : status.workers) {
    workers.push_back(boost::json::object{{"pool", worker.pool},
                                          {"pid", worker.pid},
                                          {"ready", worker.ready},
                                          {"since", utc_text(worker.since_ns)},
                                          {"since_ns", worker.since_ns}});
  }
  return {{"version", status.version},
          {"phase", status.phase},
          {"pid", status.pid},
          {"since", utc_text(status.since_ns)},
          {"since_ns", status.since_ns},
          {"config_file", status.config_file},
          {"workers_lost", status.workers_lost},
          {"workers", std::move(workers)},
          {"extensions", to_json(status.plan)}};
}

Result<void> write_status(const Config& config, const HostStatus& status) {
  return write_file(status_path(config), boost::json::serialize(to_json(status)) + "\n", 0644);
}

Result<HostStatus> read_status(const Config& config) {
  if (!InstanceLock::is_held(config)) {
    return Error{Code::kUnavailable, "no host serves " + config.file.string() +
                                         "; start it with:  rcxd -c " + config.file.string()};
  }
  const Result<std::string> text = read_file(status_path(config), kLargest);
  if (!text) return text.error();
  try {
    return from_json(boost::json::parse(*text).as_object());
  } catch (const std::exception& failed) {
    return Error{Code::kInvalid, status_path(config).string() + ": " + failed.what()};
  }
}

Result<InstanceLock> InstanceLock::acquire(const Config& config) {
  Fd fd(::open(lock_path(config).c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644));
  if (!fd) return system_error("cannot open " + lock_path(config).string(), errno);
  // Who asks is_held has it for an instant.
  bool taken = false;
  for (int tries = 0; !taken && tries < kLockTries; ++tries) {
    if (tries > 0) ::poll(nullptr, 0, kLockPauseMilliseconds);
    taken = ::flock(fd.get(), LOCK_EX | LOCK_NB) == 0;
  }
  if (!taken) {
    return Error{Code::kBusy, "another host serves " + config.file.string() +
                                  " already; see it with:  rcx status -c " + config.file.string()};
  }
  return InstanceLock(std::move(fd));
}

bool InstanceLock::is_held(const Config& config) {
  const Fd fd(::open(lock_path(config).c_str(), O_RDONLY | O_CLOEXEC));
  return fd && ::flock(fd.get(), LOCK_SH | LOCK_NB) != 0;
}

}  // namespace rcx::host
