// Runs an event through the extensions. The front of host/dispatch.
#pragma once

#include "host/dispatch/apart.hpp"
#include "host/dispatch/call.hpp"
#include "host/dispatch/extension.hpp"
#include "host/dispatch/scoreboard.hpp"
#include "host/dispatch/verdict.hpp"
#include "host/event/order.hpp"

namespace rcx::host {

// Which handlers of an event are called; of a post event, also which are counted as missing.
struct Selection {
  Part part = Part::kAll;
  std::string extension = {};  // only of this one; empty: of all
  std::string hook = {};       // of a call by name: which

  bool takes(const Handler& handler) const;
};

// Whether any handler for events of `kind` that is selected, or the absence of one, concerns the
// push that `event` is about. Needs nothing that CommitSource::complete fills in.
bool wanted(const ExtensionSet& set, const EventKind& kind, const Event& event,
            const Selection& selection = {});

// An extension that is told of a post event from the queue.
struct QueuedHandler {
  const PlannedExtension* planned;
  const ExtensionConfig* config;
};
// Those that `event` is queued for if it is, or leads to, one of the post event `kind`: each once,
// in the order of their handlers, and then those that serve only after they were mended.
std::vector<QueuedHandler> queued_handlers(const ExtensionSet& set, const EventKind& kind,
                                           const Event& event);

// Whether that extension serves and has queued handlers of events of `kind`.
bool has_queued(const ExtensionSet& set, const EventKind& kind, const std::string& extension);

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
