// Hooks that extensions export by name, for callers whose permission is known here.
#include <fmt/format.h>

#include <algorithm>

#include "host/actions/actions.hpp"
#include "host/event/hook_request.hpp"
#include "host/event/wire.h"

namespace rcx::host {
namespace {

std::string text_at(const boost::json::object& hook, const char* key) {
  return boost::json::value_to<std::string>(hook.at(key));
}

// As EXTENSION.NAME, or NAME where one extension alone has it.
Result<const boost::json::object*> hook_called(const boost::json::array& hooks,
                                               const std::string& name) {
  const boost::json::object* found = nullptr;
  std::vector<std::string> known;
  for (const boost::json::value& one : hooks) {
    const boost::json::object& hook = one.as_object();
    const std::string full = text_at(hook, "extension") + "." + text_at(hook, "name");
    known.push_back(text_at(hook, "name"));
    if (name == full) return &hook;
    if (name != known.back()) continue;
    if (found != nullptr) {
      return Error{Code::kInvalid, fmt::format("several extensions have a hook {}: say which, "
                                               "such as {}",
                                               name, full)};
    }
    found = &hook;
  }
  if (found != nullptr) return found;
  const std::string near = nearest(name, known);
  return Error{Code::kNotFound,
               fmt::format("no extension has a hook '{}'{}; see them with:  rcx calls",
                           shortened(printable(name), 60),
                           near.empty() ? "" : "; did you mean " + near + "?")};
}

}  // namespace

Result<boost::json::array> Actions::hooks() const {
  const std::int64_t now = wall_ns();
  const Result<WorkersAnswer> answer = office_.messenger->call({}, make_event_id(now), now, {});
  if (!answer) return answer.error();
  if (answer->result_of != RCX_ANSWER_JSON) return Error{Code::kIo, printable(answer->verdict)};
  return boost::json::parse(answer->result).as_array();
}

Result<WorkersAnswer> Actions::call(const std::string& name, boost::json::object arguments,
                                    const std::string& repository) {
  const Result<boost::json::array> all = hooks();
  if (!all) return all.error();
  const auto hook = hook_called(*all, name);
  if (!hook) return hook.error();
  std::optional<Node> node;
  if (!repository.empty()) {
    Result<Node> found = visible(repository, NodeKind::kRepository);
    if (!found) return found.error();
    node = std::move(*found);
  }
  const std::string permission = text_at(**hook, "permission");
  if (Result<void> may = permissions_.require(actor_, permission, node ? &*node : nullptr); !may) {
    return may.error();
  }
  boost::json::object input{
      {"arguments", std::move(arguments)}, {"caller", caller()}, {"permission", permission}};
  if (node) input["repository"] = node->name;
  const std::int64_t now = wall_ns();
  const Uuid id = make_event_id(now);
  report_.decision = uuid_text(id);
  const std::string full = text_at(**hook, "extension") + "." + text_at(**hook, "name");
  return office_.messenger->call(full, id, now, boost::json::serialize(input));
}

}  // namespace rcx::host
