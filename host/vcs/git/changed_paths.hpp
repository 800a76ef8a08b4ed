// What commits changed. Trees are compared entry by entry, descending only where ids differ: a
// fraction of what a diff of whole trees costs.
#pragma once

#include <cstddef>
#include <vector>

#include "host/event/event.hpp"
#include "host/vcs/git/commit_graph.hpp"

namespace rcx::host::git {

// How much all paths read for one push may be: a few small trees can name billions.
struct PathBudget {
  std::size_t paths = 2'000'000;
  std::size_t bytes = std::size_t{256} * 1024 * 1024;  // of paths

  // Takes one path of that length; false when there is no room for it.
  bool take(std::size_t length) noexcept {
    if (paths == 0 || bytes < length) return false;
    --paths;
    bytes -= length;
    return true;
  }
};

// The Error where a PathBudget is spent.
Error too_many_paths();

// What `commit` changed, in order of path; see rcx_commits.change. Takes from `budget`; kLimit when
// it is spent.
Result<std::vector<Change>> changed_paths(CommitGraph& graph, const ObjectId& commit,
                                          PathBudget& budget);

}  // namespace rcx::host::git
