// Trailers of messages. Used by host/vcs alone.
#pragma once

#include <string>
#include <vector>

#include "host/event/event.hpp"

namespace rcx::host {

// As git-interpret-trailers(1) finds them, whatever system the message is of.
Result<std::vector<Trailer>> message_trailers(const std::string& message);

}  // namespace rcx::host
