// A call that another part of the host makes, and what workers answer.
#pragma once

#include <boost/json/array.hpp>
#include <functional>
#include <string>
#include <string_view>

#include "host/core/core.hpp"
#include "host/event/event.hpp"

namespace rcx::host {

struct WorkersAnswer {
  std::uint32_t status = 1;     // 0: accepted, or done
  std::string said;             // while handlers ran
  std::string verdict;          // at the end
  std::uint32_t result_of = 0;  // RCX_ANSWER_*, of a hook that was called by name; 0: none
  std::string result;
};

// Hands `request` (hook_request.hpp) to a worker that listens at `socket`, one of those of wire.h,
// and waits for the verdict; `heard` gets what handlers say as soon as they do. Another worker is
// asked where one is lost. kUnavailable where no host serves, kDenied where this user may not use
// it, kIo where several workers were lost over it.
Result<WorkersAnswer> ask_workers(const fs::path& socket, int request,
                                  const std::function<void(std::string_view)>& heard = {});

// What an answer is called where people and programs read it: accepted, refused, done or failed.
const char* verdict_name(const EventKind& kind, const WorkersAnswer& answer);

// The lines of `text` that are not empty, safe to show.
boost::json::array lines_of(std::string_view text);

}  // namespace rcx::host
