#include "host/queue/queue.hpp"

#include <algorithm>
#include <array>

namespace rcx::host {
namespace {

constexpr std::array<std::string_view, 4> kStates = {"waiting", "running", "done", "dead"};

}  // namespace

std::string_view state_name(DeliveryState state) {
  return kStates.at(static_cast<std::size_t>(state));
}

std::optional<DeliveryState> state_of(std::string_view name) {
  const auto* const found = std::find(kStates.begin(), kStates.end(), name);
  if (found == kStates.end()) return std::nullopt;
  return static_cast<DeliveryState>(found - kStates.begin());
}

bool EventQuery::matches(const DeliveryView& delivery) const {
  return (handler.empty() || delivery.handler == handler) && (!state || delivery.state == *state);
}

Result<void> Queue::settle(const std::vector<Settlement>& settlements, std::int64_t now_ns) {
  LeaseTerms none;
  none.most = 0;
  const Result<std::vector<Lease>> settled = hand_out(settlements, none, now_ns);
  if (!settled) return settled.error();
  return {};
}

bool EventQuery::matches(const EventView& event) const {
  return event.number > above && event.time_ns >= since_ns && event.id.starts_with(id) &&
         (kind.empty() || event.kind == kind) &&
         (repository.empty() || glob_matches(repository, event.repository)) &&
         std::any_of(event.deliveries.begin(), event.deliveries.end(),
                     [this](const DeliveryView& one) { return matches(one); });
}

}  // namespace rcx::host
