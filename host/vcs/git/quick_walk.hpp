// Finding the new commits of a push from what was pushed alone, at a cost that does not depend on
// the repository. Works for ordinary pushes; others are told apart and left to new_commits.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "host/vcs/git/git.hpp"

namespace rcx::host::git {

struct QuickWalk {
  Handle<git_repository> reader;   // reads the quarantine alone
  std::vector<git_oid> ids;        // parents before children
  std::set<std::size_t> forwards;  // updated references whose old id was met on the way: not forced
};

// Walks from each new id while commits lie in `quarantine` and not in the repository's own store.
// What the walk stops at must be what a pushed reference points at now; so must be nothing else.
// None when that does not hold: then only a walk over all references can tell.
std::optional<QuickWalk> quick_walk(const std::string& path, const std::string& quarantine,
                                    const std::vector<RefUpdate>& refs);

}  // namespace rcx::host::git
