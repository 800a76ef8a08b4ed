#include "host/vcs/git/files.hpp"

namespace rcx::host::git {
namespace {

// The entry `name` of the tree `id`; none where it has none.
Result<std::optional<TreeEntry>> find_entry(EventObjects& objects, const ObjectId& id,
                                            std::string_view name) {
  Result<TreeEntries> tree = objects.tree(id);
  if (!tree) return tree.error();
  for (; tree->entry() != nullptr; tree->next()) {
    if (tree->entry()->name == name) return std::optional(TreeEntry(*tree->entry()));
  }
  if (tree->damaged()) return damaged_object(id, "a tree ends within an entry");
  return std::optional<TreeEntry>();
}

}  // namespace

Result<std::vector<Entry>> directory_entries(CommitGraph& graph, const ObjectId& commit,
                                             const std::string& directory, PathBudget& budget) {
  std::vector<Entry> entries;
  const Result<const CommitLinks*> links = graph.links(commit);
  if (!links) return links.error();
  ObjectId id = (*links)->tree;
  if (!directory.empty()) {
    for (const std::string_view name : split(directory, '/')) {
      const Result<std::optional<TreeEntry>> found = find_entry(graph.objects(), id, name);
      if (!found) return found.error();
      if (!*found || !(*found)->is_tree()) return entries;
      id = (*found)->id;
    }
  }
  Result<TreeEntries> tree = graph.objects().tree(id);
  if (!tree) return tree.error();
  for (; tree->entry() != nullptr; tree->next()) {
    const TreeEntry& entry = *tree->entry();
    if (!budget.take(entry.name.size())) {
      return Error{Code::kLimit, "the directories asked for hold more entries than the host reads"};
    }
    entries.push_back({entry.mode, std::string(entry.name), entry.id.text()});
  }
  if (tree->damaged()) return damaged_object(id, "a tree ends within an entry");
  return entries;
}

}  // namespace rcx::host::git
