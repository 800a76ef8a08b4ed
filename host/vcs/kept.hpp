// What keep_commits kept. Used by host/vcs alone.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "host/config/config.hpp"
#include "host/vcs/vcs.hpp"

namespace rcx::host {

struct KeptCommits {
  std::vector<std::string> ids;  // of the new commits, parents before children
  std::set<std::string> forced;  // names of the branches that lose commits
  bool initial = false;          // the repository had no reference before
};

// What the pre_push of this push found; none when it was never asked.
std::optional<KeptCommits> kept_commits(const std::string& push_id, const Config& config);

// All that, as text.
Result<std::string> kept_lines(const HookEvent& accepted);
// The same of what kept_text said; none where that is not whole.
std::optional<KeptCommits> parse_kept(std::string_view text);

}  // namespace rcx::host
