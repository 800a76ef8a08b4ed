// Directories as commits have them.
#pragma once

#include <string>
#include <vector>

#include "host/vcs/git/changed_paths.hpp"

namespace rcx::host::git {

// What lies in `directory` (empty: the root) of `commit`; nothing where there is no such directory.
// Takes from `budget`; kLimit when it is spent.
Result<std::vector<Entry>> directory_entries(CommitGraph& graph, const ObjectId& commit,
                                             const std::string& directory, PathBudget& budget);

}  // namespace rcx::host::git
