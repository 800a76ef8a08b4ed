// Repositories as files: made, recognised, moved and removed. Used by host/actions alone.
#pragma once

#include <optional>
#include <string>

#include "host/core/core.hpp"

namespace rcx::host {

// What stands after a name in the file system, such as `.git`.
const char* suffix_of(const std::string& vcs);

// Whether anything is called that, a dangling link too.
bool is_there(const fs::path& path);

// Which system the repository at `path` is of; nothing where it is none.
std::optional<std::string> vcs_at(const fs::path& path);

// An empty repository. kUnavailable where that system is not installed, with what to type.
Result<void> make_repository(const std::string& vcs, const fs::path& at);
// A copy of what is in `source`.
Result<void> copy_repository(const std::string& vcs, const fs::path& source, const fs::path& at);

// Never over something else: kBusy. Both on one file system.
Result<void> move_repository(const fs::path& from, const fs::path& to);
// Nothing where it is not there.
Result<void> remove_repository(const fs::path& path);

}  // namespace rcx::host
