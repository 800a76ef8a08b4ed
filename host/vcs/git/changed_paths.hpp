// What commits changed. Trees are compared entry by entry, descending only where ids differ: a
// fraction of what a diff of whole trees costs.
#pragma once

#include <atomic>
#include <cstddef>
#include <vector>

#include "host/event/event.hpp"
#include "host/vcs/git/commit_graph.hpp"

namespace rcx::host::git {

// How much all paths read for one push may be: a few small trees can name billions. Directories
// count as well, since they need not hold a single file.
struct PathBudget {
  std::size_t paths = 2'000'000;
  std::size_t bytes = std::size_t{256} * 1024 * 1024;  // of paths
  // What it takes to find them: one step for each tree that is looked into and for each KiB of it,
  // and one for each tree at an entry that is not the same in all. The commits of large projects
  // need two to ten for a path.
  std::size_t steps = 16 * paths;

  // Takes one path of that length; false when there is no room for it.
  bool take(std::size_t length) noexcept {
    if (paths == 0 || bytes < length) return false;
    --paths;
    bytes -= length;
    return true;
  }
  bool take_steps(std::size_t count) noexcept {
    if (steps < count) return false;
    steps -= count;
    return true;
  }
};

// The Errors where a PathBudget is spent.
Error too_many_paths();
Error too_many_steps();

// What `commit` changed, in order of path; see rcx_commits.change. Takes from `budget`; kLimit when
// it is spent. kBusy once `stopped`, which may be null, is true.
Result<std::vector<Change>> changed_paths(CommitGraph& graph, const ObjectId& commit,
                                          PathBudget& budget,
                                          const std::atomic<bool>* stopped = nullptr);

}  // namespace rcx::host::git
