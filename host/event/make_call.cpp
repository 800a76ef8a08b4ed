#include "host/event/make_call.hpp"

#include <algorithm>

#include "host/event/order.hpp"
#include "host/event/wire.h"

namespace rcx::host {

Result<Fd> make_call(const CallParts& parts) {
  rcx_wire_request head{};
  head.magic = RCX_WIRE_MAGIC;
  head.version = RCX_WIRE_VERSION;
  head.header_size = sizeof head;
  std::copy(parts.event_id.begin(), parts.event_id.end(), head.event_id);
  head.time_ns = parts.time_ns;
  std::string body;
  const auto add = [&](const std::string& bytes) {
    const rcx_wire_section section{sizeof head + body.size(), bytes.size()};
    body += bytes;
    return section;
  };
  std::string variables;
  for (const std::string& one : parts.variables) variables += one + '\0';
  head.hook = add(parts.hook);
  head.arguments = add({});
  head.variables = add(variables);
  head.directory = add(parts.directory);
  head.input = add(parts.input);
  if (sizeof head + body.size() > RCX_WIRE_REQUEST_MAX) {
    return Error{Code::kLimit, "wanted a call of at most 256 MiB"};
  }
  return sealed(
      "rcx-request",
      std::string(static_cast<const char*>(static_cast<const void*>(&head)), sizeof head) + body);
}

}  // namespace rcx::host
