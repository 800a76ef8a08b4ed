// What proc-receive and update are answered.
#pragma once

#include <cstdint>
#include <string>

#include "host/access/access.hpp"
#include "host/config/config.hpp"
#include "host/event/hook_call.hpp"

namespace rcx::host {

struct RefAnswer {
  std::string report;  // packets for git, to proc-receive
  std::uint32_t status = 0;
  std::string text;  // whole lines for the person who pushes
};

// From what pre_push decided; no handler runs again. Where that is gone every reference is refused:
// it may have been rejected.
Result<RefAnswer> answer_of(const HookCall& call, const Roots& roots, const Config& config);

}  // namespace rcx::host
