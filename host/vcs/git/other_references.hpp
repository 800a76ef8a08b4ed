// What a repository has beside the references of a push.
#pragma once

#include <string>
#include <vector>

#include "host/event/event.hpp"

namespace rcx::host::git {

// What references point at that are not among `refs`, nor stand for one of these, as input of
// rev-list: lines of `^ID`. HEAD, also that of a linked work tree, counts where it is detached;
// else the branch that it names counts for itself. `path`: the git directory.
Result<std::string> other_references(const std::string& path, const std::vector<RefUpdate>& refs);

}  // namespace rcx::host::git
