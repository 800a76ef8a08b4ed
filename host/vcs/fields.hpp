// Extra fields of repositories. Used by host/vcs alone.
#pragma once

#include "host/config/config.hpp"
#include "host/event/event.hpp"

namespace rcx::host {

// Fills in the fields that rcx.yaml gives to the event's repository. Later rules win over earlier
// ones.
void add_fields(const Config& config, Event& event);

}  // namespace rcx::host
