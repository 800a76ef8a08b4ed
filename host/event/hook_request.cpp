#include "host/event/hook_request.hpp"

#include <fcntl.h>
#include <sodium.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "host/event/wire.h"

namespace rcx::host {

Uuid make_event_id(std::int64_t time_ns) {
  Uuid id{};
  randombytes_buf(id.data(), id.size());
  auto milliseconds = static_cast<std::uint64_t>(time_ns / 1'000'000);
  for (std::size_t i = 6; i-- > 0; milliseconds >>= 8U) {
    id[i] = static_cast<std::uint8_t>(milliseconds & 0xFFU);
  }
  id[6] = static_cast<std::uint8_t>((id[6] & 0x0FU) | 0x70U);
  id[8] = static_cast<std::uint8_t>((id[8] & 0x3FU) | 0x80U);
  return id;
}

Result<HookRequest> make_request(std::string_view hook, std::string_view argument,
                                 std::string_view directory, std::string_view input) {
  const std::int64_t now = wall_ns();
  return make_request(hook, argument, directory, input, make_event_id(now), now);
}

Result<HookRequest> make_request(std::string_view hook, std::string_view argument,
                                 std::string_view directory, std::string_view input,
                                 const Uuid& event_id, std::int64_t time_ns) {
  HookRequest request;
  request.memfd.reset(::memfd_create("rcx-request", MFD_CLOEXEC | MFD_ALLOW_SEALING));
  if (!request.memfd) return system_error("cannot make a request", errno);
  rcx_wire_request head{};
  head.magic = RCX_WIRE_MAGIC;
  head.version = RCX_WIRE_VERSION;
  head.header_size = sizeof head;
  head.time_ns = time_ns;
  request.event_id = event_id;
  std::copy(request.event_id.begin(), request.event_id.end(), std::begin(head.event_id));
  head.parent_pid = static_cast<std::uint32_t>(::getpid());
  std::string body;
  const auto put = [&](std::string_view bytes) {
    const rcx_wire_section section{sizeof head + body.size(), bytes.size()};
    body += bytes;
    return section;
  };
  head.hook = put(hook);
  head.arguments = put(std::string(argument) + '\0');
  head.variables = put({});
  head.directory = put(directory);
  head.input = put(input);
  const std::string_view start(static_cast<const char*>(static_cast<const void*>(&head)),
                               sizeof head);
  for (const std::string_view part : {start, std::string_view(body)}) {
    Result<void> written = write_all(request.memfd.get(), part, "a request");
    if (!written) return written.error();
  }
  if (::fcntl(request.memfd.get(), F_ADD_SEALS,
              F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) != 0) {
    return system_error("cannot seal a request", errno);
  }
  return request;
}

}  // namespace rcx::host
