// The process that starts, watches and replaces workers. The front of host/supervisor. It parses
// nothing that comes from outside but rcx.yaml, and loads no extension.
#pragma once

#include "host/config/config.hpp"
#include "host/supervisor/status.hpp"

namespace rcx::host {

// Serves the instance of `config` until SIGTERM or SIGINT, then drains. An Error when it cannot
// start.
Result<void> run_supervisor(const std::shared_ptr<const Config>& config);

}  // namespace rcx::host
