// Whose objects a repository borrows.
#pragma once

#include <vector>

#include "host/core/core.hpp"
#include "host/vcs/git/stamps.hpp"

namespace rcx::host::git {

// `objects`, the directory of a repository, and those of its alternates: as git finds them, which
// takes more for one than libgit2 does, and each once. What says that they or their packs are
// others now is noted in `stamps`.
std::vector<fs::path> object_directories(const fs::path& objects, Stamps& stamps);

}  // namespace rcx::host::git
