// Who calls, and what they may touch. The front of host/access.
#pragma once

#include <sys/types.h>

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

// `identity` of rcx.yaml with its users looked up once.
class Doors {
 public:
  // An Error names the user that this system does not know.
  static Result<Doors> open(const IdentityConfig& identity);

  // Whether this uid may use the sockets: root, the service's own user, and the configured ones.
  bool admits(uid_t uid) const;

  // Who pushes. Variables count only when the peer is a trusted user; else the name is the uid's.
  Caller caller(const Peer& peer, const HookCall& call) const;

 private:
  std::vector<uid_t> trusted_;
  std::vector<uid_t> admitted_;
  std::vector<std::string> variables_;
};

// The user name of a uid, or `uid:1234` where the system has none.
std::string user_name(uid_t uid);

// Where a repository stands below the configured roots.
struct Placed {
  fs::path path;     // after realpath
  std::string name;  // below its root, without a final `.git` and `/.git`
};

// Finds the root above `repository`. An Error (kDenied) when it lies below none; links are followed
// first, so that a link cannot lead out of a root.
Result<Placed> place_repository(const Config& config, const fs::path& repository);

}  // namespace rcx::host
