// Unix sockets: listening, connecting, and messages that carry descriptors.
#pragma once

#include <sys/types.h>

#include <string_view>
#include <vector>

#include "host/core/fd.hpp"
#include "host/core/file.hpp"
#include "host/core/result.hpp"

namespace rcx::host {

// A listening, non-blocking socket at `path`, with that mode; what stood there before is replaced.
Result<Fd> listen_at(const fs::path& path, mode_t mode);

// A blocking socket that is connected to whoever listens at `path`. None, and errno, where that is
// impossible; it does not wait for them to accept.
Fd connect_to(const fs::path& path);

// Whether the peer of a connected socket is root or this process's user.
bool is_own_peer(int socket);

// Sends all of `bytes`, the first of them with these descriptors. False, and errno, where the other
// end is gone or takes nothing.
bool send_with(int socket, std::string_view bytes, const std::vector<int>& descriptors);

// One recvmsg of at most `size` bytes, with `flags`, as recv(2) says. The descriptors that came
// with them, at most four, are appended to `descriptors` and close on exec.
ssize_t receive_with(int socket, void* into, std::size_t size, int flags,
                     std::vector<Fd>& descriptors);

}  // namespace rcx::host
