// What is said to people, and in the log, of a call that is served.
#pragma once

#include "host/core/core.hpp"
#include "host/dispatch/scoreboard.hpp"
#include "host/event/event.hpp"
#include "host/event/hook_call.hpp"

namespace rcx::host {

// What is refused where `call` cannot be heard; empty where it is too late for that.
std::string_view refusable(const HookCall& call);
// That an event is run again, and how; empty where the host alone is to blame.
std::string restart_text(const Blame& blame);
// Why `user` is refused, and what allows it in the configuration at `file`.
std::string may_not_emit(const std::string& user, const fs::path& file);
// How much an event is about, for the log.
std::string extent_of(const Event& event);

}  // namespace rcx::host
