#include "host/accounts/permission.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "host/accounts/address.hpp"

namespace rcx::host {
namespace {

struct ActionName {
  Action action;
  const char* name;
  Level level;  // on the node, where that is all
};
constexpr std::array<ActionName, 11> kActions = {{
    {Action::kCreateRepo, "create_repo", Level::kAdmin},
    {Action::kForkRepo, "fork_repo", Level::kRead},
    {Action::kDeleteRepo, "delete_repo", Level::kAdmin},
    {Action::kRenameRepo, "rename_repo", Level::kAdmin},
    {Action::kCreateGroup, "create_repo_group", Level::kAdmin},
    {Action::kDeleteGroup, "delete_repo_group", Level::kAdmin},
    {Action::kCreateUser, "create_user", Level::kAdmin},
    {Action::kDeleteUser, "delete_user", Level::kAdmin},
    {Action::kPush, "push", Level::kWrite},
    {Action::kPull, "pull", Level::kRead},
    {Action::kAdminister, "administer", Level::kAdmin},
}};

const ActionName& entry(Action action) {
  return kActions[static_cast<std::size_t>(action)];
}

const char* kind_of(const Node& node) {
  return node.kind == NodeKind::kGroup ? "group" : "repository";
}

std::string needed(const Node& node, Level level) {
  return fmt::format("{}.{} on {}", kind_of(node), level_name(level), node.name);
}

Ruling as_admin(const Actor& actor) {
  return {true, actor.service ? fmt::format("{} is the user of the host", actor.name())
                              : fmt::format("{} is an administrator", actor.name())};
}

Ruling scoped(const Actor& actor) {
  return {false, fmt::format("the token of {} is good for one repository only", actor.name())};
}

}  // namespace

// Where a level comes from.
struct Permissions::Source {
  enum class Kind { kNothing, kAdmin, kScope, kOwner, kOwn, kAll };
  Kind kind = Kind::kNothing;
  Level level = Level::kNone;
  std::int64_t node = 0;  // on which it was given
};

const char* action_name(Action action) {
  return entry(action).name;
}

const std::vector<std::string>& action_names() {
  static const std::vector<std::string> kNames = [] {
    std::vector<std::string> names;
    names.reserve(kActions.size());
    for (const ActionName& one : kActions) names.emplace_back(one.name);
    return names;
  }();
  return kNames;
}

std::optional<Action> action_of(std::string_view name) {
  const auto* const found = std::find_if(kActions.begin(), kActions.end(),
                                         [&](const ActionName& one) { return name == one.name; });
  return found == kActions.end() ? std::nullopt : std::optional<Action>(found->action);
}

Result<Permissions::Source> Permissions::find(const Actor& actor, const Node& node) {
  if (actor.only && *actor.only != node.id) return Source{Source::Kind::kScope};
  if (actor.is_admin()) return Source{Source::Kind::kAdmin, Level::kAdmin};
  if (!actor.account.active) return Source{};
  if (node.owner && *node.owner == actor.account.id) {
    return Source{Source::Kind::kOwner, Level::kAdmin};
  }
  const auto own = accounts_.nearest_grant(actor.account.id, node.id);
  if (!own) return own.error();
  if (*own) return Source{Source::Kind::kOwn, (*own)->level, (*own)->node};
  if (!actor.account.inherit || node.is_private) return Source{};
  const auto all = accounts_.nearest_grant(everybody().id, node.id);
  if (!all) return all.error();
  if (*all) return Source{Source::Kind::kAll, (*all)->level, (*all)->node};
  return Source{};
}

Result<Level> Permissions::level(const Actor& actor, const Node& node) {
  const Result<Source> source = find(actor, node);
  if (!source) return source.error();
  return source->level;
}

Result<Permissions::Held> Permissions::held(const Actor& actor, const Node& node) {
  const Result<Source> source = find(actor, node);
  if (!source) return source.error();
  Held held{source->level, {}};
  switch (source->kind) {
    case Source::Kind::kNothing:
      held.from = fmt::format("{} was given nothing on {} or above it", actor.name(), node.name);
      if (node.is_private) held.from += ", and it is private";
      return held;
    case Source::Kind::kAdmin:
      held.from = as_admin(actor).why;
      return held;
    case Source::Kind::kScope:
      held.from = scoped(actor).why;
      return held;
    case Source::Kind::kOwner:
      held.from = fmt::format("{} owns {}", actor.name(), node.name);
      return held;
    case Source::Kind::kOwn:
    case Source::Kind::kAll:
      break;
  }
  const Result<std::optional<Node>> on = accounts_.node_at(source->node);
  if (!on) return on.error();
  const bool own = source->kind == Source::Kind::kOwn;
  held.from = fmt::format("{} was given {}{}", own ? actor.name() : "everybody",
                          *on ? std::string(kind_of(**on)) + "." : "", level_name(source->level));
  if (*on) held.from += " on " + (*on)->name;
  return held;
}

Result<bool> Permissions::has(const Actor& actor, const std::string& permission) {
  if (actor.is_admin()) return true;
  if (!actor.account.active) return false;
  Result<bool> own = accounts_.given(actor.account.id, permission);
  if (!own || *own || !actor.account.inherit) return own;
  return accounts_.given(everybody().id, permission);
}

Result<Ruling> Permissions::may_create(const Actor& actor, const Node* group) {
  if (group == nullptr) {
    const Result<bool> has_it = has(actor, kMayCreate);
    if (!has_it) return has_it.error();
    if (*has_it) return Ruling{true, fmt::format("{} has {}", actor.name(), kMayCreate)};
    return Ruling{false, fmt::format("{} has not {}, which it takes at the root; an administrator "
                                     "gives it with:  rcx grant {} {}",
                                     actor.name(), kMayCreate, actor.name(), kMayCreate)};
  }
  const Result<Held> held_there = held(actor, *group);
  if (!held_there) return held_there.error();
  if (held_there->level == Level::kAdmin) return Ruling{true, held_there->from};
  const Result<bool> writers_may = has(actor, kMayCreateInGroup);
  if (!writers_may) return writers_may.error();
  if (held_there->level == Level::kWrite && *writers_may) {
    return Ruling{true, fmt::format("{}, and has {}", held_there->from, kMayCreateInGroup)};
  }
  return Ruling{false,
                fmt::format("it takes {}, or {} and {}; {}", needed(*group, Level::kAdmin),
                            needed(*group, Level::kWrite), kMayCreateInGroup, held_there->from)};
}

Result<Ruling> Permissions::may(const Actor& actor, Action action, const Node* object) {
  // A token for one repository is good for what is done with that one, and nothing else.
  const bool creates = action == Action::kCreateRepo || action == Action::kForkRepo ||
                       action == Action::kCreateGroup;
  if (actor.only && (creates || object == nullptr || object->id != *actor.only)) {
    return scoped(actor);
  }
  if (actor.is_admin()) return as_admin(actor);
  if (!actor.account.active) {
    return Ruling{false, fmt::format("{} is not active", actor.name())};
  }
  if (action == Action::kCreateUser || action == Action::kDeleteUser) {
    return Ruling{false, fmt::format("{} is no administrator", actor.name())};
  }
  if (action == Action::kCreateRepo) return may_create(actor, object);
  if (action == Action::kCreateGroup && object == nullptr) {
    const Result<bool> has_it = has(actor, kMayCreateGroup);
    if (!has_it) return has_it.error();
    return Ruling{*has_it,
                  fmt::format("{} has {}{}", actor.name(), *has_it ? "" : "not ", kMayCreateGroup)};
  }
  const Level wanted = entry(action).level;
  Result<Held> has_there = held(actor, *object);
  if (!has_there) return has_there.error();
  if (has_there->level < wanted) {
    return Ruling{false, fmt::format("it takes {}; {}", needed(*object, wanted), has_there->from)};
  }
  if (action != Action::kForkRepo) return Ruling{true, std::move(has_there->from)};
  const Result<bool> forks = has(actor, kMayFork);
  if (!forks) return forks.error();
  return Ruling{*forks, fmt::format("{} has {}{}", actor.name(), *forks ? "" : "not ", kMayFork)};
}

Result<void> Permissions::require(const Actor& actor, Action action, const Node* object) {
  const Result<Ruling> ruling = may(actor, action, object);
  if (!ruling) return ruling.error();
  if (ruling->allowed) return {};
  return Error{Code::kDenied,
               fmt::format("{} may not {}: {}", actor.name(), action_name(action), ruling->why)};
}

Result<void> Permissions::require(const Actor& actor, const std::string& permission,
                                  const Node* node) {
  const auto refused = [&](const std::string& why) {
    return Error{Code::kDenied,
                 fmt::format("{} may not: it takes {}; {}", actor.name(), permission, why)};
  };
  if (actor.only && (node == nullptr || node->id != *actor.only)) {
    return refused(scoped(actor).why);
  }
  if (actor.is_admin()) return {};
  const std::vector<std::string>& global = global_permissions();
  if (std::find(global.begin(), global.end(), permission) != global.end()) {
    const Result<bool> has_it = has(actor, permission);
    if (!has_it) return has_it.error();
    return *has_it ? Result<void>() : refused(actor.name() + " has it not");
  }
  const std::size_t dot = permission.rfind('.');
  const std::optional<Level> level =
      dot == std::string::npos ? std::nullopt : level_of(permission.substr(dot + 1));
  // Whatever else it may be: administrators alone.
  if (!level) return refused(actor.name() + " is no administrator");
  if (node == nullptr) return refused("name the repository that it is for");
  const Result<Held> held_there = held(actor, *node);
  if (!held_there) return held_there.error();
  return held_there->level >= *level ? Result<void>() : refused(held_there->from);
}

Actor as_user(const Account& user) {
  Actor actor;
  actor.account = user;
  return actor;
}

Result<Actor> authenticate(Accounts& accounts, std::string_view made, std::string_view role,
                           std::string_view ip, std::string& reason) {
  const auto found = accounts.find_token(made);
  if (!found) return found.error();
  const Error refused{Code::kDenied, "the token is not good for this"};
  if (!*found) {
    reason = "nobody knows the token";
    return refused;
  }
  const auto& [token, user] = **found;
  const std::string which = fmt::format("token {} of {}", token.id, user.username);
  const std::int64_t now = wall_ns();
  // In this order, so that nobody learns more than the first of them.
  if (token.revoked_ns != 0) {
    reason = which + " was revoked";
  } else if (token.expires_ns != 0 && token.expires_ns <= now) {
    reason = which + " has expired";
  } else if (!user.active) {
    reason = which + ": the user is not active";
  } else if (!lies_in(ip, user.addresses) || !lies_in(ip, token.addresses)) {
    reason = fmt::format("{} may not be used from '{}'", which, printable(ip));
  } else if (token.role != "all" && token.role != role) {
    reason = fmt::format("{} is for {}, and this is {}", which, token.role, role);
  } else {
    Actor actor = as_user(user);
    actor.token = token.id;
    actor.role = token.role;
    actor.only = token.node;
    actor.addresses = token.addresses;
    actor.expires_ns = token.expires_ns;
    actor.ip = ip;
    actor.method = "token";
    return actor;
  }
  return refused;
}

}  // namespace rcx::host
