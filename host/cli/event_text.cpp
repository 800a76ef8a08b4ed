#include <fmt/format.h>

#include <boost/json.hpp>

#include "host/cli/events.hpp"
#include "host/core/json_bytes.hpp"

namespace rcx::host::cli {
namespace {

constexpr std::size_t kShownError = 100;

std::string in_words(const DeliveryView& one) {
  std::string text = fmt::format("{} {}", printable(one.handler), state_name(one.state));
  if (one.attempts > 0) text += fmt::format(", tries {}", one.attempts);
  if (one.state == DeliveryState::kWaiting && one.attempts > 0) {
    text += ", next " + utc_text(one.next_ns);
  }
  return text;
}

}  // namespace

std::string event_line(const EventView& event, const EventQuery& query) {
  std::string line = fmt::format("{}  {}  {}  {}", utc_text(event.time_ns), event.id,
                                 printable(event.kind), printable(event.repository));
  for (const DeliveryView& one : event.deliveries) {
    if (!query.matches(one)) continue;
    line += "  [" + in_words(one);
    if (!one.error.empty()) line += ": " + shortened(printable(one.error), kShownError);
    line += "]";
  }
  return line;
}

std::string event_json(const EventView& event) {
  boost::json::object json{
      {"id", event.id},           {"kind", event.kind},           {"time", utc_text(event.time_ns)},
      {"time_ns", event.time_ns}, {"queued_ns", event.queued_ns}, {"bytes", event.bytes}};
  put_bytes(json, "repository", event.repository);
  put_bytes(json, "path", event.path);
  put_bytes(json, "caller", event.caller);
  boost::json::array deliveries;
  for (const DeliveryView& one : event.deliveries) {
    boost::json::object delivery{{"state", state_name(one.state)},
                                 {"attempts", one.attempts},
                                 {"next_ns", one.next_ns},
                                 {"changed_ns", one.changed_ns},
                                 {"overtaken", one.overtaken}};
    put_bytes(delivery, "handler", one.handler);
    if (!one.error.empty()) put_bytes(delivery, "error", one.error);
    deliveries.push_back(std::move(delivery));
  }
  json["deliveries"] = std::move(deliveries);
  return safe_line(json);
}

std::string event_text(const EventView& event) {
  std::string text = fmt::format(
      "{} of {} by {}\n  id        {}\n  path      {}\n  happened  {}\n  queued    {}, {} bytes\n",
      printable(event.kind), printable(event.repository), printable(event.caller), event.id,
      printable(event.path), utc_text(event.time_ns), utc_text(event.queued_ns), event.bytes);
  for (const DeliveryView& one : event.deliveries) {
    text += fmt::format("{}\n  since     {}\n", in_words(one), utc_text(one.changed_ns));
    if (one.overtaken) text += "  later events of the repository do not wait for it any more\n";
    if (!one.error.empty()) text += "  failed    " + printable(one.error) + "\n";
  }
  return text;
}

}  // namespace rcx::host::cli
