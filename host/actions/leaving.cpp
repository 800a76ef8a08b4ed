// Repositories that go, come back, or get another name; and what was left half done.
#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <boost/filesystem/operations.hpp>
#include <cerrno>
#include <charconv>

#include "host/accounts/names.hpp"
#include "host/actions/actions.hpp"
#include "host/actions/making.hpp"
#include "host/actions/places.hpp"
#include "host/event/hook_request.hpp"

namespace rcx::host {
namespace {

Result<void> move_into_trash(const fs::path& repository, const fs::path& place) {
  const fs::path trash = place.parent_path();
  if (::mkdir(trash.c_str(), 0700) != 0 && errno != EEXIST) {
    return system_error("cannot make " + trash.string(), errno);
  }
  return move_repository(repository, place);
}

}  // namespace

Result<Node> Actions::delete_repo(const std::string& name) {
  Result<Node> node = visible(name, NodeKind::kRepository);
  if (!node) return node;
  if (Result<void> may = permissions_.require(actor_, Action::kDeleteRepo, &*node); !may) {
    return may.error();
  }
  const fs::path trash = place_in_trash(*office_.config, node->path, suffix_of(node->vcs));
  const Node before = *node;
  if (Result<void> held = accounts_.hold(*node, "delete", trash.string(), holder_->name()); !held) {
    return held.error();
  }
  boost::json::object fields = repo_fields(before);
  fields["deleted_by"] = actor_.name();
  Result<void> done = allow("pre_delete_repo", fields);
  if (done) done = move_into_trash(before.path, trash);
  if (done) {
    node->path = trash.string();
    node->deleted_by = actor_.name();
    node->deleted_ns = wall_ns();
    fields["deleted_on"] = utc_text(node->deleted_ns);
    done = accounts_.settle(*node, {announcement("delete_repo", fields)});
    if (!done) static_cast<void>(move_repository(trash, before.path));
  }
  if (!done) {
    const Result<void> released = accounts_.settle(before, {});
    if (!released) report_.notes.push_back(released.error().message);
    return done.error();
  }
  announce_own();
  static_cast<void>(write_fields(*node));
  empty_trash();
  return node;
}

Result<Node> Actions::restore_repo(const std::string& which, const std::string& as) {
  Result<std::vector<Node>> all = accounts_.trash();
  if (!all) return all.error();
  const auto found = std::find_if(all->rbegin(), all->rend(), [&](const Node& node) {
    if (node.name != which && std::to_string(node.id) != which) return false;
    const Result<bool> seen = reads(node);
    return seen && *seen;
  });
  if (found == all->rend()) {
    return Error{Code::kNotFound, fmt::format("nothing called '{}' is in the trash; see what is "
                                              "with:  rcx repo list --trash",
                                              printable(which))};
  }
  Node node = *found;
  if (Result<void> may = permissions_.require(actor_, Action::kAdminister, &node); !may) {
    return may.error();
  }
  NewRepo wanted;
  wanted.name = as.empty() ? node.name : as;
  wanted.vcs = node.vcs;
  Result<Node> target = plan(wanted, "create");
  if (!target) return target;
  if (Result<void> placed = check_place(*office_.config, target->path); !placed) {
    return placed.error();
  }
  if (Result<void> held = accounts_.hold(node, "restore", target->path, holder_->name()); !held) {
    return held.error();
  }
  // Takes the name for as long as this lasts.
  Result<Node> reserved = accounts_.reserve(*target);
  Result<void> done = reserved ? Result<void>() : Result<void>(reserved.error());
  Node back = node;
  back.name = target->name;
  back.parent = target->parent;
  back.path = target->path;
  back.deleted_by.clear();
  back.deleted_ns = 0;
  if (done) done = allow("pre_create_repo", repo_fields(back));
  bool moved = false;
  if (done) {
    done = move_repository(node.path, back.path);
    moved = done.has_value();
  }
  if (done) done = office_.install(back.path);
  if (done) {
    done = accounts_.settle(back, {announcement("create_repo", repo_fields(back))}, &*reserved);
  }
  if (!done) {
    if (moved) static_cast<void>(move_repository(back.path, node.path));
    if (reserved) static_cast<void>(release(*reserved));
    const Result<void> released = accounts_.settle(node, {});
    if (!released) report_.notes.push_back(released.error().message);
    return done.error();
  }
  announce_own();
  static_cast<void>(write_fields(back));
  return back;
}

Result<Node> Actions::rename_repo(const std::string& name, const std::string& new_name) {
  Result<Node> node = visible(name, NodeKind::kRepository);
  if (!node) return node;
  if (Result<void> may = permissions_.require(actor_, Action::kRenameRepo, &*node); !may) {
    return may.error();
  }
  if (Result<void> checked = check_node_name(new_name); !checked) return checked.error();
  // Who may rename it where it is need not see what it lies in.
  const bool stays = same_name(parent_of(new_name), parent_of(node->name));
  const Result<Seat> seat = stays ? seat_beside(*node, new_name) : seat_of(new_name);
  if (!seat) return seat.error();
  if (seat->name == node->name) {
    return Error{Code::kInvalid, fmt::format("{} is its name already", node->name)};
  }
  if (!stays) {
    if (Result<void> may = permissions_.require(actor_, Action::kCreateRepo, seat->parent());
        !may) {
      return may.error();
    }
  }
  const Node before = *node;
  Node target;
  target.name = seat->name;
  target.vcs = node->vcs;
  target.busy = "create";
  target.holder = holder_->name();
  if (seat->group) target.parent = seat->group->id;
  const fs::path above =
      seat->group ? fs::path(seat->group->path) : root_of(*office_.config, before.path);
  // The suffix that it has: a repository with files beside it has none.
  const std::string suffix = fs::path(before.path).extension() == ".git" ? ".git" : "";
  target.path = (above / (leaf_of(target.name) + suffix)).string();
  if (Result<void> placed = check_place(*office_.config, target.path); !placed) {
    return placed.error();
  }
  if (Result<void> held = accounts_.hold(*node, "rename", target.path, holder_->name()); !held) {
    return held.error();
  }
  // Its own name, in other letters, it has already.
  std::optional<Node> reserved;
  Result<void> done{};
  if (!same_name(target.name, before.name)) {
    Result<Node> taken = accounts_.reserve(target);
    if (taken) reserved = std::move(*taken);
    if (!taken) done = taken.error();
  }
  boost::json::object fields = repo_fields(before);
  fields["new_name"] = target.name;
  fields["renamed_by"] = actor_.name();
  if (done) done = allow("pre_rename_repo", fields);
  bool moved = false;
  if (done) {
    done = move_repository(before.path, target.path);
    moved = done.has_value();
  }
  if (done) {
    Node after = before;
    after.name = target.name;
    after.parent = target.parent;
    after.path = target.path;
    done = accounts_.settle(after, {announcement("rename_repo", fields)},
                            reserved ? &*reserved : nullptr);
    if (done) *node = after;
  }
  if (!done) {
    if (moved) static_cast<void>(move_repository(target.path, before.path));
    if (reserved) static_cast<void>(release(*reserved));
    const Result<void> released = accounts_.settle(before, {});
    if (!released) report_.notes.push_back(released.error().message);
    return done.error();
  }
  // What rcx.yaml says of single references goes by the name.
  const Result<void> installed = office_.install(node->path);
  if (!installed) report_.notes.push_back(installed.error().message);
  static_cast<void>(write_fields(before));
  static_cast<void>(write_fields(*node));
  announce_own();
  return node;
}

Result<std::size_t> Actions::purge_trash(std::optional<std::chrono::nanoseconds> older_than) {
  if (Result<void> may = require_admin("delete for good"); !may) return may.error();
  return purge(older_than.value_or(office_.config->trash.keep));
}

void Actions::empty_trash() {
  const Result<std::size_t> purged = purge(office_.config->trash.keep);
  if (!purged) report_.notes.push_back(purged.error().message);
}

Result<std::size_t> Actions::purge(std::chrono::nanoseconds older_than) {
  Result<std::vector<Node>> all = accounts_.trash();
  if (!all) return all.error();
  std::size_t purged = 0;
  for (Node& node : *all) {
    if (node.deleted_ns > wall_ns() - older_than.count()) continue;
    if (!accounts_.hold(node, "purge", {}, holder_->name())) continue;
    if (Result<void> removed = remove_repository(node.path); !removed) return removed.error();
    if (Result<void> gone = accounts_.forget(node); !gone) return gone.error();
    ++purged;
  }
  return purged;
}

// Takes back what was done with `node` by a process that is no more.
Result<void> Actions::undo(Node& node) {
  const Result<bool> mine = accounts_.take_over(node, holder_->name());
  if (!mine) return mine.error();
  if (!*mine) return {};
  const std::string what = node.busy;
  if (what == "create" || what == "adopt") {
    // Where both are there, or neither, the place was never ours. A repository that was made has
    // left the place where it was made.
    if (what == "create" && !node.aside.empty()) {
      const bool half = is_there(node.aside);
      if (half) {
        if (Result<void> removed = remove_repository(node.aside); !removed) return removed;
      } else if (is_there(node.path) && node.kind == NodeKind::kRepository) {
        // It is whole, hooks and all, and was only not told of.
        node.created_ns = wall_ns();
        boost::json::object fields = repo_fields(node);
        fields["caller"] = {{"username", node.created_by}};
        return accounts_.settle(node, {announcement("create_repo", std::move(fields))});
      }
    }
    return accounts_.forget(node);
  }
  if (what == "purge") {
    if (Result<void> removed = remove_repository(node.path); !removed) return removed;
    return accounts_.forget(node);
  }
  if (node.kind == NodeKind::kGroup && what == "delete" && !is_there(node.path)) {
    // Nothing was in it.
    if (::mkdir(node.path.c_str(), 0777) != 0) {
      return system_error("cannot make " + printable(node.path), errno);
    }
  }
  if (!is_there(node.path) && !node.aside.empty() && is_there(node.aside)) {
    if (Result<void> moved = move_repository(node.aside, node.path); !moved) return moved;
  }
  return accounts_.settle(node, {});
}

Result<void> Actions::recover() {
  Result<std::vector<Node>> busy = accounts_.busy_nodes();
  if (!busy) return busy.error();
  for (Node& node : *busy) {
    if (is_alive(node.holder)) continue;
    if (Result<void> undone = undo(node); undone) {
      announce_own();
    } else {
      own_.clear();
      report_.notes.push_back(fmt::format("'{}' of {} was left half done: {}", node.busy, node.name,
                                          undone.error().message));
    }
  }
  announce_left();
  empty_trash();
  return {};
}

}  // namespace rcx::host
