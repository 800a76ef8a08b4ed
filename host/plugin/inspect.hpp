// What stands in a library's file, read without loading it.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "host/core/core.hpp"

namespace rcx::host {

struct Contents {
  std::vector<std::string> needed;   // libraries that it is loaded with (DT_NEEDED), in order
  std::vector<std::string> exports;  // symbols that others can see, in order of name
};

// Reads `library` in a process of its own (`program` in the role inspect): the readers trust what
// files say of themselves, and nobody vouched for this one.
Result<Contents> inspect(const fs::path& program, const fs::path& library,
                         std::chrono::nanoseconds deadline);

// The role: writes the contents of `library` as JSON to `out`. Returns the exit status.
int run_inspect(const fs::path& library, int out);

}  // namespace rcx::host
