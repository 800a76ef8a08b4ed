// Whom an event concerns.
#pragma once

#include "host/dispatch/extension.hpp"
#include "host/event/order.hpp"

namespace rcx::host {

// Which handlers of an event are called; of a post event, also which are counted as missing.
struct Selection {
  Part part = Part::kAll;
  std::string extension = {};  // only of this one; empty: of all
  std::string hook = {};       // of a call by name: which

  bool takes(const Handler& handler) const;
};

// Whether that handler is one of those that hear of what `event` is about.
bool concerns(const Handler& handler, const Event& event);
// Whether an extension that rcx.yaml names and that cannot be asked is missed, where it might have
// objected to an event of `kind`.
bool concerns(const Absent& absent, const EventKind& kind, const Event& event);

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

}  // namespace rcx::host
