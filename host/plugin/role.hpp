// Asks a question about a file in a process that may die of it.
#pragma once

#include <chrono>
#include <string>

#include "host/core/core.hpp"

namespace rcx::host {

// What a process in one of the roles of `rcxd` made of its question.
struct RoleAnswer {
  bool in_time = true;
  std::string bytes;  // what it wrote; whole only when it left by itself
  std::string end;    // how it ended, in words; empty when it was not in time
};

// Starts `program` with `--role=ROLE LIBRARY` and reads what it writes to its first descriptor,
// until it closes that or the deadline passes. It has ended when this returns. An Error only when
// it cannot be started.
Result<RoleAnswer> ask_role(const fs::path& program, const std::string& role,
                            const fs::path& library, std::chrono::nanoseconds deadline);

}  // namespace rcx::host
