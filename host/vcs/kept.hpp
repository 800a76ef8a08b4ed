// What keep_commits kept. Used by host/vcs alone.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "host/config/config.hpp"

namespace rcx::host {

// The ids that the pre_push of this push found new; none when it was never asked.
std::optional<std::vector<std::string>> kept_commits(const std::string& push_id,
                                                     const Config& config);

}  // namespace rcx::host
