#include "host/supervisor/instance.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <boost/filesystem/exception.hpp>
#include <boost/filesystem/operations.hpp>
#include <cerrno>
#include <cstring>

#include "host/access/access.hpp"
#include "host/core/unix_socket.hpp"
#include "host/event/wire.h"
#include "host/plugin/plugin.hpp"
#include "host/queue/client.hpp"
#include "host/queue/spool.hpp"
#include "host/supervisor/mercurial_modules.hpp"
#include "host/supervisor/status.hpp"

namespace rcx::host {
namespace {

constexpr std::size_t kLargestConf = 65536;
constexpr std::array kUnreachable = {"refuse", "allow", "run-once"};

long long milliseconds(std::chrono::nanoseconds length) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(length).count();
}

// Clients read this file into a few pages. Where not all fit, none counts: they ask the host.
std::string roots_for_clients(const Config& config) {
  constexpr std::size_t kMost = 4096;
  std::string lines;
  for (const fs::path& root : config.roots) {
    if (root.native().find('\n') != std::string::npos) return {};
    lines += "root=" + root.string() + "\n";
  }
  return lines.size() > kMost ? std::string() : lines;
}

std::string client_conf(const Config& config) {
  // Where the instance belongs to root, hooks would not expect anybody else's socket.
  const std::optional<User> user = find_user(config.user);
  const std::string host = user ? fmt::format("host_uid={}\n", user->uid) : "";
  return fmt::format(
             "version={}\nsocket_directory={}\nwhen_unreachable={}\ntimeout_ms={}\n"
             "connect_timeout_ms={}\nspool_directory={}\nconfig_file={}\n",
             RCX_WIRE_VERSION, config.run.string(),
             unreachable_name(config.client.when_unreachable), milliseconds(config.client.timeout),
             milliseconds(config.client.connect_timeout), (config.state / kSpool).string(),
             config.file.string()) +
         host + roots_for_clients(config);
}

bool says(const Config& config, const fs::path& program) {
  const Result<std::string> there =
      read_file(config.directory() / RCX_WIRE_CLIENT_CONF, kLargestConf);
  boost::system::error_code ignored;
  return there && *there == client_conf(config) &&
         fs::read_symlink(config.directory() / RCX_WIRE_PROGRAM, ignored) == program;
}

// What nobody else may change, whatever leads to it.
std::string weakness_of_place(const fs::path& path, uid_t service) {
  std::string weak;
  for (const fs::path& one : {path.parent_path(), path}) {
    boost::system::error_code failed;
    const fs::path real = fs::canonical(one, failed);
    if (failed) return "cannot find " + one.string() + ": " + failed.message();
    if (weak.empty()) weak = weakness_with_parents(real, service);
  }
  return weak;
}

// The host writes there.
Result<void> check_own(const Config& config, uid_t service) {
  for (const fs::path& path : {config.state, config.run}) {
    struct stat status {};
    if (::stat(path.c_str(), &status) != 0 || status.st_uid == service) continue;
    return Error{Code::kDenied,
                 fmt::format("{} belongs to {}, wanted {}, whom the host runs as; mend it with:  "
                             "chown -R {} {}",
                             path.string(), user_name(status.st_uid), user_name(service), service,
                             path.string())};
  }
  return {};
}

}  // namespace

Result<void> prepare_state(const Config& config) {
  try {
    for (const fs::path& path :
         {config.state, config.state / "staged", config.state / "data", config.state / "pushes",
          config.state / "records", config.state / kSpool, queue_directory(config.state)}) {
      if (fs::create_directories(path)) fs::permissions(path, fs::owner_all);
    }
  } catch (const fs::filesystem_error& failed) {
    return system_error("cannot make " + failed.path1().string(), failed.code().value());
  }
  if (!fs::is_directory(config.rcextensions)) {
    return Error{Code::kNotFound, "the directory of extensions " + config.rcextensions.string() +
                                      " is not there; make it, or mend  rcextensions:  in " +
                                      config.file.string()};
  }
  return {};
}

Result<void> prepare_directories(const Config& config) {
  if (Result<void> own = check_own(config, ::geteuid()); !own) return own;
  boost::system::error_code failed;
  if (fs::create_directories(config.run, failed)) {
    fs::permissions(config.run, fs::owner_all | fs::group_read | fs::group_exe | fs::others_read |
                                    fs::others_exe);
  }
  if (failed) return system_error("cannot make " + config.run.string(), failed.value());
  return prepare_state(config);
}

Result<void> check_places(const Config& config, uid_t service) {
  for (const fs::path& path : {config.file, config.rcextensions, config.state, config.run}) {
    const std::string weak = weakness_of_place(path, service);
    if (!weak.empty()) return Error{Code::kDenied, weak};
  }
  return check_own(config, service);
}

uid_t extensions_user(const Config& config) {
  struct stat status {};
  const bool anybody = config.client.when_unreachable == Unreachable::kRunOnce &&
                       ::stat(config.file.c_str(), &status) == 0;
  return anybody ? status.st_uid : ::geteuid();
}

const char* unreachable_name(Unreachable what) {
  return kUnreachable.at(static_cast<std::size_t>(what));
}

std::vector<std::string> admitted_names(const IdentityConfig& identity) {
  std::vector<std::string> names = {user_name(0), user_name(::geteuid())};
  names.insert(names.end(), identity.trusted_users.begin(), identity.trusted_users.end());
  names.insert(names.end(), identity.admitted_users.begin(), identity.admitted_users.end());
  std::vector<std::string> once;
  for (std::string& name : names) {
    if (std::find(once.begin(), once.end(), name) == once.end()) once.push_back(std::move(name));
  }
  return once;
}

Result<Fd> listen_at(const fs::path& path) {
  // Everybody may connect; the worker asks the kernel who it is (host/access).
  return listen_at(path, 0666);
}

Result<void> write_client_files(const Config& config, const fs::path& program) {
  renew_mercurial_modules(config);
  if (says(config, program)) return {};
  Result<void> written =
      write_file(config.directory() / RCX_WIRE_CLIENT_CONF, client_conf(config), 0644);
  if (!written) return written;
  const fs::path link = config.directory() / RCX_WIRE_PROGRAM;
  const fs::path fresh = config.directory() / fs::unique_path("rcxd-%%%%%%%%");
  boost::system::error_code failed;
  fs::create_symlink(program, fresh, failed);
  if (!failed) fs::rename(fresh, link, failed);
  if (failed) return system_error("cannot make the link " + link.string(), failed.value());
  return {};
}

Result<void> renew_client_files(const Config& config, const fs::path& program) {
  const bool alone = config.client.when_unreachable == Unreachable::kRunOnce;
  boost::system::error_code ignored;
  const bool there = fs::exists(config.directory() / RCX_WIRE_CLIENT_CONF, ignored);
  // It wrote them as it runs; they change when it is started again.
  if (there && !alone && InstanceLock::is_held(config.run)) return {};
  Result<void> written = write_client_files(config, program);
  if (written) return {};
  Error error = written.error();
  error.message += "; hooks need it, so install as the owner of " + config.directory().string();
  return error;
}

Result<void> write_client_files_as_root(const Config& config, const fs::path& program) {
  boost::system::error_code failed;
  const fs::path real = fs::canonical(config.directory(), failed);
  if (failed || !weakness_with_parents(real, 0).empty()) return {};
  return renew_client_files(config, program);
}

}  // namespace rcx::host
