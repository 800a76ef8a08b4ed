// The tables of the database of records.
#pragma once

#include <string>
#include <vector>

namespace rcx::host {

// As migrate takes them.
const std::vector<std::string>& schema_steps();

}  // namespace rcx::host
