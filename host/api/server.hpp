// The HTTP interface, in a process of its own. The front of host/api.
#pragma once

#include <functional>

#include "host/config/config.hpp"

namespace rcx::host::api {

// Descriptors that it inherits, from kFirstInherited on, as every attendant of the supervisor.
enum class ApiFd : int { kControl = 3, kStartup };

// Puts the hooks of that instance into a repository.
using Installer = std::function<Result<void>(const fs::path&)>;

// Serves until the other end of the control pipe is closed. `installer` makes one for a
// configuration. Returns the exit status.
int run_api(const std::function<Installer(std::shared_ptr<const Config>)>& installer);

}  // namespace rcx::host::api
