#include "host/event/event.hpp"

#include <array>

namespace rcx::host {
namespace {

constexpr std::array<EventKind, 2> kCatalogue = {{
    {RCX_EVENT_PRE_PUSH, "pre_push", true},
    {RCX_EVENT_PUSH, "push", false},
}};

}  // namespace

const EventKind* event_kind(std::uint32_t number) {
  for (const EventKind& kind : kCatalogue) {
    if (kind.number == number) return &kind;
  }
  return nullptr;
}

std::string_view RefUpdate::short_name() const {
  const std::string_view whole = name;
  for (const std::string_view prefix : {"refs/heads/", "refs/tags/"}) {
    if (whole.starts_with(prefix)) return whole.substr(prefix.size());
  }
  return whole;
}

}  // namespace rcx::host
