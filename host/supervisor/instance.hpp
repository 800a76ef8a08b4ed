// The files of a running instance: its directories, sockets, and what hook clients read.
#pragma once

#include "host/config/config.hpp"

namespace rcx::host {

// In state/: calls of post-receive that wait for a host, one file each; see host/client/spool.h.
inline constexpr const char* kSpool = "spool";

// Makes state/ and run/ where they are missing; the other directories must be there.
Result<void> prepare_directories(const Config& config);
// The same without run/.
Result<void> prepare_state(const Config& config);

// Whose files extensions may be, besides root's: this process's user, and where each push may have
// a host of its own, so that this user is whoever pushes, the owner of rcx.yaml.
uid_t extensions_user(const Config& config);

// A listening, non-blocking socket at `path`; what stood there before is replaced.
Result<Fd> listen_at(const fs::path& path);

// Writes client.conf, and the link to the host's program that runs now.
Result<void> write_client_files(const Config& config, const fs::path& program);
// The same where they say something else, unless a host runs that wrote them. An Error only where
// hooks cannot do without.
Result<void> renew_client_files(const Config& config, const fs::path& program);

}  // namespace rcx::host
