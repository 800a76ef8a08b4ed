// Ports on loopback, for servers that a test starts.
#pragma once

#include <cstdint>

namespace rcx::test {

// Nobody has it now; such a server cannot be told to take any.
std::uint16_t free_port();
// A socket, or -1.
int connected_to(std::uint16_t port);
bool listens(std::uint16_t port);

}  // namespace rcx::test
