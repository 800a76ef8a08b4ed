// What forges emit, as events. Used by host/vcs alone.
#pragma once

#include "host/access/access.hpp"
#include "host/config/config.hpp"
#include "host/event/event.hpp"
#include "host/event/event_json.hpp"
#include "host/event/hook_call.hpp"

namespace rcx::host {

// Fills in what `call`, of which is_told, tells; `event` has its ids, its time, and who called.
Result<void> read_emitted(const HookCall& call, const Roots& roots, const Config& config,
                          Event& event);

// `told` is who acts, as `source` says for it.
void set_caller(const ToldCaller& told, const std::string& source, Caller& caller);

}  // namespace rcx::host
