// What is found out about a process that was lost, and who may have done it.
#pragma once

#include "host/dispatch/dispatch.hpp"

namespace rcx::host {

// What an extension spoilt in the heap strikes when somebody uses that: now, in its own process,
// and not after its answer.
void try_heap();

// Logs who was running when a shared process went down over the event `id`, and did well alone.
void log_suspects(const std::string& id, const std::vector<Blame>& blamed, const Verdict& verdict);

}  // namespace rcx::host
