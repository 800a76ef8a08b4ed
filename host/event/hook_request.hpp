// A call as rcx-hook makes them, from another part of the host: see wire.h.
#pragma once

#include <string_view>

#include "host/core/core.hpp"

namespace rcx::host {

struct HookRequest {
  Fd memfd;  // sealed
  Uuid event_id{};
};

// A call of `hook` with one argument and `input`, now. It has no environment, and the working
// directory is `directory`.
Result<HookRequest> make_request(std::string_view hook, std::string_view argument,
                                 std::string_view directory, std::string_view input);
// The same of an event that has its id already.
Result<HookRequest> make_request(std::string_view hook, std::string_view argument,
                                 std::string_view directory, std::string_view input,
                                 const Uuid& event_id, std::int64_t time_ns);

// UUID version 7 (RFC 9562): 48 bits of milliseconds, then random ones.
Uuid make_event_id(std::int64_t time_ns);

}  // namespace rcx::host
