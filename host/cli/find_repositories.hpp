// Every repository below a directory.
#pragma once

#include <string>
#include <vector>

#include "host/core/core.hpp"

namespace rcx::host::cli {

// A repository, or something that looks like one, or may hide some, and is left out.
struct Found {
  fs::path path;
  std::string skipped;  // why it is left out; empty for a repository
  bool unread = false;  // nobody knows what lies in it
};

// Walks below `root`, which may be a repository itself, in order of name. A repository is a
// directory that holds HEAD, objects/ and refs/, or a .git that does, or .hg/. Below a work tree,
// and in what git or hg keep themselves, nothing is looked for. Symbolic links are not followed.
// Fails in nothing: what cannot be read is told.
std::vector<Found> find_repositories(const fs::path& root);

}  // namespace rcx::host::cli
