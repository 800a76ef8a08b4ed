// A host for one call of a hook, where no other runs (client.when_unreachable: run-once). The hook
// client starts it, and it ends with the client: host/event/wire.h says how they talk.
#pragma once

#include <string>

namespace rcx::host {

// The role `once`: serves one call of `pool`. Returns the exit status.
//
// It runs as whoever pushes. What it writes goes to `state` where that belongs to this user, else
// to a directory of its own, which goes with it.
int run_once(const std::string& config_file, const std::string& pool);

}  // namespace rcx::host
