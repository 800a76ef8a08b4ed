#include "host/vcs/git/files.hpp"

namespace rcx::host::git {
namespace {

// The entry `name` of the tree `id`; none where it has none.
Result<std::optional<TreeEntry>> find_entry(EventObjects& objects, const ObjectId& id,
                                            std::string_view name) {
  Result<TreeEntries> tree = objects.sound_tree(id);
  if (!tree) return tree.error();
  for (; tree->entry() != nullptr; tree->next()) {
    if (tree->entry()->name == name) return std::optional(TreeEntry(*tree->entry()));
  }
  return std::optional<TreeEntry>();
}

}  // namespace

Result<ObjectId> tree_of(CommitGraph& graph, const ObjectId& id) {
  const Result<std::optional<ObjectId>> commit = graph.peel(id);
  if (!commit) return commit.error();
  if (*commit) {
    const Result<const CommitLinks*> links = graph.links(**commit);
    if (!links) return links.error();
    return (*links)->tree;
  }
  const Result<ObjectHeader> header = graph.objects().header(id);
  if (header && header->type == ObjectType::kTree) return id;
  return Error{Code::kNotFound, "wanted a commit or a tree, and " + id.text() + " is neither"};
}

Result<std::optional<Entry>> entry_at(EventObjects& objects, const ObjectId& tree,
                                      std::string_view path) {
  TreeEntry at{S_IFDIR, {}, tree};
  for (const std::string_view name : split(path, '/')) {
    if (path.empty()) break;
    if (!at.is_tree()) return std::optional<Entry>();
    const Result<std::optional<TreeEntry>> found = find_entry(objects, at.id, name);
    if (!found) return found.error();
    if (!*found) return std::optional<Entry>();
    at = **found;
    at.name = name;  // the tree it was read from may go
  }
  return std::optional(Entry{at.mode, std::string(at.name), at.id.text()});
}

Result<std::vector<Entry>> directory_entries(EventObjects& objects, const ObjectId& tree,
                                             const std::string& directory, PathBudget& budget) {
  std::vector<Entry> entries;
  const Result<std::optional<Entry>> at = entry_at(objects, tree, directory);
  if (!at) return at.error();
  const auto id = *at ? ObjectId::parse((*at)->id) : std::nullopt;
  if (!id || ((*at)->mode & S_IFMT) != S_IFDIR) return entries;
  Result<TreeEntries> read = objects.sound_tree(*id);
  if (!read) return read.error();
  for (; read->entry() != nullptr; read->next()) {
    const TreeEntry& entry = *read->entry();
    if (!budget.take(entry.name.size())) {
      return Error{Code::kLimit,
                   "the directories asked for hold more entries than reading.paths and "
                   "reading.path_bytes in rcx.yaml allow to read"};
    }
    entries.push_back({entry.mode, std::string(entry.name), entry.id.text()});
  }
  return entries;
}

}  // namespace rcx::host::git
