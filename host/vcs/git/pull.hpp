// Fetches and clones from git as events. Used by host/vcs alone.
#pragma once

#include "host/event/event.hpp"
#include "host/event/hook_call.hpp"

namespace rcx::host::git {

// Whether `hook` is one of those that stand for a pull.
bool is_pull(std::string_view hook);

// Whether a call of it names the repository by its working directory alone, as it comes from before
// git, whose variables say nothing yet.
bool names_directory(std::string_view hook);

// Fills the parts of `event` that the call tells: the hook, and what git was asked for where that
// is known. Reads nothing of the repository.
Result<void> read_pull(const HookCall& call, Event& event);

// Adds the names of the references that point at what is wanted, and tells a clone from a partial
// clone that asks for what it left out. Costs what the repository has of
// references, so only where somebody wants the event. They stay empty where the repository keeps
// references neither loose nor packed.
Result<void> name_wanted(Event& event);

}  // namespace rcx::host::git
