// Who calls, and what they may touch. The front of host/access.
#pragma once

#include <sys/types.h>

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "host/config/config.hpp"
#include "host/event/event.hpp"
#include "host/event/hook_call.hpp"

namespace rcx::host {

// The process at the other end of a socket, as the kernel reports it.
struct Peer {
  pid_t pid = 0;
  uid_t uid = 0;
};

// The peer of a connected Unix socket.
Result<Peer> peer_of(int socket);

// Names of uids, remembered for a minute: the user database is several system calls away. Any
// thread.
class UserNames {
 public:
  std::string name(uid_t uid);

 private:
  struct Entry {
    std::string name;
    std::int64_t until_ns = 0;
  };
  std::mutex mutex_;
  std::map<uid_t, Entry> entries_;
};

// `identity` of rcx.yaml with its users looked up once.
class Doors {
 public:
  // An Error names the user that this system does not know.
  static Result<Doors> open(const IdentityConfig& identity);

  // Whether this uid may use the sockets: root, the service's own user, and the configured ones.
  bool admits(uid_t uid) const;

  // Whether what this uid says of others counts: root, the service's own user, and
  // `identity.trusted_users`.
  bool speaks_for_others(uid_t uid) const;

  // Who pushes. Variables count only when the peer is a trusted user; else the name is the uid's.
  Caller caller(const Peer& peer, const HookCall& call) const;

 private:
  std::vector<uid_t> trusted_;
  std::vector<uid_t> admitted_;
  std::vector<std::string> variables_;
  std::shared_ptr<UserNames> names_;
};

// A user of this system.
struct User {
  uid_t uid = 0;
  gid_t gid = 0;
  std::string name;
  std::string home;
};
// By name or number. Nothing where this system does not know it.
std::optional<User> find_user(const std::string& name);

// The user name of a uid, or `uid:1234` where the system has none.
std::string user_name(uid_t uid);

// Where a repository stands below the configured roots.
struct Placed {
  fs::path path;     // after realpath
  std::string name;  // below its root, without a final `.git` and `/.git`
};

// The configured roots. Immutable; any thread.
class Roots {
 public:
  explicit Roots(const Config& config);

  // Finds the root above `repository`. An Error (kDenied) when it lies below none; links are
  // followed first, so that a link cannot lead out of a root.
  Result<Placed> place(const fs::path& repository) const;
  // The repository that is called `name`; nothing where there is none.
  std::optional<Placed> find(const std::string& name) const;

 private:
  std::string config_file_;
  std::vector<fs::path> roots_;  // as configured
  std::vector<fs::path> real_;   // after realpath, when this was made; empty where there was none
};

}  // namespace rcx::host
