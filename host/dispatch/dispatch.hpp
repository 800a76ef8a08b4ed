// Runs an event through the extensions. The front of host/dispatch.
#pragma once

#include "host/dispatch/apart.hpp"
#include "host/dispatch/call.hpp"
#include "host/dispatch/extension.hpp"
#include "host/dispatch/scoreboard.hpp"
#include "host/dispatch/verdict.hpp"

namespace rcx::host {

// Whether any handler for events of `kind`, or the absence of one, concerns the push that `event`
// is about. Needs nothing that CommitSource::complete fills in.
bool wanted(const ExtensionSet& set, const EventKind& kind, const Event& event);

// Calls the handlers of `event`, one after the other, and gathers what they object. Handlers of an
// extension in `blamed` are not called again: its fail policy speaks for it. The calling thread
// owns `slot`; `commits` may be null, and `apart` where all extensions are loaded here.
Verdict dispatch(const ExtensionSet& set, const Config& config, const Event& event,
                 CommitSource* commits, const std::vector<Blame>& blamed, Listener& listener,
                 Slot& slot, Apart* apart = nullptr);

// The verdict on an event that `attempts` workers died over, so that it is not tried again: every
// extension that should have been asked counts as failed.
Verdict give_up(const ExtensionSet& set, const Event& event, std::uint32_t attempts);

}  // namespace rcx::host
