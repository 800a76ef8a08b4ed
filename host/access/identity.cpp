#include <pwd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include "host/access/access.hpp"

namespace rcx::host {
namespace {

constexpr std::size_t kPasswdBuffer = 16384;

std::optional<uid_t> number_in(const std::string& name) {
  uid_t uid = 0;
  const auto read = std::from_chars(name.data(), name.data() + name.size(), uid);
  if (read.ec != std::errc() || read.ptr != name.data() + name.size()) return std::nullopt;
  return uid;
}

std::optional<uid_t> find_uid(const std::string& name) {
  if (const std::optional<uid_t> uid = number_in(name)) return uid;
  const std::optional<User> user = find_user(name);
  return user ? std::optional<uid_t>(user->uid) : std::nullopt;
}

Result<std::vector<uid_t>> find_uids(const std::vector<std::string>& names, const char* key) {
  std::vector<uid_t> uids;
  for (const std::string& name : names) {
    const std::optional<uid_t> uid = find_uid(name);
    if (!uid) {
      return Error{Code::kInvalid, std::string("identity.") + key +
                                       ": wanted users of this system, got '" + printable(name) +
                                       "'; see them with:  getent passwd"};
    }
    uids.push_back(*uid);
  }
  return uids;
}

bool contains(const std::vector<uid_t>& uids, uid_t uid) {
  return std::find(uids.begin(), uids.end(), uid) != uids.end();
}

}  // namespace

std::optional<User> find_user(const std::string& name) {
  const std::optional<uid_t> uid = number_in(name);
  std::array<char, kPasswdBuffer> buffer{};
  passwd entry{};
  passwd* found = nullptr;
  const int failed = uid ? ::getpwuid_r(*uid, &entry, buffer.data(), buffer.size(), &found)
                         : ::getpwnam_r(name.c_str(), &entry, buffer.data(), buffer.size(), &found);
  if (failed != 0 || found == nullptr) return std::nullopt;
  return User{entry.pw_uid, entry.pw_gid, entry.pw_name, entry.pw_dir};
}

std::string user_name(uid_t uid) {
  std::array<char, kPasswdBuffer> buffer{};
  passwd entry{};
  passwd* found = nullptr;
  if (::getpwuid_r(uid, &entry, buffer.data(), buffer.size(), &found) != 0 || found == nullptr) {
    return "uid:" + std::to_string(uid);
  }
  return entry.pw_name;
}

std::string UserNames::name(uid_t uid) {
  constexpr std::int64_t kMinute = 60'000'000'000;
  const std::int64_t now = monotonic_ns();
  const std::lock_guard lock(mutex_);
  Entry& entry = entries_[uid];
  if (entry.until_ns < now) entry = {user_name(uid), now + kMinute};
  return entry.name;
}

Result<Peer> peer_of(int socket) {
  ucred credentials{};
  socklen_t size = sizeof credentials;
  if (::getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &credentials, &size) != 0) {
    return system_error("cannot tell who connected", errno);
  }
  return Peer{credentials.pid, credentials.uid};
}

Result<Doors> Doors::open(const IdentityConfig& identity) {
  Doors doors;
  auto trusted = find_uids(identity.trusted_users, "trusted_users");
  if (!trusted) return trusted.error();
  auto admitted = find_uids(identity.admitted_users, "admitted_users");
  if (!admitted) return admitted.error();
  doors.trusted_ = std::move(*trusted);
  doors.admitted_ = std::move(*admitted);
  doors.admitted_.insert(doors.admitted_.end(), {0, ::geteuid()});
  doors.variables_ = identity.variables;
  doors.names_ = std::make_shared<UserNames>();
  return doors;
}

bool Doors::admits(uid_t uid) const {
  return contains(admitted_, uid) || contains(trusted_, uid);
}

bool Doors::speaks_for_others(uid_t uid) const {
  return uid == 0 || uid == ::geteuid() || contains(trusted_, uid);
}

Caller Doors::caller(const Peer& peer, const HookCall& call) const {
  Caller caller;
  caller.uid = peer.uid;
  caller.auth_method = "local";
  if (contains(trusted_, peer.uid)) {
    const std::string_view ssh = call.variable("SSH_CONNECTION");
    const std::string_view http = call.variable("REMOTE_ADDR");
    caller.ip = std::string(http.empty() ? ssh.substr(0, ssh.find(' ')) : http);
    if (!ssh.empty()) caller.auth_method = "ssh";
    if (!http.empty()) caller.auth_method = "http";
    caller.user_agent = std::string(call.variable("HTTP_USER_AGENT"));
    for (const std::string& variable : variables_) {
      const std::string_view value = call.variable(variable);
      if (value.empty()) continue;
      caller.name = std::string(value);
      caller.name_from = RCX_CALLER_FROM_VARIABLE;
      caller.source = variable;
      return caller;
    }
  }
  caller.name = names_->name(peer.uid);
  caller.source = "uid " + std::to_string(peer.uid);
  return caller;
}

}  // namespace rcx::host
