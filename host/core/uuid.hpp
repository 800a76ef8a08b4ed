// Event ids: UUIDs, as the client makes them (version 7, RFC 9562).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>

namespace rcx::host {

using Uuid = std::array<std::uint8_t, 16>;

// The usual form: 36 characters, lower case.
std::string uuid_text(const Uuid& uuid);
// And back; nothing where it is none.
std::optional<Uuid> uuid_from(const std::string& text);

}  // namespace rcx::host
