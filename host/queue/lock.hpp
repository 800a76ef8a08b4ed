// Who may open the queue of an instance to change it.
#pragma once

#include "host/core/core.hpp"

namespace rcx::host {

// Held until the descriptor is closed. None where somebody else has it: the process of the queue,
// or an operator's command while no host runs.
Result<Fd> lock_queue(const fs::path& directory);

}  // namespace rcx::host
