#include "host/supervisor/once.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <csignal>

#include <algorithm>
#include <boost/filesystem/operations.hpp>
#include <cerrno>
#include <iostream>
#include <utility>

#include "host/event/wire.h"
#include "host/plugin/plugin.hpp"
#include "host/supervisor/instance.hpp"
#include "host/supervisor/supervisor.hpp"

namespace rcx::host {
namespace {

constexpr unsigned kOpenToOthers = S_IRWXG | S_IRWXO;

bool is_own(const fs::path& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 && status.st_uid == ::geteuid();
}

// Goes with all that is in it.
class PrivateDirectory {
 public:
  static Result<PrivateDirectory> make() {
    std::string name = (above() / "rcx-once-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) {
      return system_error("cannot make a directory " + name, errno);
    }
    return PrivateDirectory(name);
  }
  PrivateDirectory(PrivateDirectory&& other) noexcept : path_(std::exchange(other.path_, {})) {}
  PrivateDirectory& operator=(PrivateDirectory&&) = delete;
  PrivateDirectory(const PrivateDirectory&) = delete;
  PrivateDirectory& operator=(const PrivateDirectory&) = delete;
  ~PrivateDirectory() {
    boost::system::error_code ignored;
    if (!path_.empty()) fs::remove_all(path_, ignored);
  }

  const fs::path& path() const noexcept { return path_; }

 private:
  explicit PrivateDirectory(fs::path path) : path_(std::move(path)) {}

  // Not from the environment: that is the pusher's. And short, because it holds sockets.
  static fs::path above() {
    const fs::path runtime = "/run/user/" + std::to_string(::geteuid());
    struct stat status {};
    const bool safe = ::stat(runtime.c_str(), &status) == 0 && S_ISDIR(status.st_mode) &&
                      status.st_uid == ::geteuid() && (status.st_mode & kOpenToOthers) == 0;
    return safe ? runtime : fs::path("/tmp");
  }

  fs::path path_;
};

// Whoever can change rcx.yaml decides what runs in the name of everybody who pushes.
Result<void> check_config_file(const fs::path& file) {
  boost::system::error_code failed;
  const fs::path real = fs::canonical(file, failed);
  struct stat status {};
  if (failed || ::stat(real.c_str(), &status) != 0) return {};  // load_config says it better
  const std::string weak = weakness_with_parents(real, status.st_uid);
  if (weak.empty()) return {};
  return Error{Code::kDenied, weak};
}

// Files of another user would be in the way of the host that the owner of `state` starts one day:
// they could not be read, or not be replaced.
bool may_use_state(const Config& config) {
  boost::system::error_code failed;
  const bool there = fs::exists(config.state, failed);
  if (failed || !is_own(there ? config.state : config.file)) return false;
  const fs::path staged = config.state / "staged";
  // What others may put there would be loaded.
  return prepare_state(config) && ::eaccess(staged.c_str(), W_OK) == 0 &&
         weakness_with_parents(fs::canonical(staged), ::geteuid()).empty();
}

bool may_log_to(const fs::path& file) {
  boost::system::error_code unreadable;
  return fs::exists(file, unreadable)
             ? ::eaccess(file.c_str(), W_OK) == 0
             : is_own(file.parent_path()) && ::eaccess(file.parent_path().c_str(), W_OK) == 0;
}

// The instance as one call has it.
Result<std::shared_ptr<const Config>> adapt(const Config& instance, const fs::path& directory) {
  auto config = std::make_shared<Config>(instance);
  config->run = directory;
  if (!may_use_state(*config)) config->state = directory;
  if (Result<void> prepared = prepare_state(*config); !prepared) return prepared.error();
  if (config->log.file.empty()) config->log.file = (instance.state / "rcxd.log").string();
  // Standard error leads nowhere.
  if (!may_log_to(config->log.file)) config->log.file.clear();
  return std::shared_ptr<const Config>(std::move(config));
}

Result<void> serve(const std::string& config_file, const std::string& pool, const Fd& caller) {
  if (pool != "pre" && pool != "post") {
    return Error{Code::kInvalid, "wanted --pool=pre or --pool=post, got '" + pool + "'"};
  }
  if (Result<void> safe = check_config_file(config_file); !safe) return safe;
  const Result<std::shared_ptr<const Config>> instance = load_config(config_file);
  if (!instance) return instance.error();
  if ((*instance)->client.when_unreachable != Unreachable::kRunOnce) {
    return Error{Code::kDenied, (*instance)->file.string() +
                                    " says  client.when_unreachable: run-once  no more; tell the "
                                    "hooks with:  rcx install <repository>"};
  }
  const Result<PrivateDirectory> directory = PrivateDirectory::make();
  if (!directory) return directory.error();
  const Result<std::shared_ptr<const Config>> config = adapt(**instance, directory->path());
  if (!config) return config.error();
  return run_supervisor(*config, OneCall{pool, caller.get()});
}

}  // namespace

int run_once(const std::string& config_file, const std::string& pool) {
  ::signal(SIGPIPE, SIG_IGN);
  Fd caller(RCX_WIRE_ONCE_FD);
  if (::fcntl(caller.get(), F_SETFD, FD_CLOEXEC) != 0) {
    std::cerr << "rcxd: the role once is for hooks, which start it\n";
    return 1;
  }
  // What git, or who runs it, left open.
  ::close_range(RCX_WIRE_ONCE_FD + 1, ~0U, 0);
  if (::chdir("/") != 0) return 1;
  Result<void> served{};
  try {
    served = serve(config_file, pool, caller);
  } catch (const std::exception& failed) {
    served = Error{Code::kUnavailable, std::string("it failed: ") + failed.what()};
  }
  if (served) return 0;
  std::string line = "error=" + served.error().message;
  std::replace(line.begin(), line.end(), '\n', ';');
  const Result<void> told = write_all(caller.get(), line + "\n", "the caller");
  if (!told) std::cerr << told.error().message << '\n';
  return 1;
}

}  // namespace rcx::host
