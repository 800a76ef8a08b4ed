#include "host/queue/received.hpp"

#include <algorithm>
#include <boost/json.hpp>

#include "host/queue/client.hpp"

namespace rcx::host {

bool is_enqueue(const Question& question) {
  const boost::json::value* what = question.json.if_contains("do");
  return what != nullptr && what->is_string() && what->get_string() == "enqueue";
}

Result<NewEvent> read_event(Question& question) {
  try {
    NewEvent event = event_from(question.json);
    const auto [call, context] = sizes_behind(question.json);
    if (call == 0) return Error{Code::kInvalid, "wanted a call behind the line"};
    event.call = std::exchange(question.behind, {});
    event.context = event.call.substr(call);
    event.call.resize(call);
    // Who calls from the future would stand behind all others.
    event.time_ns = std::min(event.time_ns, wall_ns());
    return event;
  } catch (const std::exception& failed) {
    return Error{Code::kInvalid, std::string("cannot read an event: ") + failed.what()};
  }
}

}  // namespace rcx::host
