// Permissions, and extra fields.
#include <fmt/format.h>

#include <algorithm>

#include "host/accounts/names.hpp"
#include "host/accounts/own_fields.hpp"
#include "host/actions/actions.hpp"
#include "host/event/value_json.hpp"

namespace rcx::host {
namespace {

const char* prefix_of(NodeKind kind) {
  return kind == NodeKind::kGroup ? "group" : "repository";
}

Result<Level> level_on(const Node& node, const std::string& permission) {
  std::string_view word = permission;
  const std::string prefix = std::string(prefix_of(node.kind)) + ".";
  if (word.starts_with(prefix)) word.remove_prefix(prefix.size());
  if (const std::optional<Level> level = level_of(word)) return *level;
  return Error{Code::kInvalid,
               fmt::format("permission on the {} {}: wanted none, read, write or admin, got '{}'",
                           prefix_of(node.kind), node.name, printable(permission))};
}

Result<void> check_global(const std::string& permission) {
  const std::vector<std::string>& all = global_permissions();
  if (std::find(all.begin(), all.end(), permission) != all.end()) return {};
  if (level_of(permission.substr(permission.rfind('.') + 1))) {
    return Error{Code::kInvalid, fmt::format("'{}' is a permission on a repository or a group: "
                                             "name which",
                                             printable(permission))};
  }
  return Error{Code::kInvalid, fmt::format("wanted one of {}, got '{}'", fmt::join(all, ", "),
                                           printable(permission))};
}

}  // namespace

Result<void> Actions::grant(const std::string& username, const std::string& permission,
                            const std::string& name) {
  if (name.empty()) {
    if (Result<void> may = require_admin("give permissions that belong to no repository"); !may) {
      return may;
    }
    if (Result<void> checked = check_global(permission); !checked) return checked;
    const Result<Account> user = account_for(username);
    return user ? accounts_.grant(*user, permission, actor_.name()) : user.error();
  }
  const Result<Node> node = visible(name);
  if (!node) return node.error();
  if (Result<void> may = permissions_.require(actor_, Action::kAdminister, &*node); !may) {
    return may;
  }
  const Result<Level> level = level_on(*node, permission);
  if (!level) return level.error();
  const Result<Account> user = account_for(username);
  return user ? accounts_.grant(*user, *node, *level, actor_.name()) : user.error();
}

Result<void> Actions::revoke(const std::string& username, const std::string& permission,
                             const std::string& name) {
  Result<bool> revoked = false;
  if (name.empty()) {
    if (Result<void> may = require_admin("take permissions that belong to no repository"); !may) {
      return may;
    }
    if (Result<void> checked = check_global(permission); !checked) return checked;
    const Result<Account> user = account_for(username);
    if (!user) return user.error();
    revoked = accounts_.revoke(*user, permission);
  } else {
    const Result<Node> node = visible(name);
    if (!node) return node.error();
    if (Result<void> may = permissions_.require(actor_, Action::kAdminister, &*node); !may) {
      return may;
    }
    const Result<Account> user = account_for(username);
    if (!user) return user.error();
    revoked = accounts_.revoke(*user, *node);
  }
  if (!revoked) return revoked.error();
  if (*revoked) return {};
  return Error{Code::kNotFound,
               fmt::format("{} was not given that{}; see what was with:  rcx permissions {}",
                           printable(username), name.empty() ? "" : " on " + printable(name),
                           name.empty() ? "--user " + printable(username) : printable(name))};
}

Result<std::vector<Grant>> Actions::grants(const std::string& username, const std::string& name) {
  if (!name.empty()) {
    const Result<Node> node = visible(name);
    if (!node) return node.error();
    if (Result<void> may = permissions_.require(actor_, Action::kAdminister, &*node); !may) {
      return may.error();
    }
  } else if (actor_.service || actor_.only || username != actor_.account.username) {
    if (Result<void> may = require_admin("see permissions of others"); !may) return may.error();
  }
  if (!username.empty()) {
    const Result<Account> user = account_for(username);
    if (!user) return user.error();
  }
  return accounts_.grants(username, name);
}

Result<Ruling> Actions::can(const std::string& username, const std::string& name,
                            const std::string& object) {
  if (actor_.service || actor_.only || username != actor_.account.username) {
    if (Result<void> may = require_admin("ask about others"); !may) return may.error();
  }
  const std::optional<Action> action = action_of(name);
  if (!action) {
    return Error{Code::kInvalid, fmt::format("wanted one of {}, got '{}'",
                                             fmt::join(action_names(), ", "), printable(name))};
  }
  const Result<Account> user = accounts_.user(username);
  if (!user) return user.error();
  const Actor actor = as_user(*user);
  if (*action == Action::kCreateUser || *action == Action::kDeleteUser) {
    return permissions_.may(actor, *action, nullptr);
  }
  if (*action == Action::kCreateRepo || *action == Action::kCreateGroup) {
    if (Result<void> checked = check_node_name(object); !checked) return checked.error();
    const Result<Seat> seat = seat_of(object);
    if (!seat) return seat.error();
    return permissions_.may(actor, *action, seat->parent());
  }
  const Result<Node> node = visible(object);
  if (!node) return node.error();
  return permissions_.may(actor, *action, &*node);
}

Result<std::vector<ShownField>> Actions::fields(const std::string& repository) {
  const Result<Node> node = repo(repository);
  if (!node) return node.error();
  const Result<std::vector<Field>> own = accounts_.fields(*node);
  if (!own) return own.error();
  std::vector<ShownField> shown;
  for (const FieldConfig& field : office_.config->fields) {
    ShownField one{field.key, field.label, nullptr, false};
    for (const RepositoryConfig& rule : office_.config->repositories) {
      const bool matches =
          std::any_of(rule.match.begin(), rule.match.end(),
                      [&](const std::string& glob) { return glob_matches(glob, node->name); });
      if (!matches || !rule.fields) continue;
      if (const rcx_value* value = rcx_value_get(&rule.fields->root(), field.key.c_str())) {
        one.value = value_json(*value);
      }
    }
    for (const Field& mine : *own) {
      if (mine.key != field.key) continue;
      one.value = field_value(mine.value);
      one.own = true;
    }
    if (!one.value.is_null()) shown.push_back(std::move(one));
  }
  return shown;
}

Result<void> Actions::set_field(const std::string& repository, const std::string& key,
                                const std::string& value) {
  constexpr std::size_t kLongest = 4096;
  const Result<Node> node = visible(repository, NodeKind::kRepository);
  if (!node) return node.error();
  if (Result<void> may = permissions_.require(actor_, Action::kAdminister, &*node); !may) {
    return may;
  }
  std::vector<std::string> known;
  for (const FieldConfig& field : office_.config->fields) known.push_back(field.key);
  if (std::find(known.begin(), known.end(), key) == known.end()) {
    return Error{
        Code::kInvalid,
        fmt::format("'{}' is no field: wanted one of those below  fields:  in {}: {}",
                    printable(key), office_.config->file.string(),
                    known.empty() ? "there are none" : fmt::format("{}", fmt::join(known, ", ")))};
  }
  if (value.size() > kLongest || !is_utf8(value)) {
    return Error{Code::kInvalid, fmt::format("value: wanted at most {} bytes of UTF-8", kLongest)};
  }
  if (Result<void> set = accounts_.set_field(*node, key, value); !set) return set;
  return write_fields(*node);
}

Result<void> Actions::unset_field(const std::string& repository, const std::string& key) {
  const Result<Node> node = visible(repository, NodeKind::kRepository);
  if (!node) return node.error();
  if (Result<void> may = permissions_.require(actor_, Action::kAdminister, &*node); !may) {
    return may;
  }
  if (Result<void> unset = accounts_.unset_field(*node, key); !unset) return unset;
  return write_fields(*node);
}

// What workers read: of the repository that has this name now.
Result<void> Actions::write_fields(const Node& repository) {
  const Result<std::optional<Node>> now = accounts_.find_node(repository.name);
  if (!now) return now.error();
  std::vector<Field> fields;
  if (*now && (*now)->kind == NodeKind::kRepository) {
    Result<std::vector<Field>> own = accounts_.fields(**now);
    if (!own) return own.error();
    fields = std::move(*own);
  }
  return write_own_fields(office_.config->state, repository.name, fields);
}

}  // namespace rcx::host
