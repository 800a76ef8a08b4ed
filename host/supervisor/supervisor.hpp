// The process that starts, watches and replaces workers. The front of host/supervisor. It parses
// nothing that comes from outside but rcx.yaml, and loads no extension.
#pragma once

#include "host/config/config.hpp"
#include "host/supervisor/status.hpp"

namespace rcx::host {

// Serves the instance of `config` until SIGTERM or SIGINT, then drains. An Error when it cannot
// start.
Result<void> run_supervisor(const std::shared_ptr<const Config>& config);

// One call of a hook that has a host of its own: see host/supervisor/once.hpp.
struct OneCall {
  std::string pool;  // `pre` or `post`
  int caller = -1;   // a socket: told where to connect; when its other end closes, the host leaves
};

// Serves one call, with one worker. `config.run` must be for nobody else. An Error when it cannot
// start.
Result<void> run_supervisor(const std::shared_ptr<const Config>& config, const OneCall& call);

}  // namespace rcx::host
