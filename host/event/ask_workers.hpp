// A call that another part of the host makes, and what workers answer.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "host/core/core.hpp"
#include "host/event/event.hpp"

namespace rcx::host {

struct WorkersAnswer {
  std::uint32_t status = 1;  // 0: accepted, or done
  std::string said;          // while handlers ran
  std::string verdict;       // at the end
};

// Hands `request`, about an event of `kind`, to workers of the host whose sockets are in `run`, and
// waits for the verdict; `heard` gets what handlers say as soon as they do. Another worker is asked
// where one is lost. kUnavailable where no host serves, kDenied where this user may not use it, kIo
// where several workers were lost over it.
Result<WorkersAnswer> ask_workers(const fs::path& run, const EventKind& kind, int request,
                                  const std::function<void(std::string_view)>& heard = {});

}  // namespace rcx::host
