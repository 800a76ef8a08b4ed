// The tables of SqliteQueue.
#pragma once

#include <string>
#include <vector>

namespace rcx::host {

// As migrate takes them.
const std::vector<std::string>& queue_schema_steps();

}  // namespace rcx::host
