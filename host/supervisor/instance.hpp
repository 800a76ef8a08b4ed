// The files of a running instance: its directories, sockets, and what hook clients read.
#pragma once

#include "host/config/config.hpp"

namespace rcx::host {

// Makes state/ and run/ where they are missing; the other directories must be there.
Result<void> prepare_directories(const Config& config);

// A listening, non-blocking socket at `path`; what stood there before is replaced.
Result<Fd> listen_at(const fs::path& path);

// Writes client.conf, and the link to the host's program that runs now.
Result<void> write_client_files(const Config& config, const fs::path& program);

}  // namespace rcx::host
