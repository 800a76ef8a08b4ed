// Who may do what: the one place where that is decided, and explained.
//
//   create_repo        at the root: administrators, and hg.create.repository. In a group: who has
//                      admin on it, and who has write on it and hg.create.write_on_repogroup.true
//   fork_repo          read on what is forked, hg.fork.repository, and what create_repo needs there
//   delete_repo        admin on it
//   rename_repo        admin on it; into another group, what create_repo needs there
//   create_repo_group  at the root: administrators, and hg.repogroup.create.true. In a group: who
//                      has admin on it
//   delete_repo_group  admin on it
//   create_user, delete_user   administrators
//   push, pull         write, and read, on the repository
//   administer         admin on it: permissions, fields, restoring
//
// What somebody has on a node is, in this order: everything, where they are an administrator;
// admin, where they own it; what they were given on it, or on the nearest group above it; the same
// of what everybody was given, unless they do not inherit, or the repository is private; else
// nothing.
#pragma once

#include "host/accounts/accounts.hpp"

namespace rcx::host {

// Who calls, once it is known.
struct Actor {
  // The user whom the host runs as, or root: may everything. `account` has the name alone.
  bool service = false;
  Account account;
  std::string token;                   // its id, where one was shown
  std::string role = "all";            // of the token
  std::optional<std::int64_t> only;    // the one repository that the token is good for
  std::vector<std::string> addresses;  // networks that the token is good from; none: any
  std::int64_t expires_ns = 0;         // when the token ends; 0: never
  std::string ip;
  std::string method;  // local, token or ssh
  std::string user_agent;

  const std::string& name() const noexcept { return account.username; }
  bool is_admin() const noexcept { return service || (account.admin && account.active); }
};

enum class Action {
  kCreateRepo,
  kForkRepo,
  kDeleteRepo,
  kRenameRepo,
  kCreateGroup,
  kDeleteGroup,
  kCreateUser,
  kDeleteUser,
  kPush,
  kPull,
  kAdminister,
};
const char* action_name(Action action);
const std::vector<std::string>& action_names();
std::optional<Action> action_of(std::string_view name);

struct Ruling {
  bool allowed = false;
  std::string why;  // one sentence: what they have, and where from; what was wanted
};

class Permissions {
 public:
  // `accounts` must outlive this.
  explicit Permissions(Accounts& accounts) : accounts_(accounts) {}

  // What `actor` has on `node`, and where from.
  struct Held {
    Level level = Level::kNone;
    std::string from;
  };
  Result<Held> held(const Actor& actor, const Node& node);
  // The same without the words, which cost a look for names: for checks of every push.
  Result<Level> level(const Actor& actor, const Node& node);

  // Whether `actor` may do `action`. `object` is the node that it is about: for kCreateRepo and
  // kCreateGroup, the group that it shall lie in, null at the root; for kForkRepo what is forked,
  // beside which kCreateRepo is asked; for users, null.
  Result<Ruling> may(const Actor& actor, Action action, const Node* object);

  // The same as an Error (kDenied), which is what who calls reads.
  Result<void> require(const Actor& actor, Action action, const Node* object);
  // The same of a permission by its name, as hooks of extensions have it: `admin`,
  // `repository.read`, `group.write` and their like, on `node`, or a global one.
  Result<void> require(const Actor& actor, const std::string& permission, const Node* node);

 private:
  struct Source;
  Result<Source> find(const Actor& actor, const Node& node);
  Result<bool> has(const Actor& actor, const std::string& permission);
  Result<Ruling> may_create(const Actor& actor, const Node* group);
  Accounts& accounts_;
};

// Finds out who `made`, a token, is of, and whether it is good for `role` from `ip`. kDenied says
// no more than that it is not; `reason` says why, for the log.
Result<Actor> authenticate(Accounts& accounts, std::string_view made, std::string_view role,
                           std::string_view ip, std::string& reason);

// An actor without a token: `user` for whom somebody asks.
Actor as_user(const Account& user);

}  // namespace rcx::host
