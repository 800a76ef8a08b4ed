// What extensions are asked and told of, and what is known of them.
#include <fmt/format.h>

#include "host/api/routes.hpp"
#include "host/event/ask_workers.hpp"
#include "host/event/event_json.hpp"
#include "host/event/hook_request.hpp"
#include "host/event/wire.h"
#include "host/recorder/history.hpp"
#include "host/supervisor/status.hpp"

namespace rcx::host::api {
namespace {

Error administrators_only(const Actor& actor, const char* what) {
  return {Code::kDenied,
          fmt::format("{} may not {}: that takes an administrator", actor.name(), what)};
}

bool is_administrator(const Actor& actor) {
  return actor.is_admin() && !actor.only;
}

boost::json::array lines_of(const std::string& text) {
  boost::json::array lines;
  for (const std::string_view line : split(text, '\n')) {
    if (!line.empty()) lines.emplace_back(printable(line));
  }
  return lines;
}

// A forge speaks for its users, so it takes a token of an administrator.
Result<Reply> emit(Call& call) {
  if (!is_administrator(call.actions.actor())) {
    return administrators_only(call.actions.actor(), "emit events");
  }
  const Result<const EventKind*> kind = emitted_kind(call.parts[0]);
  if (!kind) return Error{Code::kNotFound, kind.error().message};
  const std::string text = call.text.empty() ? "{}" : call.text;
  const Result<Emission> emission = read_emission(**kind, text, call.actions.actor().name());
  if (!emission) return emission.error();
  const Result<HookRequest> request =
      make_request(RCX_WIRE_EMIT, (*kind)->name, call.run.string(), text);
  if (!request) return request.error();
  const bool veto = (*kind)->veto;
  const char* socket = veto ? RCX_WIRE_PRE_SOCKET : RCX_WIRE_POST_SOCKET;
  const Result<WorkersAnswer> answer = ask_workers(call.run / socket, request->memfd.get());
  if (!answer) return answer.error();
  const char* verdict = answer->status != 0 ? (veto ? "refused" : "failed")
                        : veto              ? "accepted"
                                            : "done";
  return Reply{200, boost::json::object{{"event", (*kind)->name},
                                        {"verdict", verdict},
                                        {"decision", uuid_text(request->event_id)},
                                        {"messages", lines_of(answer->said)},
                                        {"reasons", lines_of(answer->verdict)}}};
}

Result<Reply> extensions(Call& call) {
  if (!is_administrator(call.actions.actor())) {
    return administrators_only(call.actions.actor(), "see extensions");
  }
  const Result<HostStatus> status = read_status({call.config.file, call.run});
  if (!status) return status.error();
  boost::json::array all;
  for (const PlannedExtension& planned : status->plan.extensions) {
    all.push_back(boost::json::object{{"id", planned.id},
                                      {"status", standing_name(planned.standing)},
                                      {"reason", printable(planned.reason)},
                                      {"hash", planned.hash}});
  }
  return Reply{200, boost::json::object{{"generation", status->generation},
                                        {"phase", status->phase},
                                        {"extensions", std::move(all)}}};
}

Result<Reply> decision(Call& call) {
  if (!is_administrator(call.actions.actor())) {
    return administrators_only(call.actions.actor(), "see decisions");
  }
  const Result<std::vector<StoredRecord>> found = find_records(call.config, call.parts[0], 2);
  if (!found) return found.error();
  if (found->size() != 1) {
    return Error{Code::kNotFound,
                 fmt::format("{} decisions are recorded under '{}'; records are "
                             "kept for records.keep",
                             found->empty() ? "no" : "several", printable(call.parts[0]))};
  }
  return Reply{200, boost::json::parse(found->front().line)};
}

}  // namespace

std::vector<Route> event_routes() {
  return {{"POST", "/v1/events/([^/]+)", emit},
          {"GET", "/v1/extensions", extensions},
          {"GET", "/v1/decisions/([^/]+)", decision}};
}

}  // namespace rcx::host::api
