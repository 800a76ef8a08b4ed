// Where repositories lie, and where they may. Used by host/actions alone.
#pragma once

#include "host/config/config.hpp"
#include "host/core/core.hpp"

namespace rcx::host {

// The group, or the root, in which `path` would be: it must lie below a root, also where links lead
// elsewhere.
Result<void> check_place(const Config& config, const fs::path& path);

// The root that `path` lies in; where it lies in none, the directory that it lies in.
fs::path root_of(const Config& config, const fs::path& path);

// For what is deleted, below the root of `path`: on the same disk. `suffix` as suffix_of has it.
fs::path place_in_trash(const Config& config, const fs::path& path, const std::string& suffix);

}  // namespace rcx::host
