// Extra fields of repositories. Used by host/vcs alone.
#pragma once

#include "host/config/config.hpp"
#include "host/event/event.hpp"

namespace rcx::host {

// Fills in the fields of the event's repository: those that rcx.yaml gives it, of which later rules
// win over earlier ones, and those that were set for it alone, which win over all.
void add_fields(const Config& config, Event& event);

}  // namespace rcx::host
