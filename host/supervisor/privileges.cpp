#include "host/supervisor/privileges.hpp"

#include <fmt/format.h>
#include <grp.h>
#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>

namespace rcx::host {
namespace {

constexpr mode_t kOpenDirectory = 0755;
constexpr mode_t kSecretDirectory = 0700;

// Makes the first directory that is missing on the way to `path`, and gives it to `user`, who makes
// the rest. Where the one above belongs to the user already, it makes this one as well: root leaves
// its hands off what others can exchange.
Result<void> make_for(const fs::path& path, mode_t mode, const User& user) {
  struct stat status {};
  fs::path missing = path;
  if (::stat(missing.c_str(), &status) == 0) return {};
  while (::stat(missing.parent_path().c_str(), &status) != 0) {
    if (errno != ENOENT) return system_error("cannot inspect " + missing.string(), errno);
    missing = missing.parent_path();
  }
  if (status.st_uid == user.uid) return {};
  if (::mkdir(missing.c_str(), missing == path ? mode : kOpenDirectory) != 0 ||
      ::lchown(missing.c_str(), user.uid, user.gid) != 0) {
    return system_error("cannot make " + missing.string() + " for " + user.name, errno);
  }
  return {};
}

// All that is left of root. Changing the user takes the rest away, unless whoever started this
// process asked the kernel to keep it.
Result<void> drop_capabilities() {
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  std::array<__user_cap_data_struct, _LINUX_CAPABILITY_U32S_3> none{};
  ::prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
  if (::syscall(SYS_capset, &header, none.data()) == 0) return {};
  return system_error("cannot give up capabilities", errno);
}

Error unnamed(const Config& config) {
  return {
      Code::kDenied,
      fmt::format("started as root, {} must say whom extensions run as: wanted a line such as  "
                  "user: git  (the user that git runs as), got none; where that is root itself, "
                  "write  user: root",
                  config.file.string())};
}

Error wrong_user(const Config& config, uid_t own) {
  return {Code::kDenied,
          fmt::format("{} says  user: {}  and rcxd was started as {}; start it as that user, or as "
                      "root:  sudo rcxd -c {}",
                      config.file.string(), printable(config.user), user_name(own),
                      config.file.string())};
}

}  // namespace

Result<void> become(const User& user) {
  if (::initgroups(user.name.c_str(), user.gid) != 0 ||
      ::setresgid(user.gid, user.gid, user.gid) != 0 ||
      ::setresuid(user.uid, user.uid, user.uid) != 0) {
    return system_error("cannot become " + user.name, errno);
  }
  if (Result<void> dropped = drop_capabilities(); !dropped) return dropped;
  // As in a process that this user has started: it leaves cores, and can be looked at.
  ::prctl(PR_SET_DUMPABLE, 1, 0, 0, 0);
  // What root calls home may not even be looked at by git.
  ::setenv("HOME", user.home.c_str(), 1);
  ::setenv("USER", user.name.c_str(), 1);
  ::setenv("LOGNAME", user.name.c_str(), 1);
  if (::eaccess(".", X_OK) != 0 && ::chdir("/") != 0) return system_error("cannot go to /", errno);
  return {};
}

Result<void> become_user(const Config& config, const std::function<Result<void>()>& before) {
  const uid_t own = ::geteuid();
  if (config.user.empty()) return own == 0 ? Result<void>(unnamed(config)) : Result<void>();
  // A number need have no name where nothing is to be changed.
  if (config.user == std::to_string(own)) return {};
  const std::optional<User> user = find_user(config.user);
  if (!user) {
    return Error{Code::kInvalid, fmt::format("{}: user: wanted a user of this system, got '{}'; "
                                             "see them with:  getent passwd",
                                             config.file.string(), printable(config.user))};
  }
  if (user->uid == own) return {};
  if (own != 0) return wrong_user(config, own);
  if (Result<void> made = make_for(config.state, kSecretDirectory, *user); !made) return made;
  if (Result<void> made = make_for(config.run, kOpenDirectory, *user); !made) return made;
  if (Result<void> done = before(); !done) return done;
  if (Result<void> dropped = become(*user); !dropped) return dropped;
  if (::eaccess(config.file.c_str(), R_OK) == 0) return {};
  return system_error(fmt::format("{} cannot read {}, which it must when that changes; mend it "
                                  "with:  chgrp {} {} && chmod g+r {}",
                                  user->name, config.file.string(), user->gid, config.file.string(),
                                  config.file.string()),
                      errno);
}

}  // namespace rcx::host
