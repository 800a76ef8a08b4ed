// Repositories that come: made, made known, forked.
#include <fmt/format.h>
#include <unistd.h>

#include <boost/filesystem/operations.hpp>

#include "host/accounts/names.hpp"
#include "host/actions/actions.hpp"
#include "host/actions/making.hpp"
#include "host/actions/places.hpp"
#include "host/event/hook_request.hpp"

namespace rcx::host {
namespace {

// A name beside others that nobody has chosen.
fs::path fresh_beside(const fs::path& path) {
  return path.parent_path() / (".rcx-new-" + uuid_text(make_event_id(wall_ns())));
}

Error there_already(const Node& node) {
  return {Code::kBusy,
          fmt::format("{} is there already, and unknown; make it known with:  rcx repo adopt {}",
                      printable(node.path), node.name)};
}

}  // namespace

// The node that `repo` shall be; nothing is stored yet, and the permission is checked.
Result<Node> Actions::plan(const NewRepo& repo, const std::string& busy) {
  if (Result<void> checked = check_node_name(repo.name); !checked) return checked.error();
  const Result<Seat> seat = seat_of(repo.name);
  if (!seat) return seat.error();
  const Node* parent = seat->parent();
  if (Result<void> may = permissions_.require(actor_, Action::kCreateRepo, parent); !may) {
    return may.error();
  }
  Node node;
  node.name = seat->name;
  node.vcs = repo.vcs;
  node.description = repo.description;
  node.is_private = repo.is_private;
  node.created_by = actor_.name();
  node.busy = busy;
  node.holder = holder_->name();
  if (parent != nullptr) node.parent = parent->id;
  if (!actor_.service) node.owner = actor_.account.id;
  if (!repo.owner.empty()) {
    const Result<Account> owner = accounts_.user(repo.owner);
    if (!owner) return owner.error();
    if (actor_.service || owner->id != actor_.account.id) {
      if (Result<void> may = require_admin("give a repository to others"); !may) return may.error();
    }
    node.owner = owner->id;
  }
  if (office_.config->roots.empty()) {
    return Error{Code::kInvalid, office_.config->file.string() +
                                     " has no roots, below which a repository could be; name one "
                                     "below  roots:"};
  }
  const fs::path above = parent != nullptr ? fs::path(parent->path) : office_.config->roots.front();
  node.path = (above / (leaf_of(node.name) + suffix_of(repo.vcs))).string();
  return node;
}

Result<void> Actions::release(const Node& node) {
  return accounts_.forget(node);
}

// From a reservation to a repository that is known. `make_at` makes it in a place that is not its
// own yet; null where it is there already.
Result<Node> Actions::make(Node node, const std::function<Result<void>(const fs::path&)>& make_at) {
  if (Result<void> placed = check_place(*office_.config, node.path); !placed) {
    return placed.error();
  }
  if (make_at) node.aside = fresh_beside(node.path).string();
  Result<Node> reserved = accounts_.reserve(node);
  if (!reserved) return reserved;
  node = *reserved;
  if (make_at && is_there(node.path)) {
    const Result<void> released = release(node);
    return released ? there_already(node) : released.error();
  }
  Result<void> done = allow("pre_create_repo", repo_fields(node));
  if (done && make_at) done = make_at(node.aside);
  if (done && make_at) done = office_.install(node.aside);
  bool moved = false;
  if (done && make_at) {
    done = move_repository(node.aside, node.path);
    moved = done.has_value();
  }
  // Again: what is special of the repository is known by its name.
  if (done) done = office_.install(node.path);
  if (done) {
    node.created_ns = wall_ns();
    done = accounts_.settle(node, {announcement("create_repo", repo_fields(node))});
  }
  if (!done) {
    const Error why = done.error();
    for (const fs::path& path : {fs::path(node.aside), moved ? fs::path(node.path) : fs::path()}) {
      if (path.empty()) continue;
      const Result<void> removed = remove_repository(path);
      if (!removed) report_.notes.push_back(removed.error().message);
    }
    const Result<void> released = release(node);
    if (!released) report_.notes.push_back(released.error().message);
    return why;
  }
  announce_own();
  Result<std::optional<Node>> made = accounts_.find_node(node.name);
  if (!made) return made.error();
  return *made ? std::move(**made) : node;
}

Result<Node> Actions::create_repo(const NewRepo& repo) {
  Result<Node> node = plan(repo, "create");
  if (!node) return node;
  const std::string vcs = repo.vcs;
  return make(std::move(*node), [vcs](const fs::path& at) { return make_repository(vcs, at); });
}

Result<Node> Actions::adopt_repo(const NewRepo& repo) {
  if (Result<void> checked = check_node_name(repo.name); !checked) return checked.error();
  const Result<Seat> seat = seat_of(repo.name);
  if (!seat) return seat.error();
  const std::optional<Placed> placed = Roots(*office_.config).find(seat->name);
  std::optional<std::string> vcs;
  if (placed) vcs = vcs_at(placed->path);
  NewRepo known = repo;
  if (vcs) known.vcs = *vcs;
  // First, so that nobody finds out what lies there.
  Result<Node> node = plan(known, "adopt");
  if (!node) return node;
  if (!vcs) {
    return Error{Code::kNotFound,
                 fmt::format("no repository '{}' lies below a root of {}: wanted one of git, hg or "
                             "svn at {} or {}.git",
                             repo.name, office_.config->file.string(),
                             (office_.config->roots.front() / repo.name).string(), repo.name)};
  }
  node->path = placed->path.string();
  return make(std::move(*node), {});
}

Result<Node> Actions::fork_repo(const std::string& source, const NewRepo& repo) {
  const Result<Node> from = visible(source, NodeKind::kRepository);
  if (!from) return from.error();
  if (Result<void> may = permissions_.require(actor_, Action::kForkRepo, &*from); !may) {
    return may.error();
  }
  NewRepo known = repo;
  known.vcs = from->vcs;
  Result<Node> node = plan(known, "create");
  if (!node) return node;
  node->fork_of = from->name;
  if (repo.description.empty()) node->description = from->description;
  node->is_private = repo.is_private || from->is_private;
  const Node origin = *from;
  return make(std::move(*node), [origin](const fs::path& at) {
    return copy_repository(origin.vcs, origin.path, at);
  });
}

Result<std::vector<Node>> Actions::readable(NodeKind kind) {
  Result<std::vector<Node>> all = accounts_.nodes(kind);
  if (!all || actor_.service) return all;
  std::vector<Node> some;
  for (Node& node : *all) {
    const Result<bool> seen = reads(node);
    if (!seen) return seen.error();
    if (*seen) some.push_back(std::move(node));
  }
  return some;
}

Result<std::vector<Node>> Actions::repos() {
  return readable(NodeKind::kRepository);
}

Result<Node> Actions::repo(const std::string& name) {
  Result<Node> node = visible(name, NodeKind::kRepository);
  if (!node) return node;
  if (Result<void> may = permissions_.require(actor_, Action::kPull, &*node); !may) {
    return may.error();
  }
  return node;
}

Result<std::vector<Node>> Actions::trash() {
  Result<std::vector<Node>> all = accounts_.trash();
  if (!all || (actor_.is_admin() && !actor_.only)) return all;
  std::erase_if(*all, [&](const Node& node) {
    const Result<Level> level = permissions_.level(actor_, node);
    return !level || *level < Level::kAdmin;
  });
  return all;
}

}  // namespace rcx::host
