#include "host/vcs/git/git.hpp"

namespace rcx::host::git {

Result<std::uint64_t> content_size(git_repository* repository, const std::string& id) {
  const Result<git_oid> oid = parse_id(id);
  if (!oid) return oid.error();
  git_odb* raw = nullptr;
  if (git_repository_odb(&raw, repository) != 0) return last_error("cannot read objects");
  const Handle<git_odb> objects(raw);
  std::size_t size = 0;
  git_object_t type = GIT_OBJECT_INVALID;
  const int status = git_odb_read_header(&size, &type, raw, &*oid);
  if (status == GIT_ENOTFOUND) return Error{Code::kNotFound, "the repository has no object " + id};
  if (status != 0) return last_error("cannot read object " + id);
  return std::uint64_t{size};
}

Result<std::vector<Entry>> directory_entries(git_repository* repository, const git_oid& commit,
                                             const std::string& directory, PathBudget& budget) {
  std::vector<Entry> entries;
  git_commit* raw_commit = nullptr;
  if (git_commit_lookup(&raw_commit, repository, &commit) != 0) {
    return last_error("cannot read commit " + id_text(commit));
  }
  const Handle<git_commit> holder(raw_commit);
  git_tree* raw_root = nullptr;
  if (git_commit_tree(&raw_root, raw_commit) != 0) {
    return last_error("cannot read the tree of commit " + id_text(commit));
  }
  Handle<git_tree> tree(raw_root);
  if (!directory.empty()) {
    git_tree_entry* raw_entry = nullptr;
    const int found = directory.find('\0') != std::string::npos
                          ? GIT_ENOTFOUND
                          : git_tree_entry_bypath(&raw_entry, tree.get(), directory.c_str());
    if (found == GIT_ENOTFOUND) return entries;
    if (found != 0) return last_error("cannot read the directory " + printable(directory));
    const Handle<git_tree_entry> entry(raw_entry);
    if (git_tree_entry_type(raw_entry) != GIT_OBJECT_TREE) return entries;
    git_tree* raw_tree = nullptr;
    if (git_tree_lookup(&raw_tree, repository, git_tree_entry_id(raw_entry)) != 0) {
      return last_error("cannot read tree " + id_text(*git_tree_entry_id(raw_entry)));
    }
    tree.reset(raw_tree);
  }
  const std::size_t count = git_tree_entrycount(tree.get());
  for (std::size_t i = 0; i < count; ++i) {
    const git_tree_entry* entry = git_tree_entry_byindex(tree.get(), i);
    std::string name = git_tree_entry_name(entry);
    if (budget.paths == 0 || budget.bytes < name.size()) {
      return Error{Code::kLimit, "the directories asked for hold more entries than the host reads"};
    }
    --budget.paths;
    budget.bytes -= name.size();
    entries.push_back({static_cast<std::uint32_t>(git_tree_entry_filemode_raw(entry)),
                       std::move(name), id_text(*git_tree_entry_id(entry))});
  }
  return entries;
}

}  // namespace rcx::host::git
