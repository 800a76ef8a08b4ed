// Where a call of a hook belongs. Used by host/vcs alone.
#pragma once

#include <string>

#include "host/access/access.hpp"
#include "host/event/hook_call.hpp"

namespace rcx::host {

struct PlacedCall {
  Placed repository;
  std::string push_id;  // the same for every hook of one push
};

// An Error where the repository lies below no root.
Result<PlacedCall> place_call(const HookCall& call, const Roots& roots);

}  // namespace rcx::host
