// Where hooks connect, as the host has it. See Door in generation.hpp.
#pragma once

#include <vector>

#include "host/supervisor/generation.hpp"
#include "host/supervisor/service_manager.hpp"

namespace rcx::host {

// Of an instance; of one call that is `pre` or `post`, or of both where `only` is empty. Not open.
std::vector<Door> doors_of(const Config& config, const std::string& only);

// Takes the sockets that a service manager holds, and makes the others.
Result<void> open_doors(std::vector<Door>& doors, ServiceManager& manager);

// Takes away what stands beside the sockets for those who wait; see notice.hpp.
void remove_notices(const std::vector<Door>& doors);

}  // namespace rcx::host
