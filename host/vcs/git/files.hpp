// Directories as commits have them.
#pragma once

#include <string>
#include <vector>

#include "host/vcs/git/changed_paths.hpp"

namespace rcx::host::git {

// The tree that `id` names: its own, that of a commit, or what a tag leads to. kNotFound where
// there is none.
Result<ObjectId> tree_of(CommitGraph& graph, const ObjectId& id);

// What lies at `path` in `tree`, the whole of it where the path is empty; none where nothing does.
Result<std::optional<Entry>> entry_at(EventObjects& objects, const ObjectId& tree,
                                      std::string_view path);

// What lies in `directory` (empty: the root) of `tree`; nothing where there is no such directory.
// Takes from `budget`; kLimit when it is spent.
Result<std::vector<Entry>> directory_entries(EventObjects& objects, const ObjectId& tree,
                                             const std::string& directory, PathBudget& budget);

}  // namespace rcx::host::git
