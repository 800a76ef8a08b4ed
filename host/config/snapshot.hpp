// A configuration on its way to another process of the host, so that all work with the same.
#pragma once

#include "host/config/config.hpp"

namespace rcx::host {

// As a sealed memfd: the text of `config`, and what it says of directories and the log whatever
// that text says.
Result<Fd> write_snapshot(const Config& config);
Result<std::shared_ptr<const Config>> read_snapshot(const Fd& fd);

}  // namespace rcx::host
