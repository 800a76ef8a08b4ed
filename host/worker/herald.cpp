#include "host/worker/herald.hpp"

#include <fmt/format.h>

namespace rcx::host {
namespace {

// Seconds of waiting after which something is said; later every kInterval.
constexpr std::array<std::int64_t, 3> kFirst = {1, 3, 8};
constexpr std::int64_t kInterval = 9;
constexpr std::int64_t kSecondNs = 1'000'000'000;
constexpr std::chrono::milliseconds kBusy{100};
constexpr std::chrono::milliseconds kIdle{500};

std::int64_t due(std::size_t told) {
  if (told < kFirst.size()) return kFirst.at(told);
  return kFirst.back() + kInterval * static_cast<std::int64_t>(told - kFirst.size() + 1);
}

std::string what(const Slot& slot) {
  const std::string id = slot.extension_id();
  switch (slot.activity.load()) {
    case Activity::kHandler:
    case Activity::kService:
    case Activity::kApart:
      return fmt::format("the extension {} is running", id);
    case Activity::kTurn:
      return fmt::format("waiting for the extension {}, which is busy with another push", id);
    default:
      return "the host is reading what was pushed";
  }
}

}  // namespace

Herald::Visit::Visit(Herald& herald, std::size_t place, Connection& connection)
    : herald_(herald), place_(place) {
  Place& own = herald_.places_.at(place_);
  const std::lock_guard lock(own.mutex);
  own.connection = &connection;
  own.since_ns = monotonic_ns();
  own.told = 0;
}

Herald::Visit::~Visit() {
  Place& own = herald_.places_.at(place_);
  const std::lock_guard lock(own.mutex);
  own.connection = nullptr;
}

std::chrono::milliseconds Herald::beat() {
  bool busy = false;
  for (std::size_t i = 0; i < places_.size(); ++i) {
    Place& place = places_.at(i);
    const std::lock_guard lock(place.mutex);
    if (place.connection == nullptr) continue;
    busy = true;
    const std::int64_t waited = (monotonic_ns() - place.since_ns) / kSecondNs;
    if (waited < due(place.told)) continue;
    const std::string so_far = place.told == 0 ? "" : fmt::format(", {} s so far", waited);
    ++place.told;
    place.connection->notice(fmt::format("rcx: {}{}\n", what(block_.slots.at(i)), so_far));
  }
  return busy ? kBusy : kIdle;
}

}  // namespace rcx::host
