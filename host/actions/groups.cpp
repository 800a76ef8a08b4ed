#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "host/accounts/names.hpp"
#include "host/actions/actions.hpp"

namespace rcx::host {
namespace {

Result<bool> make_directory(const std::string& path) {
  if (::mkdir(path.c_str(), 0777) == 0) return true;
  struct stat status {};
  // Not a link, which could lead anywhere.
  if (errno == EEXIST && ::lstat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode)) {
    return false;
  }
  return system_error("cannot make " + printable(path), errno);
}

}  // namespace

Result<Node> Actions::create_group(const std::string& name, const std::string& description) {
  if (Result<void> checked = check_node_name(name); !checked) return checked.error();
  const Result<Seat> seat = seat_of(name);
  if (!seat) return seat.error();
  const Node* parent = seat->parent();
  if (Result<void> may = permissions_.require(actor_, Action::kCreateGroup, parent); !may) {
    return may.error();
  }
  if (office_.config->roots.empty()) {
    return Error{Code::kInvalid, office_.config->file.string() + " has no roots"};
  }
  Node node;
  node.kind = NodeKind::kGroup;
  node.name = seat->name;
  node.holder = holder_->name();
  node.description = description;
  node.created_by = actor_.name();
  node.busy = "create";
  if (parent != nullptr) node.parent = parent->id;
  if (!actor_.service) node.owner = actor_.account.id;
  const fs::path base = parent != nullptr ? fs::path(parent->path) : office_.config->roots.front();
  node.path = (base / leaf_of(name)).string();
  Result<Node> reserved = accounts_.reserve(node);
  if (!reserved) return reserved;
  node = *reserved;
  Result<void> done = allow("pre_create_repo_group", group_fields(node));
  bool made = false;
  if (done) {
    const Result<bool> directory = make_directory(node.path);
    if (directory) made = *directory;
    if (!directory) done = directory.error();
  }
  if (done) {
    node.created_ns = wall_ns();
    done = accounts_.settle(node, {announcement("create_repo_group", group_fields(node))});
  }
  if (!done) {
    if (made) ::rmdir(node.path.c_str());
    const Result<void> released = release(node);
    if (!released) report_.notes.push_back(released.error().message);
    return done.error();
  }
  announce_own();
  Result<std::optional<Node>> stored = accounts_.find_node(name);
  if (!stored) return stored.error();
  return *stored ? std::move(**stored) : node;
}

Result<Node> Actions::delete_group(const std::string& name) {
  Result<Node> node = visible(name, NodeKind::kGroup);
  if (!node) return node;
  if (Result<void> may = permissions_.require(actor_, Action::kDeleteGroup, &*node); !may) {
    return may.error();
  }
  const Result<std::vector<Node>> below = accounts_.below(*node);
  if (!below) return below.error();
  if (!below->empty()) {
    return Error{
        Code::kBusy,
        fmt::format("the group {} is not empty: {}{} lies in it; delete or rename what "
                    "does first",
                    node->name, below->front().name,
                    below->size() > 1 ? fmt::format(" and {} more", below->size() - 1) : "")};
  }
  const Node before = *node;
  if (Result<void> held = accounts_.hold(*node, "delete", {}, holder_->name()); !held)
    return held.error();
  boost::json::object fields = group_fields(before);
  fields["deleted_by"] = actor_.name();
  Result<void> done = allow("pre_delete_repo_group", fields);
  bool removed = false;
  if (done) {
    removed = ::rmdir(before.path.c_str()) == 0;
    if (!removed && errno != ENOENT) {
      done = errno == ENOTEMPTY || errno == EEXIST
                 ? Error{Code::kBusy,
                         fmt::format("the group {} is not empty: see {}", before.name, before.path)}
                 : system_error("cannot remove " + printable(before.path), errno);
    }
  }
  if (done) {
    fields["deleted_on"] = utc_text(wall_ns());
    done = accounts_.forget(*node, {announcement("delete_repo_group", fields)});
    if (!done && removed) ::mkdir(before.path.c_str(), 0777);
  }
  if (!done) {
    const Result<void> released = accounts_.settle(before, {});
    if (!released) report_.notes.push_back(released.error().message);
    return done.error();
  }
  announce_own();
  return before;
}

Result<std::vector<Node>> Actions::groups() {
  return readable(NodeKind::kGroup);
}

}  // namespace rcx::host
