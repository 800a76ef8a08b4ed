// Runs an event through the extensions. The front of host/dispatch.
#pragma once

#include "host/dispatch/apart.hpp"
#include "host/dispatch/call.hpp"
#include "host/dispatch/extension.hpp"
#include "host/dispatch/scoreboard.hpp"
#include "host/dispatch/verdict.hpp"
#include "host/dispatch/wanted.hpp"

namespace rcx::host {

// Calls the handlers of `event`, one after the other, and gathers what they object. Handlers of an
// extension in `blamed` are not called again: its fail policy speaks for it. The calling thread
// owns `slot`; `commits` may be null, and `apart` where all extensions are loaded here.
Verdict dispatch(const ExtensionSet& set, const Config& config, const Event& event,
                 CommitSource* commits, const std::vector<Blame>& blamed, Listener& listener,
                 Slot& slot, Apart* apart = nullptr, const Selection& selection = {});

// The verdict on an event that `attempts` workers died over, so that it is not tried again: every
// extension that should have been asked counts as failed.
Verdict give_up(const ExtensionSet& set, const Event& event, std::uint32_t attempts,
                const Selection& selection = {});

}  // namespace rcx::host
