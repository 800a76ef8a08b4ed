// What extensions are asked and told of, and what is known of them.
#include <fmt/format.h>

#include "host/api/routes.hpp"
#include "host/core/json_bytes.hpp"
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
  return Reply{200, boost::json::object{{"event", (*kind)->name},
                                        {"verdict", verdict_name(**kind, *answer)},
                                        {"decision", uuid_text(request->event_id)},
                                        {"messages", lines_of(answer->said)},
                                        {"reasons", lines_of(answer->verdict)}}};
}

const char* call_verdict(std::uint32_t status) {
  return status == RCX_WIRE_CALL_DONE ? "done" : "refused";
}

// What a worker says begins with `rcx: `, and where an argument is wrong, with its name.
Error wrong_call(std::string_view verdict) {
  constexpr std::string_view kPrefix = "rcx: ";
  if (verdict.starts_with(kPrefix)) verdict.remove_prefix(kPrefix.size());
  const std::string text(verdict.substr(0, verdict.find_last_not_of('\n') + 1));
  const std::string name = path_in(text);
  const bool of_call = name == "arguments" || name == "repository";
  if (name.empty() || of_call || name.find('.') != std::string::npos) {
    return {Code::kInvalid, text};
  }
  throw Wrong("arguments." + name, text);
}

Result<Reply> call_hook(Call& call) {
  const boost::json::value* given = call.fields.value("arguments");
  if (given != nullptr && !given->is_object()) {
    throw Wrong("arguments", "arguments: wanted an object of names and values");
  }
  const std::string repository = call.fields.text("repository", false);
  call.fields.finish();
  const Result<WorkersAnswer> answer = call.actions.call(
      call.parts[0], given == nullptr ? boost::json::object() : given->get_object(), repository);
  if (!answer) return answer.error();
  if (answer->status == RCX_WIRE_CALL_WRONG) return wrong_call(answer->verdict);
  if (answer->status == RCX_WIRE_CALL_DENIED) return Error{Code::kDenied, answer->verdict};
  boost::json::object json{{"hook", call.parts[0]},
                           {"verdict", call_verdict(answer->status)},
                           {"messages", lines_of(answer->said)},
                           {"reasons", lines_of(answer->verdict)},
                           {"answer", nullptr}};
  if (answer->result_of == RCX_ANSWER_JSON) {
    json["answer"] = boost::json::parse(answer->result);
  } else if (answer->result_of != 0) {
    put_bytes(json, "answer", answer->result);
  }
  return Reply{200, std::move(json)};
}

Result<Reply> hooks(Call& call) {
  const Result<boost::json::array> all = call.actions.hooks();
  if (!all) return all.error();
  return Reply{200, boost::json::object{{"hooks", *all}}};
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
          {"POST", "/v1/call/([^/]+)", call_hook},
          {"GET", "/v1/calls", hooks},
          {"GET", "/v1/extensions", extensions},
          {"GET", "/v1/decisions/([^/]+)", decision}};
}

}  // namespace rcx::host::api
