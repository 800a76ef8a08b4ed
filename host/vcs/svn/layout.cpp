#include "host/vcs/svn/layout.hpp"

#include <sys/stat.h>

#include <map>
#include <set>

namespace rcx::host::svn {
namespace {

constexpr std::string_view kTrunk = "trunk";
constexpr std::string_view kHeads = "refs/heads/";
constexpr std::string_view kTags = "refs/tags/";

struct Touched {
  std::string directory;
  bool moved = false;  // the directory itself was added, deleted or replaced
};

bool is_directory(Tree& tree, const std::string& path) {
  return tree.node(path).mode == S_IFDIR;
}

// Those of `branches` or `tags` in one of both trees.
void add_all_in(const std::string& path, Tree& tree, std::map<std::string, Touched>& touched) {
  for (const auto& [name, directory] : tree.list(path)) {
    if (!directory) continue;
    const Line line = line_of(path + "/" + name, true);
    touched[line.ref] = {line.directory, true};
  }
}

RefUpdate update_of(const std::string& name, const Touched& touched, Tree& old_tree, Tree& new_tree,
                    const std::string& before, const std::string& after) {
  RefUpdate update;
  update.name = name;
  update.kind = name.starts_with(kHeads)  ? RCX_REF_BRANCH
                : name.starts_with(kTags) ? RCX_REF_TAG
                                          : RCX_REF_OTHER;
  const bool was =
      touched.directory.empty() ? !before.empty() : is_directory(old_tree, touched.directory);
  const bool is = touched.directory.empty() || is_directory(new_tree, touched.directory);
  if (was) update.old_id = before;
  if (is) update.new_id = after;
  update.change = !was ? RCX_CHANGE_CREATE : !is ? RCX_CHANGE_DELETE : RCX_CHANGE_UPDATE;
  update.forced = was && is && touched.moved;
  return update;
}

}  // namespace

bool holds_lines(std::string_view path) {
  return path == "branches" || path == "tags";
}

Line line_of(std::string_view path, bool directory) {
  const std::size_t first = path.find('/');
  const std::string_view top = path.substr(0, first);
  if (top == kTrunk && (directory || first != std::string_view::npos)) {
    return {std::string(kHeads) + std::string(kTrunk), std::string(kTrunk)};
  }
  if (!holds_lines(top) || first == std::string_view::npos) return {kRest, {}};
  const std::size_t second = path.find('/', first + 1);
  if (second == std::string_view::npos && !directory) return {kRest, {}};
  const std::string_view name =
      path.substr(first + 1, second == std::string_view::npos ? second : second - first - 1);
  return {std::string(top == "tags" ? kTags : kHeads) + std::string(name),
          std::string(top) + "/" + std::string(name)};
}

std::string directory_of(std::string_view ref) {
  if (ref.starts_with(kTags)) return "tags/" + std::string(ref.substr(kTags.size()));
  if (!ref.starts_with(kHeads)) return {};
  const std::string_view name = ref.substr(kHeads.size());
  return name == kTrunk ? std::string(kTrunk) : "branches/" + std::string(name);
}

std::vector<RefUpdate> updates(const std::vector<PathChange>& changes, Tree& old_tree,
                               Tree& new_tree, const std::string& before,
                               const std::string& after) {
  std::map<std::string, Touched> touched;
  for (const PathChange& change : changes) {
    const Line line = line_of(change.path, change.directory);
    Touched& one = touched[line.ref];
    one.directory = line.directory;
    if (change.kind == ChangeKind::kModified) continue;
    if (!line.directory.empty() && change.path == line.directory) one.moved = true;
    if (!holds_lines(change.path)) continue;
    add_all_in(change.path, old_tree, touched);
    add_all_in(change.path, new_tree, touched);
  }
  std::vector<RefUpdate> all;
  for (const auto& [name, one] : touched) {
    all.push_back(update_of(name, one, old_tree, new_tree, before, after));
  }
  return all;
}

}  // namespace rcx::host::svn
