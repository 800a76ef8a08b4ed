#include "host/accounts/connection.hpp"

namespace rcx::host {

Result<void> Accounts::grant(const Account& user, const Node& node, Level level,
                             const std::string& by) {
  return change<void>([&](Connection& to) -> Result<void> {
    to.statements
        .use(
            "INSERT OR REPLACE INTO node_grants (user, node, level, granted_by, granted_ns) "
            "VALUES (?, ?, ?, ?, ?)")
        .with(user.id, node.id, static_cast<int>(level), by, wall_ns())
        .run();
    return {};
  });
}

Result<void> Accounts::grant(const Account& user, const std::string& permission,
                             const std::string& by) {
  return change<void>([&](Connection& to) -> Result<void> {
    to.statements
        .use(
            "INSERT OR REPLACE INTO global_grants (user, permission, granted_by, granted_ns) "
            "VALUES (?, ?, ?, ?)")
        .with(user.id, permission, by, wall_ns())
        .run();
    return {};
  });
}

Result<bool> Accounts::revoke(const Account& user, const Node& node) {
  return change<bool>([&](Connection& to) -> Result<bool> {
    return to.statements.use("DELETE FROM node_grants WHERE user = ? AND node = ?")
               .with(user.id, node.id)
               .run() == 1;
  });
}

Result<bool> Accounts::revoke(const Account& user, const std::string& permission) {
  return change<bool>([&](Connection& to) -> Result<bool> {
    return to.statements.use("DELETE FROM global_grants WHERE user = ? AND permission = ?")
               .with(user.id, permission)
               .run() == 1;
  });
}

Result<std::vector<Grant>> Accounts::grants(const std::string& username, const std::string& node) {
  return with<std::vector<Grant>>([&](Connection& to) -> Result<std::vector<Grant>> {
    std::vector<Grant> found;
    Prepared some = to.statements.use(
        "SELECT u.username, n.name, n.kind, g.level, g.granted_by, g.granted_ns FROM node_grants g "
        "JOIN users u ON u.id = g.user JOIN nodes n ON n.id = g.node WHERE n.name IS NOT NULL AND "
        "(?1 = '' OR u.username = ?1) AND (?2 = '' OR n.name = ?2) ORDER BY n.name, u.username");
    some.with(username, node);
    while (some.step()) {
      found.push_back({some.text(0),
                       some.text(1),
                       static_cast<NodeKind>(some.integer(2)),
                       static_cast<Level>(some.integer(3)),
                       {},
                       some.text(4),
                       some.integer(5)});
    }
    if (!node.empty()) return found;
    Prepared global = to.statements.use(
        "SELECT u.username, g.permission, g.granted_by, g.granted_ns FROM global_grants g JOIN "
        "users u ON u.id = g.user WHERE ?1 = '' OR u.username = ?1 ORDER BY u.username, "
        "g.permission");
    global.with(username);
    while (global.step()) {
      Grant grant;
      grant.username = global.text(0);
      grant.permission = global.text(1);
      grant.granted_by = global.text(2);
      grant.granted_ns = global.integer(3);
      found.push_back(std::move(grant));
    }
    return found;
  });
}

Result<bool> Accounts::given(std::int64_t user, const std::string& permission) {
  return with<bool>([&](Connection& to) -> Result<bool> {
    Prepared find =
        to.statements.use("SELECT 1 FROM global_grants WHERE user = ? AND permission = ?");
    return find.with(user, permission).step();
  });
}

Result<std::optional<Accounts::Found>> Accounts::nearest_grant(std::int64_t user,
                                                               std::int64_t node) {
  return with<std::optional<Found>>([&](Connection& to) -> Result<std::optional<Found>> {
    for (std::optional<std::int64_t> at = node; at;) {
      Prepared level =
          to.statements.use("SELECT level FROM node_grants WHERE user = ? AND node = ?");
      if (level.with(user, *at).step()) {
        return std::optional<Found>(Found{static_cast<Level>(level.integer(0)), *at});
      }
      Prepared up = to.statements.use("SELECT parent FROM nodes WHERE id = ?");
      const bool found = up.with(*at).step() && !up.raw().isColumnNull(0);
      at = found ? std::optional<std::int64_t>(up.integer(0)) : std::nullopt;
    }
    return std::optional<Found>();
  });
}

}  // namespace rcx::host
