// A call of a hook that no hook made.
#pragma once

#include <string>
#include <vector>

#include "host/core/core.hpp"

namespace rcx::host {

struct CallParts {
  Uuid event_id{};
  std::int64_t time_ns = 0;
  std::string hook;
  std::vector<std::string> variables;  // NAME=VALUE
  std::string directory;
  std::string input;
};

// As the client makes it: see wire.h.
Result<Fd> make_call(const CallParts& parts);

}  // namespace rcx::host
