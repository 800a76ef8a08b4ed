// Changed files of a commit, as the host has them.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "host/event/event.hpp"
#include "host/vcs/svn/module.hpp"

namespace rcx::host::svn {

// Which files differ, in order of path: what was copied or deleted with its directory among them,
// unless that is a whole line (layout.hpp). kLimit past `most`, or `most_bytes` of names.
Result<std::vector<Change>> changed_files(Tree& before, Tree& after, std::uint64_t most,
                                          std::uint64_t most_bytes);

}  // namespace rcx::host::svn
