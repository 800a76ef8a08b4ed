#include "host/supervisor/status.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <csignal>

#include <boost/filesystem/operations.hpp>
#include <cerrno>

#include "host/event/wire.h"

namespace rcx::host {
namespace {

constexpr int kLockTries = 20;
constexpr int kLockPauseMilliseconds = 10;

constexpr std::size_t kLargest = std::size_t{64} * 1024 * 1024;

fs::path status_path(const fs::path& run) {
  return run / "status.json";
}
fs::path lock_path(const fs::path& run) {
  return run / "rcxd.lock";
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
    const boost::json::value* alone = worker.if_contains("extension");
    const boost::json::value* accepts = worker.if_contains("accepts");
    status.workers.push_back({std::string(worker.at("pool").as_string()),
                              alone == nullptr ? "" : std::string(alone->as_string()),
                              worker.at("generation").to_number<std::uint64_t>(),
                              worker.at("pid").to_number<pid_t>(), worker.at("ready").as_bool(),
                              worker.at("since_ns").to_number<std::int64_t>(),
                              accepts != nullptr && accepts->as_bool()});
  }
  status.plan = plan_from_json(json.at("extensions"));
  status.generation = json.at("generation").to_number<std::uint64_t>();
  status.reload.error = std::string(json.at("reload_error").as_string());
  status.reload.failed_ns = json.at("reload_failed_ns").to_number<std::int64_t>();
  for (const boost::json::value& key : json.at("needs_restart").as_array()) {
    status.reload.needs_restart.emplace_back(key.as_string());
  }
  // Not said by a host of the first release, which may still run.
  if (const boost::json::value* admitted = json.if_contains("admitted")) {
    for (const boost::json::value& user : admitted->as_array()) {
      status.admitted.emplace_back(user.as_string());
    }
  }
  if (const boost::json::value* unreachable = json.if_contains("when_unreachable")) {
    status.when_unreachable = std::string(unreachable->as_string());
  }
  return status;
}

}  // namespace

fs::path shared_path(const fs::path& run) {
  return run / "repositories";
}

boost::json::object to_json(const HostStatus& status) {
  boost::json::array workers;
  for (const WorkerStatus& worker : status.workers) {
    workers.push_back(boost::json::object{{"pool", worker.pool},
                                          {"extension", worker.extension},
                                          {"generation", worker.generation},
                                          {"pid", worker.pid},
                                          {"ready", worker.ready},
                                          {"accepts", worker.accepts},
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
          {"generation", status.generation},
          {"reload_error", status.reload.error},
          {"reload_failed_ns", status.reload.failed_ns},
          {"needs_restart", boost::json::array(status.reload.needs_restart.begin(),
                                               status.reload.needs_restart.end())},
          {"admitted", boost::json::array(status.admitted.begin(), status.admitted.end())},
          {"when_unreachable", status.when_unreachable},
          {"extensions", to_json(status.plan)}};
}

Result<void> write_status(const Config& config, const HostStatus& status) {
  return write_file(status_path(config.run), boost::json::serialize(to_json(status)) + "\n", 0644);
}

Result<HostPlace> find_host(const fs::path& config_file) {
  constexpr std::string_view kKey = "socket_directory=";
  HostPlace place{fs::absolute(config_file).lexically_normal(), {}};
  const Result<std::string> conf =
      read_file(place.config_file.parent_path() / RCX_WIRE_CLIENT_CONF, kLargest);
  if (conf) {
    for (const std::string_view line : split(*conf, '\n')) {
      if (line.starts_with(kKey)) place.run = std::string(line.substr(kKey.size()));
    }
  }
  if (!place.run.empty() && InstanceLock::is_held(place.run)) return place;
  const Result<std::shared_ptr<const Config>> config = load_config(config_file);
  if (!config) return config.error();
  place.run = (*config)->run;
  return place;
}

Result<HostStatus> read_status(const HostPlace& place) {
  if (!InstanceLock::is_held(place.run)) {
    return Error{Code::kUnavailable, "no host serves " + place.config_file.string() +
                                         "; start it with:  rcxd -c " + place.config_file.string()};
  }
  const Result<std::string> text = read_file(status_path(place.run), kLargest);
  if (!text) return text.error();
  try {
    return from_json(boost::json::parse(*text).as_object());
  } catch (const std::exception& failed) {
    return Error{Code::kInvalid, status_path(place.run).string() + ": " + failed.what()};
  }
}

Result<InstanceLock> InstanceLock::acquire(const Config& config) {
  Fd fd(::open(lock_path(config.run).c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!fd) return system_error("cannot open " + lock_path(config.run).string(), errno);
  // Who can open it can lock it, and keep the host from starting.
  if (::fchmod(fd.get(), 0600) != 0) {
    return system_error("cannot protect " + lock_path(config.run).string(), errno);
  }
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

bool InstanceLock::is_held(const fs::path& run) {
  const Fd fd(::open(lock_path(run).c_str(), O_RDONLY | O_CLOEXEC));
  if (fd) return ::flock(fd.get(), LOCK_SH | LOCK_NB) != 0;
  if (errno != EACCES) return false;
  // Who may not lock it goes by what the host says of itself.
  const Result<std::string> text = read_file(status_path(run), kLargest);
  if (!text) return false;
  try {
    const HostStatus status = from_json(boost::json::parse(*text).as_object());
    return ::kill(status.pid, 0) == 0 || errno == EPERM;
  } catch (const std::exception&) {
    return false;
  }
}

}  // namespace rcx::host
