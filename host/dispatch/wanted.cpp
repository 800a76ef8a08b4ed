#include "host/dispatch/wanted.hpp"

#include <algorithm>

namespace rcx::host {
namespace {

bool matches(const ExtensionConfig& config, const std::string& name) {
  return std::any_of(config.repositories.begin(), config.repositories.end(),
                     [&](const std::string& glob) { return glob_matches(glob, name); });
}

// What a repository is called before and after it is renamed counts: no rule ends at its door.
bool concerns(const ExtensionConfig& config, const Event& event) {
  const catalogue::EventType* type = event.kind->told;
  // A call that is for no repository concerns whoever has the hook.
  if (event.called && event.repository.name.empty()) return true;
  if (type == nullptr) return matches(config, event.repository.name);
  if (type->about == catalogue::About::kUser) return true;
  return matches(config, event.subject) || (!event.second.empty() && matches(config, event.second));
}

}  // namespace

bool concerns(const Handler& handler, const Event& event) {
  return (handler.info.actions & event.action) != 0 && concerns(handler.extension->config, event);
}

bool concerns(const Absent& absent, const EventKind& kind, const Event& event) {
  // Only one has the hook that is called, and it is here.
  if (kind.number == RCX_EVENT_CALL) return false;
  if (!absent.planned.named || !kind.veto || !concerns(absent.config, event)) return false;
  if (!absent.planned.descriptor) return true;
  const auto& handlers = absent.planned.descriptor->handlers;
  return std::any_of(handlers.begin(), handlers.end(),
                     [&](const HandlerInfo& handler) { return handler.event == kind.number; });
}

bool Selection::takes(const Handler& handler) const {
  if (!extension.empty() && handler.extension->id() != extension) return false;
  if (handler.info.hook != nullptr) return handler.info.hook->name == hook;
  const bool queued = handler.info.delivery != RCX_INLINE;
  return part == Part::kAll || (part == Part::kQueued) == queued;
}

bool wanted(const ExtensionSet& set, const EventKind& kind, const Event& event,
            const Selection& selection) {
  const std::vector<Handler>& handlers = set.handlers(kind.number);
  return std::any_of(handlers.begin(), handlers.end(),
                     [&](const Handler& handler) {
                       return concerns(handler, event) && selection.takes(handler);
                     }) ||
         std::any_of(set.absent().begin(), set.absent().end(),
                     [&](const Absent& absent) { return concerns(absent, kind, event); });
}

std::vector<QueuedHandler> queued_handlers(const ExtensionSet& set, const EventKind& kind,
                                           const Event& event) {
  std::vector<QueuedHandler> all;
  const auto add = [&](const PlannedExtension& planned, const ExtensionConfig& config) {
    const bool known = std::any_of(all.begin(), all.end(), [&](const QueuedHandler& one) {
      return one.planned->id == planned.id;
    });
    if (!known) all.push_back({&planned, &config});
  };
  const Selection queued{Part::kQueued, {}};
  for (const Handler& handler : set.handlers(kind.number)) {
    if (!concerns(handler, event) || !queued.takes(handler)) continue;
    add(handler.extension->planned, handler.extension->config);
  }
  for (const Absent& absent : set.absent()) {
    if (!absent.planned.named || !absent.planned.descriptor || absent.config.mode == Mode::kOff ||
        !concerns(absent.config, event)) {
      continue;
    }
    for (const HandlerInfo& handler : absent.planned.descriptor->handlers) {
      const bool wants = handler.event == kind.number && handler.delivery != RCX_INLINE &&
                         (handler.actions & event.action) != 0;
      if (wants) add(absent.planned, absent.config);
    }
  }
  return all;
}

bool has_queued(const ExtensionSet& set, const EventKind& kind, const std::string& extension) {
  const Selection selection{Part::kQueued, extension};
  const std::vector<Handler>& handlers = set.handlers(kind.number);
  return std::any_of(handlers.begin(), handlers.end(),
                     [&](const Handler& handler) { return selection.takes(handler); });
}

}  // namespace rcx::host
