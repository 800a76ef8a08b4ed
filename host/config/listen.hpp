// Where the HTTP interface shall listen, as the machine is now.
#pragma once

#include "host/config/config.hpp"

namespace rcx::host {

// Whether a socket can be made there; kInvalid where something else stands there, which is not ours
// to remove.
Result<void> check_listen(const ApiConfig& api);

}  // namespace rcx::host
