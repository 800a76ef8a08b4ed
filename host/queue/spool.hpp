// Calls of post-receive that found no host, and wait in files until there is one: see
// host/client/spool.h.
#pragma once

#include <vector>

#include "host/core/core.hpp"

namespace rcx::host {

// In state/.
inline constexpr const char* kSpool = "spool";

// The calls that wait below `spool`, in order of time. Other files there have names of other kinds.
std::vector<fs::path> spooled(const fs::path& spool);

// What such a file is called: the time of the call, and the id of its event.
std::string spool_name(std::int64_t time_ns, const Uuid& event_id);

}  // namespace rcx::host
