#include "host/event/event.hpp"

#include <array>

#include "host/event/wire.h"

namespace rcx::host {
namespace {

std::vector<EventKind> make_kinds() {
  std::vector<EventKind> kinds = {
      {RCX_EVENT_PRE_PUSH, "pre_push", true, RCX_ACTION_PUSH, "push"},
      {RCX_EVENT_PUSH, "push", false, RCX_ACTION_PUSH, "push"},
      {RCX_EVENT_PRE_PULL, "pre_pull", true, RCX_ACTION_PULL, "pull"},
      {RCX_EVENT_PULL, "pull", false, RCX_ACTION_PULL, "pull"},
      {RCX_EVENT_CALL, "call", true, RCX_ACTION_CALLED, "call"},
  };
  for (const catalogue::EventType& type : catalogue::kEvents) {
    kinds.push_back({type.number, type.name, type.veto, RCX_ACTION_EMITTED | RCX_ACTION_PERFORMED,
                     type.what, &type});
  }
  return kinds;
}

constexpr std::array<std::pair<std::string_view, std::uint32_t>, 20> kHooks = {{
    {"pre-receive", RCX_EVENT_PRE_PUSH},
    {"post-receive", RCX_EVENT_PUSH},
    {RCX_WIRE_PACK_OBJECTS, RCX_EVENT_PRE_PULL},
    {RCX_WIRE_UPLOAD_PACK, RCX_EVENT_PRE_PULL},
    {RCX_WIRE_UPLOAD_ARCHIVE, RCX_EVENT_PRE_PULL},
    {RCX_WIRE_HTTP_BACKEND, RCX_EVENT_PRE_PULL},
    {RCX_WIRE_PACK_SENT, RCX_EVENT_PULL},
    {RCX_WIRE_HG_PRE_PUSH, RCX_EVENT_PRE_PUSH},
    {RCX_WIRE_HG_PUSH, RCX_EVENT_PUSH},
    {RCX_WIRE_HG_PRE_PULL, RCX_EVENT_PRE_PULL},
    {RCX_WIRE_HG_PULL, RCX_EVENT_PULL},
    {RCX_WIRE_SVN_PRE_COMMIT, RCX_EVENT_PRE_PUSH},
    {RCX_WIRE_SVN_POST_COMMIT, RCX_EVENT_PUSH},
    {RCX_WIRE_SVN_PRE_REVPROP, RCX_EVENT_PRE_PUSH},
    {RCX_WIRE_SVN_POST_REVPROP, RCX_EVENT_PUSH},
    {RCX_WIRE_SVN_PRE_LOCK, RCX_EVENT_PRE_PUSH},
    {RCX_WIRE_SVN_POST_LOCK, RCX_EVENT_PUSH},
    {RCX_WIRE_SVN_PRE_UNLOCK, RCX_EVENT_PRE_PUSH},
    {RCX_WIRE_SVN_POST_UNLOCK, RCX_EVENT_PUSH},
    {RCX_WIRE_CALL, RCX_EVENT_CALL},
}};

}  // namespace

const std::vector<EventKind>& event_kinds() {
  static const std::vector<EventKind> kKinds = make_kinds();
  return kKinds;
}

const EventKind* event_kind(std::uint32_t number) {
  for (const EventKind& kind : event_kinds()) {
    if (kind.number == number) return &kind;
  }
  return nullptr;
}

const EventKind* event_kind_of(std::string_view hook) {
  for (const auto& [name, number] : kHooks) {
    if (name == hook) return event_kind(number);
  }
  return nullptr;
}

std::string_view short_name_of(std::string_view whole) {
  for (const std::string_view prefix : {"refs/heads/", "refs/tags/"}) {
    if (whole.starts_with(prefix)) return whole.substr(prefix.size());
  }
  return whole;
}

std::string_view RefUpdate::short_name() const {
  return short_name_of(name);
}

}  // namespace rcx::host
