// What users, groups and repositories may be called.
#pragma once

#include <string>
#include <string_view>

#include "host/core/core.hpp"

namespace rcx::host {

// A name below the root, such as `team/app`: nothing that leads out of it, that a shell or git
// takes for an option, or that a terminal shows as something else. kInvalid says why not.
Result<void> check_node_name(std::string_view name);

// Letters, digits and `._@+-`, of which the first is a letter or a digit; 64 at most.
Result<void> check_username(std::string_view name);

// What stands before the last `/`; empty at the root.
std::string parent_of(std::string_view name);
// What stands behind it.
std::string leaf_of(std::string_view name);
// Whether both are one name to the database: the same but for the case of ASCII letters.
bool same_name(std::string_view a, std::string_view b);

}  // namespace rcx::host
