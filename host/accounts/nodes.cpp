#include <fmt/format.h>

#include "host/accounts/connection.hpp"

namespace rcx::host {
namespace {

constexpr const char* kColumns =
    "n.id, n.kind, coalesce(n.name, n.old_name), n.parent, n.vcs, n.description, n.private, "
    "n.owner, coalesce(u.username, ''), n.fork_of, n.created_by, n.created_ns, n.path, "
    "n.deleted_by, n.deleted_ns, n.busy, n.aside, n.holder";

std::string select(const std::string& which) {
  return std::string("SELECT ") + kColumns + " FROM nodes n LEFT JOIN users u ON u.id = n.owner " +
         which;
}

std::optional<std::int64_t> maybe(Prepared& row, int column) {
  if (row.raw().isColumnNull(column)) return std::nullopt;
  return row.integer(column);
}

Node node_in(Prepared& row) {
  Node node;
  node.id = row.integer(0);
  node.kind = static_cast<NodeKind>(row.integer(1));
  node.name = row.text(2);
  node.parent = maybe(row, 3);
  node.vcs = row.text(4);
  node.description = row.text(5);
  node.is_private = row.integer(6) != 0;
  node.owner = maybe(row, 7);
  node.owner_name = row.text(8);
  node.fork_of = row.text(9);
  node.created_by = row.text(10);
  node.created_ns = row.integer(11);
  node.path = row.text(12);
  node.deleted_by = row.text(13);
  node.deleted_ns = row.integer(14);
  node.busy = row.text(15);
  node.aside = row.text(16);
  node.holder = row.text(17);
  return node;
}

std::vector<Node> nodes_in(Prepared& rows) {
  std::vector<Node> found;
  while (rows.step()) found.push_back(node_in(rows));
  return found;
}

void bind_maybe(SQLite::Statement& statement, int place, const std::optional<std::int64_t>& value) {
  if (value) {
    statement.bind(place, *value);
  } else {
    statement.bind(place);
  }
}

const char* kind_name(NodeKind kind) {
  return kind == NodeKind::kGroup ? "group" : "repository";
}

Error taken(const std::string& name, const std::optional<Node>& by) {
  if (!by) return {Code::kBusy, fmt::format("the name '{}' is taken", name)};
  if (!by->busy.empty()) {
    return {Code::kBusy, fmt::format("the name '{}' is taken: somebody does '{}' with {} {} just "
                                     "now; try again",
                                     name, by->busy, kind_name(by->kind), by->name)};
  }
  return {Code::kBusy,
          fmt::format("the name '{}' is taken, by the {} {}", name, kind_name(by->kind), by->name)};
}

}  // namespace

Result<std::optional<Node>> Accounts::find_node(std::string_view name) {
  return with<std::optional<Node>>([&](Connection& to) -> Result<std::optional<Node>> {
    Prepared find =
        to.statements.use(select("WHERE n.name = ? AND n.busy NOT IN ('create', 'adopt')"));
    find.with(std::string(name));
    return find.step() ? std::optional<Node>(node_in(find)) : std::nullopt;
  });
}

Result<std::optional<Node>> Accounts::node_at(std::int64_t id) {
  return with<std::optional<Node>>([&](Connection& to) -> Result<std::optional<Node>> {
    Prepared find = to.statements.use(select("WHERE n.id = ?"));
    find.with(id);
    return find.step() ? std::optional<Node>(node_in(find)) : std::nullopt;
  });
}

Error not_there(std::string_view name, std::optional<NodeKind> kind) {
  const std::string shown = printable(name);
  if (!kind) {
    return {Code::kNotFound, fmt::format("there is no repository or group '{}'; see them with:  "
                                         "rcx repo list,  rcx group list",
                                         shown)};
  }
  if (*kind == NodeKind::kGroup) {
    return {Code::kNotFound, fmt::format("there is no group '{}'; see them with:  rcx group list; "
                                         "make it with:  rcx group create {}",
                                         shown, shown)};
  }
  return {Code::kNotFound,
          fmt::format("there is no repository '{}'; see them with:  rcx repo list; one that is "
                      "there and unknown is made known with:  rcx repo adopt {}",
                      shown, shown)};
}

Result<Node> Accounts::repository(std::string_view name) {
  Result<std::optional<Node>> found = find_node(name);
  if (!found) return found.error();
  if (*found && (*found)->kind == NodeKind::kRepository) return std::move(**found);
  return not_there(name, NodeKind::kRepository);
}

Result<Node> Accounts::group(std::string_view name) {
  Result<std::optional<Node>> found = find_node(name);
  if (!found) return found.error();
  if (*found && (*found)->kind == NodeKind::kGroup) return std::move(**found);
  return not_there(name, NodeKind::kGroup);
}

Result<std::vector<Node>> Accounts::nodes(NodeKind kind) {
  return with<std::vector<Node>>([&](Connection& to) -> Result<std::vector<Node>> {
    Prepared all = to.statements.use(
        select("WHERE n.kind = ? AND n.deleted_ns = 0 AND n.busy NOT IN ('create', 'adopt') "
               "ORDER BY n.name"));
    return nodes_in(all.with(static_cast<int>(kind)));
  });
}

Result<std::vector<Node>> Accounts::trash() {
  return with<std::vector<Node>>([&](Connection& to) -> Result<std::vector<Node>> {
    Prepared all = to.statements.use(select("WHERE n.deleted_ns <> 0 ORDER BY n.deleted_ns, n.id"));
    return nodes_in(all);
  });
}

Result<std::vector<Node>> Accounts::busy_nodes() {
  return with<std::vector<Node>>([&](Connection& to) -> Result<std::vector<Node>> {
    Prepared all = to.statements.use(select("WHERE n.busy <> ''"));
    return nodes_in(all);
  });
}

Result<std::vector<Node>> Accounts::below(const Node& group) {
  return with<std::vector<Node>>([&](Connection& to) -> Result<std::vector<Node>> {
    Prepared all =
        to.statements.use(select("WHERE n.parent = ? AND n.deleted_ns = 0 ORDER BY n.name"));
    return nodes_in(all.with(group.id));
  });
}

Result<Node> Accounts::reserve(const Node& node) {
  Result<Node> reserved = change<Node>([&](Connection& to) -> Result<Node> {
    Node added = node;
    if (added.holder.empty()) added.holder = this_process();
    if (added.parent) {
      // It may have gone since it was found.
      Prepared group = to.statements.use("SELECT 1 FROM nodes WHERE id = ? AND busy = ''");
      if (!group.with(*added.parent).step()) {
        return Error{Code::kBusy, fmt::format("the group of '{}' is being deleted", node.name)};
      }
    }
    Prepared insert = to.statements.use(
        "INSERT INTO nodes (kind, name, vcs, description, private, fork_of, created_by, "
        "created_ns, path, busy, aside, holder, parent, owner) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, "
        "?, ?, ?, ?, ?)");
    insert.with(static_cast<int>(added.kind), added.name, added.vcs, added.description,
                int{added.is_private}, added.fork_of, added.created_by, added.created_ns,
                added.path, added.busy, added.aside, added.holder);
    bind_maybe(insert.raw(), 13, added.parent);
    bind_maybe(insert.raw(), 14, added.owner);
    try {
      insert.run();
    } catch (const SQLite::Exception& failed) {
      if (!is_taken(failed)) throw;
      return Error{Code::kBusy, {}};
    }
    added.id = to.database.getLastInsertRowid();
    return added;
  });
  if (reserved || reserved.error().code != Code::kBusy || !reserved.error().message.empty()) {
    return reserved;
  }
  return with<Node>([&](Connection& to) -> Result<Node> {
    Prepared find = to.statements.use(select("WHERE n.name = ?"));
    find.with(node.name);
    return taken(node.name, find.step() ? std::optional<Node>(node_in(find)) : std::nullopt);
  });
}

Result<void> Accounts::hold(Node& node, const std::string& busy, const std::string& aside,
                            const std::string& holder) {
  Result<void> held = change<void>([&](Connection& to) -> Result<void> {
    const int changed =
        to.statements
            .use(
                "UPDATE nodes SET busy = ?, aside = ?, holder = ? WHERE id = ? AND busy = '' AND "
                "deleted_ns = ? AND path = ?")
            .with(busy, aside, holder, node.id, node.deleted_ns, node.path)
            .run();
    if (changed == 1) return {};
    return Error{Code::kBusy,
                 fmt::format("somebody does something with {} just now; try again", node.name)};
  });
  if (!held) return held;
  node.busy = busy;
  node.aside = aside;
  node.holder = holder;
  return {};
}

Result<bool> Accounts::take_over(Node& node, const std::string& holder) {
  Result<bool> taken_over = change<bool>([&](Connection& to) -> Result<bool> {
    return to.statements.use("UPDATE nodes SET holder = ? WHERE id = ? AND holder = ? AND busy = ?")
               .with(holder, node.id, node.holder, node.busy)
               .run() == 1;
  });
  if (taken_over && *taken_over) node.holder = holder;
  return taken_over;
}

Result<void> Accounts::settle(const Node& node, const std::vector<Announcement>& told,
                              const Node* reserved) {
  return change<void>([&](Connection& to) -> Result<void> {
    if (reserved != nullptr) {
      to.statements.use("DELETE FROM nodes WHERE id = ?").with(reserved->id).run();
    }
    Prepared update = to.statements.use(
        "UPDATE nodes SET old_name = ?, path = ?, deleted_by = ?, deleted_ns = ?, created_ns = ?, "
        "busy = '', aside = '', holder = '', name = ?, parent = ? WHERE id = ?");
    update.with(node.name, node.path, node.deleted_by, node.deleted_ns, node.created_ns);
    if (node.deleted_ns == 0) {
      update.raw().bind(6, node.name);
      bind_maybe(update.raw(), 7, node.parent);
    } else {
      update.raw().bind(6);
      update.raw().bind(7);
    }
    update.raw().bind(8, node.id);
    try {
      update.run();
    } catch (const SQLite::Exception& failed) {
      if (!is_taken(failed)) throw;
      return taken(node.name, std::nullopt);
    }
    to.announce(told);
    return {};
  });
}

Result<void> Accounts::forget(const Node& node, const std::vector<Announcement>& told) {
  return change<void>([&](Connection& to) -> Result<void> {
    try {
      to.statements.use("DELETE FROM nodes WHERE id = ?").with(node.id).run();
    } catch (const SQLite::Exception& failed) {
      // Something was made in the group meanwhile.
      if (node.kind != NodeKind::kGroup) throw;
      return Error{Code::kBusy, fmt::format("the group {} is not empty", node.name)};
    }
    to.announce(told);
    return {};
  });
}

Result<std::vector<Field>> Accounts::fields(const Node& repository) {
  return with<std::vector<Field>>([&](Connection& to) -> Result<std::vector<Field>> {
    Prepared all = to.statements.use("SELECT key, value FROM fields WHERE node = ? ORDER BY key");
    all.with(repository.id);
    std::vector<Field> found;
    while (all.step()) found.push_back({all.text(0), all.text(1)});
    return found;
  });
}

Result<void> Accounts::set_field(const Node& repository, const std::string& key,
                                 const std::string& value) {
  return change<void>([&](Connection& to) -> Result<void> {
    to.statements.use("INSERT OR REPLACE INTO fields (node, key, value) VALUES (?, ?, ?)")
        .with(repository.id, key, value)
        .run();
    return {};
  });
}

Result<void> Accounts::unset_field(const Node& repository, const std::string& key) {
  return change<void>([&](Connection& to) -> Result<void> {
    if (to.statements.use("DELETE FROM fields WHERE node = ? AND key = ?")
            .with(repository.id, key)
            .run() == 1) {
      return {};
    }
    return Error{Code::kNotFound,
                 fmt::format("{} has no field '{}' of its own; see its fields with:  rcx repo "
                             "field list {}",
                             repository.name, printable(key), repository.name)};
  });
}

}  // namespace rcx::host
