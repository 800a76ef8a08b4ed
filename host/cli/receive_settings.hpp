// What git's configuration says about pushes to a repository.
#pragma once

#include <string>

#include "host/core/core.hpp"

namespace rcx::host::cli {

struct ReceiveSettings {
  bool push_options = false;    // receive.advertisePushOptions
  bool checks_objects = false;  // receive.fsckObjects; where that is not set, transfer.fsckObjects
};

// `home`: of the user whose configuration of git counts; empty: of who asks.
Result<ReceiveSettings> receive_settings(const fs::path& repository, const std::string& home);

}  // namespace rcx::host::cli
