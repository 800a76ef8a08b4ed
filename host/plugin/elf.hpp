// The part of ELF that Boost.DLL does not read.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "host/core/core.hpp"

namespace rcx::host {

// The names of the libraries that `file`, the bytes of a shared library of this machine, is loaded
// with (DT_NEEDED), in order. Reads nothing outside of `file`, whatever it says.
Result<std::vector<std::string>> needed_libraries(std::string_view file);

}  // namespace rcx::host
